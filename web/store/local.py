"""A store that is a folder, shared by every process of one machine or by a network mount."""

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from web.store.disk import Appender, reported, sync_folder
from web.store.interface import NotStoredError, StoreError, valid_uri
from web.store.together import Together

_PARTIAL = ".partial-"


class LocalStore:
    """Files below one folder. What is being written has a name that begins with a dot."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        with reported():
            self.folder.mkdir(parents=True, exist_ok=True)

    def create(self, uri: str) -> "LocalWriting":
        """Return a context to write through; see ``Store.create``."""
        return LocalWriting(self.folder, self.path(uri))

    def together(self) -> Together:
        """Return a context for many files; see ``Store.together``."""
        return Together(self, self.folder)

    def open(self, uri: str) -> BinaryIO:
        """Return the stored file, opened for reading."""
        with reported():
            return self.path(uri).open("rb")

    def read(self, uri: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        with self.open(uri) as file, reported():
            content = file.read(limit + 1)
        if len(content) > limit:
            raise StoreError("stored content is longer than it may be")
        return content

    def size(self, uri: str) -> int | None:
        """Return the file's size in bytes, or None."""
        try:
            with reported():
                found = self.path(uri).stat()
        except NotStoredError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def list(self, prefix: str) -> Iterator[str]:
        """Yield references below ``prefix`` in order; what is still being written is not there."""
        for folder, folders, names in os.walk(self.path(prefix)):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield Path(folder, name).relative_to(self.folder).as_posix()

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield the names of the folders directly in ``prefix``."""
        with (
            contextlib.suppress(NotStoredError),
            reported(),
            os.scandir(self.path(prefix)) as in_it,
        ):
            for entry in in_it:
                if entry.is_dir(follow_symlinks=False):
                    yield entry.name

    def delete(self, prefix: str) -> None:
        """Delete the folder ``prefix`` and all below it."""
        with contextlib.suppress(NotStoredError), reported():
            shutil.rmtree(self.path(prefix))

    @contextlib.contextmanager
    def working(self, prefix: str) -> Iterator[Path]:
        """Give a folder in ``prefix`` whose name begins with a dot."""
        folder = self.path(prefix)
        with reported():
            work = tempfile.TemporaryDirectory(prefix=".working-", dir=folder)
        with work as name:
            yield Path(name)

    def check(self) -> None:
        """Write one small file and delete it."""
        path = self.folder / f"{_PARTIAL}{secrets.token_hex(8)}"
        with reported():
            path.write_bytes(b"check")
            path.unlink()

    def path(self, uri: str) -> Path:
        """Return where a reference is."""
        return self.folder / valid_uri(uri)


class LocalWriting(Appender):
    """One file on its way: written beside its place, synced, then renamed into it."""

    def __init__(self, root: Path, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f"{_PARTIAL}{secrets.token_hex(8)}")
        with reported():
            _make_folder(root, path.parent)
            super().__init__(self._partial.open("xb", buffering=0))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with reported(), self.file:
                if kind is None:
                    os.fdatasync(self.file.fileno())
                    self._partial.replace(self._path)
                    sync_folder(self._path.parent)
        finally:
            # Nothing is left of it unless the rename has taken it away.
            with contextlib.suppress(OSError):
                self._partial.unlink()


def _make_folder(root: Path, folder: Path) -> None:
    """Make a folder and the missing ones above it, each durable in the one that holds it."""
    if folder == root or folder.is_dir():
        return
    _make_folder(root, folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)
