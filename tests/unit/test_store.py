"""The store's folder: all or nothing, nothing outside, errors that say what happened."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import cast

import pytest

from web.store import (
    FullStoreError,
    LocalStore,
    NotStoredError,
    StoreError,
    open_store,
    valid_uri,
)
from web.store.disk import Appender


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def put(store: LocalStore, uri: str, content: bytes) -> None:
    with store.create(uri) as out:
        out.write(content)


def test_what_is_written_is_read_back_in_parts_and_whole(store: LocalStore) -> None:
    with store.create("jobs/a/input/1") as out:
        out.write(b"first,")
        out.write(b"second")
    assert store.read("jobs/a/input/1", 100) == b"first,second"
    assert store.size("jobs/a/input/1") == 12
    with store.open("jobs/a/input/1") as file:
        file.seek(6)
        assert file.read(3) == b"sec"


def test_nothing_is_visible_before_the_end(store: LocalStore) -> None:
    with store.create("jobs/a/input/1") as out:
        out.write(b"half")
        assert store.size("jobs/a/input/1") is None
        assert list(store.list("jobs")) == []
    assert list(store.list("jobs")) == ["jobs/a/input/1"]


def test_a_failed_write_leaves_the_old_content_and_no_partial_file(store: LocalStore) -> None:
    put(store, "jobs/a/x", b"old")
    with contextlib.suppress(RuntimeError), store.create("jobs/a/x") as out:
        out.write(b"new")
        raise RuntimeError
    assert store.read("jobs/a/x", 10) == b"old"
    assert os.listdir(store.folder / "jobs" / "a") == ["x"]


def test_bytes_and_folders_are_on_disk_before_the_write_is_done(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, rename = os.fsync, Path.replace

    def sync(name: str, descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        done.append(f"{name} {'file' if path.name.startswith('.') else path.name}")
        fsync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        done.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fdatasync", lambda fd: sync("fdatasync", fd))
    monkeypatch.setattr(os, "fsync", lambda fd: sync("fsync", fd))
    monkeypatch.setattr(Path, "replace", replace)
    put(store, "jobs/a/x", b"content")
    assert done == ["fsync store", "fsync jobs", "fdatasync file", "rename", "fsync a"]


def test_files_that_are_kept_together_are_on_disk_before_their_folders_and_the_end(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("fsync", "fdatasync"):
        real = getattr(os, name)

        def sync(descriptor: int, name: str = name, real: Callable[[int], None] = real) -> None:
            real(descriptor)
            done.append(f"{name} {Path(os.readlink(f'/proc/self/fd/{descriptor}')).name}")

        monkeypatch.setattr(os, name, sync)
    with store.together() as kept:
        for number in range(200):
            with kept.create(f"jobs/a/input/{number}") as out:
                out.write(b"content")
        with kept.create("jobs/a/job.json") as out:
            out.write(b"{}")
        assert kept.read("jobs/a/job.json", 2) == b"{}"
    files = [*(f"fdatasync {number}" for number in range(200)), "fdatasync job.json"]
    assert sorted(done[:201]) == sorted(files)
    assert done[201:] == ["fsync input", "fsync a", "fsync jobs", f"fsync {store.folder.name}"]


def keep_three(store: LocalStore, then: Exception | None = None) -> None:
    with store.together() as kept:
        for number in range(3):
            with kept.create(f"jobs/a/{number}") as out:
                out.write(b"content")
        if then is not None:
            raise then


def test_a_file_kept_together_that_cannot_be_synced_is_told(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith("/1"):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", broken)
    with pytest.raises(StoreError, match="Input/output error"):
        keep_three(store)


def test_what_is_given_up_is_not_synced_and_leaves_nothing_open(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: pytest.fail("a folder was synced"))
    with pytest.raises(RuntimeError):
        keep_three(store, RuntimeError())
    held = [os.readlink(one) for one in Path("/proc/self/fd").iterdir() if one.exists()]
    assert [one for one in held if str(store.folder) in one] == []


def test_what_is_given_up_while_others_are_synced_is_closed(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.store.together.AT_ONCE", 1)
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: sleep(0.05))
    opened = []

    def keep() -> None:
        with store.together() as kept:
            for number in range(9):
                with kept.create(f"jobs/a/{number}") as out:
                    opened.append(out)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        keep()
    assert [cast(Appender, one).file.closed for one in opened] == [True] * 9


def test_a_long_write_is_synced_on_the_way(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("web.store.disk.SYNC_BYTES", 10)
    monkeypatch.setattr(os, "fdatasync", synced.append)
    with store.create("x") as out:
        for _ in range(10):
            out.write(b"1234")
        assert len(synced) == 3


def test_delete_takes_everything_below_and_nothing_beside(store: LocalStore) -> None:
    put(store, "jobs/a/input/1", b"1")
    put(store, "jobs/ab/input/1", b"2")
    (store.folder / "jobs" / "a" / ".partial-left").write_bytes(b"left by a crash")
    store.delete("jobs/a")
    store.delete("jobs/a")
    assert not (store.folder / "jobs" / "a").exists()
    assert list(store.list("jobs")) == ["jobs/ab/input/1"]


@pytest.mark.parametrize(
    "uri",
    [
        *("", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "a//b", "a/", ".a", "a/.b"),
        *("a\\b", "a\0b", "a b", "a\n", "file:///x", "a/%2e%2e/b", "é", "x" * 1001),
    ],
)
def test_a_reference_never_leaves_the_store(store: LocalStore, uri: str) -> None:
    for use in (valid_uri, store.create, store.open, store.size, store.delete):
        with pytest.raises(StoreError, match="not a reference"):
            use(uri)
    with pytest.raises(StoreError, match="not a reference"):
        list(store.list(uri))


def test_what_is_not_there_is_said_without_a_path(store: LocalStore) -> None:
    put(store, "jobs/a", b"a file")
    for uri in ("jobs/none", "jobs/a/below", "jobs"):
        with pytest.raises(NotStoredError) as caught:
            store.read(uri, 10)
        assert str(store.folder) not in str(caught.value)
    assert store.size("jobs/none") is None
    assert store.size("jobs") is None
    assert list(store.list("jobs/none")) == []


def test_read_refuses_more_than_its_limit(store: LocalStore) -> None:
    put(store, "x", b"12345")
    assert store.read("x", 5) == b"12345"
    with pytest.raises(StoreError, match="longer than it may be"):
        store.read("x", 4)


def test_a_full_disk_is_a_store_error_and_leaves_nothing(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fdatasync", full)
    with pytest.raises(FullStoreError, match="No space left on device"):
        put(store, "x", b"1")
    assert os.listdir(store.folder) == []


def test_check_says_when_the_folder_is_gone(store: LocalStore) -> None:
    store.check()
    assert os.listdir(store.folder) == []
    store.folder.rmdir()
    with pytest.raises(StoreError):
        store.check()


def test_open_store_knows_folders_only(tmp_path: Path) -> None:
    assert isinstance(open_store(f"file://{tmp_path}/new/deep"), LocalStore)
    with pytest.raises(StoreError, match=r"only a folder .* in this release"):
        open_store("s3://bucket/prefix")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        open_store(f"file://{tmp_path}/file/below")
