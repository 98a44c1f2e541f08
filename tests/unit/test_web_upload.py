"""Multipart bodies: what is stored, what comes back, what is refused."""

import contextlib
import hashlib
import io
from collections.abc import Container
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from web.api.upload import (
    CHUNK,
    MAX_PARTS,
    MAX_PLAN_BYTES,
    MAX_TEXT_BYTES,
    MAX_TEXTS_BYTES,
    StoredFile,
    Submission,
    receive,
)
from web.errors import ApiError, InvalidRequestError, TooLargeError
from web.store import LocalStore

BOUNDARY = "XboundaryX"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
TEXTS = frozenset(("operation", "source"))


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


def part(name: str, content: bytes, filename: str | None = None, media: str | None = None) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"'
    if media:
        head += f"\r\nContent-Type: {media}"
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def got(store: LocalStore, *parts: bytes, texts: Container[str] = TEXTS) -> Submission:
    return receive(io.BytesIO(body(*parts)), TYPE, store, "jobs/j", texts)


def refused(store: LocalStore, *parts: bytes, texts: Container[str] = TEXTS) -> ApiError:
    with pytest.raises(ApiError) as caught:
        got(store, *parts, texts=texts)
    return caught.value


def test_files_are_stored_in_order_and_described(store: LocalStore) -> None:
    submission = got(
        store,
        part("source", b"clinic"),
        part("file", b"a,b\n1,2\n", "patients.csv", "text/csv; charset=utf-8"),
        part("operation", "hármonize".encode()),
        part("plan", b"plan: 1\n", "last.yaml"),
        part("file", b"", "empty.csv"),
        part("source", b""),
    )
    digest = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    empty = hashlib.sha256(b"").hexdigest()
    assert submission.files == [
        StoredFile("patients.csv", "text/csv", "jobs/j/input/1", digest, 8),
        StoredFile("empty.csv", "application/octet-stream", "jobs/j/input/2", empty, 0),
    ]
    assert submission.plan is not None
    assert submission.plan.uri == "jobs/j/plan"
    assert submission.texts == {"source": ["clinic", ""], "operation": ["hármonize"]}
    assert store.read("jobs/j/input/1", 100) == b"a,b\n1,2\n"
    assert store.size("jobs/j/input/2") == 0


@how(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [b"\r", b"\n", b"\r\n", b"--", BOUNDARY.encode(), b"\r\n--X", b"a" * (CHUNK - 3)]
            ),
            max_size=8,
        ).map(b"".join),
        min_size=1,
        max_size=3,
    )
)
def test_any_content_that_is_not_the_boundary_line_survives(
    store: LocalStore, contents: list[bytes]
) -> None:
    if any(f"\n--{BOUNDARY}".encode() in b"\n" + one for one in contents):
        return
    if any(f"\r--{BOUNDARY}".encode() in one for one in contents):
        return
    submission = got(store, *(part("file", one, "x.csv") for one in contents))
    assert [store.read(one.uri, 10**7) for one in submission.files] == contents


@how(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_body_is_refused_or_read_and_never_more(
    store: LocalStore, data: st.DataObject
) -> None:
    whole = bytearray(body(part("operation", b"clean"), part("file", b"a,b\r\n1,2", "x.csv")))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
        whole += b"\n"
    with contextlib.suppress(InvalidRequestError, TooLargeError):
        receive(io.BytesIO(bytes(whole)), TYPE, store, "jobs/j", TEXTS)


@pytest.mark.parametrize("cut", [3, 30, 60, 100, 130])
def test_a_body_that_ends_early_is_refused_and_its_file_is_not_published(
    store: LocalStore, cut: int
) -> None:
    whole = body(part("file", b"a" * 100, "x.csv"))
    with pytest.raises(InvalidRequestError, match="not a complete multipart form"):
        receive(io.BytesIO(whole[: len(whole) - cut]), TYPE, store, "jobs/j", TEXTS)
    assert cut < 30 or list(store.list("jobs")) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\\\data\\\\x.csv", "x.csv"),
        ("../../etc/passwd", "passwd"),
        ("naïve ☃.csv", "naïve ☃.csv"),
        ("a\x01b\x7f.csv", "ab.csv"),
        ("vsc.\u202estneitap\u202c.exe", "vsc.stneitap.exe"),
        ("患者\u3000一覧 9:05\u202fAM.csv", "患者\u3000一覧 9:05\u202fAM.csv"),
        ("folder/", "1"),
        ("x" * 300 + ".csv", "x" * 255),
    ],
)
def test_file_names_lose_folders_and_control_characters(
    store: LocalStore, given: str, kept: str
) -> None:
    assert got(store, part("file", b"1", given)).files[0].name == kept


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("patients.csv", "patients"),
        ("patients.csv.gz", "patients"),
        ("a.b.csv", "a.b"),
        ("patients", "patients"),
        (".gz", ".gz"),
        ("x.ZIP", "x"),
    ],
)
def test_the_stem_of_a_name(name: str, stem: str) -> None:
    assert StoredFile(name, "text/csv", "u", "0", 0).stem == stem


def test_a_field_without_a_chosen_file_is_no_file(store: LocalStore) -> None:
    assert got(store, part("file", b"", "")).files == []
    assert refused(store, part("file", b"1", "")).errors[0].reason == "has content but no file name"


def test_a_path_sent_in_place_of_a_file_is_told_how(store: LocalStore) -> None:
    [error] = refused(store, part("file", b"patients.csv")).errors
    assert (error.field, error.reason) == (
        "file",
        "is text, not a file; with curl: -F file=@NAME",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        [part("colour", b"blue")],
        [part("colour", b"1", "x.csv")],
        [part("operation", b"1", "x.csv")],
        [part("operation", b"\xff\xfe")],
        [part("plan", b"1", "a"), part("plan", b"1", "b")],
    ],
)
def test_parts_that_are_not_known_are_named(store: LocalStore, wrong: list[bytes]) -> None:
    error = refused(store, *wrong)
    assert isinstance(error, InvalidRequestError)
    assert error.errors[0].field in ("colour", "operation", "plan")


def test_limits_of_text_and_of_the_number_of_parts(store: LocalStore) -> None:
    assert got(store, part("source", b"x" * MAX_TEXT_BYTES)).texts["source"]
    assert isinstance(refused(store, part("source", b"x" * (MAX_TEXT_BYTES + 1))), TooLargeError)
    assert isinstance(refused(store, *[part("source", b"")] * (MAX_PARTS + 1)), TooLargeError)


def test_a_plan_may_be_a_long_text_and_all_texts_together_have_a_limit(store: LocalStore) -> None:
    of_forms = TEXTS | {"plan"}
    plan = part("plan", b"x" * MAX_PLAN_BYTES)
    assert len(got(store, plan, texts=of_forms).texts["plan"][0]) == MAX_PLAN_BYTES
    longer = part("plan", b"x" * (MAX_PLAN_BYTES + 1))
    assert isinstance(refused(store, longer, texts=of_forms), TooLargeError)
    most = [plan] * (MAX_TEXTS_BYTES // MAX_PLAN_BYTES)
    assert len(got(store, *most, texts=of_forms).texts["plan"]) == len(most)
    more = part("source", b"x")
    assert isinstance(refused(store, *most, more, texts=of_forms), TooLargeError)


def test_a_body_without_a_boundary_is_refused(store: LocalStore) -> None:
    with pytest.raises(InvalidRequestError, match="boundary"):
        receive(io.BytesIO(b""), "multipart/form-data", store, "jobs/j", TEXTS)
    with pytest.raises(InvalidRequestError):
        receive(io.BytesIO(b""), TYPE, store, "jobs/j", TEXTS)
