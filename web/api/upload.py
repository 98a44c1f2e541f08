"""Read a multipart submission: files go straight into the store, text parts come back.

A file is written once, while it is hashed, and is never whole in memory (ADR 0020).
"""

import hashlib
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from web.errors import FieldError, InvalidRequestError, TooLargeError, invalid
from web.store import Keeping, Store, copy

MAX_PARTS = 10_000
MAX_TEXT_BYTES = 64 * 1024
"""Longest text part but a plan, and longest headers of a part."""
MAX_PLAN_BYTES = 1024 * 1024
"""Longest plan that comes as a text, as those of the console's forms do."""
MAX_TEXTS_BYTES = 16 * 1024 * 1024
"""All text parts of a form together: they are held in memory."""
MAX_NAME = 255
READ = 1024 * 1024
"""As much as gunicorn receives at once: what is left of it is copied at every smaller read."""
CHUNK = 64 * 1024
"""What the decoder is given at once: more is slower, its copies leave the processor's cache."""

_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What a line has no place for, and what shows what stands around it in another order."""
_MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}")
_COMPRESSED = (".gz", ".zip", ".zst")


@dataclass(frozen=True)
class StoredFile:
    """One file as received: what the client called it, and what is in the store."""

    name: str
    media: str
    uri: str
    sha256: str
    bytes: int

    @property
    def stem(self) -> str:
        """Return the name without its extension, and without that of a compression before it."""
        name = self.name
        for ending in _COMPRESSED:
            if name.lower().endswith(ending) and len(name) > len(ending):
                name = name[: -len(ending)]
        return PurePosixPath(name).stem


@dataclass
class Submission:
    """The parts of a request, in the order they came."""

    files: list[StoredFile] = field(default_factory=list)
    plan: StoredFile | None = None
    texts: dict[str, list[str]] = field(default_factory=dict)


def receive(
    stream: BinaryIO, content_type: str, store: Keeping, folder: str, text_parts: Container[str]
) -> Submission:
    """Store the ``file`` parts as ``<folder>/input/<n>``, a ``plan`` file as ``<folder>/plan``.

    Args:
        stream: The body, already limited in size.
        content_type: The header, with the boundary.
        store: Where files go. After an exception the caller deletes ``folder``.
        folder: The job's folder in the store.
        text_parts: Names that text parts may have.

    Raises:
        InvalidRequestError: The body is no form, or has a part that is not known.
        TooLargeError: Too many parts, or a text part that is too long.
        StoreError: A file cannot be kept.
    """
    boundary = parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise InvalidRequestError("The header Content-Type names no boundary.")
    form = _Form(stream, boundary)
    got = Submission()
    texts = 0
    try:
        while (part := form.next_part()) is not None:
            if isinstance(part, Field):
                texts += _take_text(part, form, text_parts, got, MAX_TEXTS_BYTES - texts)
            else:
                _take_file(part, form, store, folder, got)
    except RequestEntityTooLarge as error:
        raise TooLargeError("The body, the number of parts or a text part is too large.") from error
    except UnicodeDecodeError as error:
        raise InvalidRequestError("The name of a part or of a file is not UTF-8.") from error
    except ValueError as error:
        # The decoder says so for headers that are none, and for a body that ends too early.
        raise InvalidRequestError("The body is not a complete multipart form.") from error
    return got


def copied(
    of: Store, file: StoredFile, to: Keeping, uri: str, most: int | None = None
) -> StoredFile:
    """Copy a file of a store, its beginning of ``most`` bytes; return it as it is there."""
    copy(of, file.uri, to, uri, most)
    return replace(file, uri=uri)


def supply(to: Keeping, got: Submission, folder: str, plan: bytes) -> None:
    """Let a submission have a plan, as if it had been sent with it."""
    uri = f"{folder}/plan"
    with to.create(uri) as out:
        out.write(plan)
    digest = hashlib.sha256(plan).hexdigest()
    got.plan = StoredFile("plan.yaml", "application/yaml", uri, digest, len(plan))


def _take_text(
    part: Field, form: "_Form", text_parts: Container[str], got: Submission, left: int
) -> int:
    """Take a text part of as many bytes as are left, at most; return how many it has."""
    if part.name == "file":
        raise invalid("file", "is text, not a file; with curl: -F file=@NAME")
    if part.name not in text_parts:
        raise invalid(_shown(part.name), "no such part")
    content = bytearray()
    most = min(MAX_PLAN_BYTES if part.name == "plan" else MAX_TEXT_BYTES, left)
    for data in form.content():
        content += data
        if len(content) > most:
            raise TooLargeError("A text part is too long.", [FieldError(part.name, "too long")])
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise invalid(part.name, "is not UTF-8") from error
    if "\0" in text:
        raise invalid(part.name, "holds the character NUL")
    got.texts.setdefault(part.name, []).append(text)
    return len(content)


def _take_file(part: File, form: "_Form", store: Keeping, folder: str, got: Submission) -> None:
    if part.name == "file":
        uri = f"{folder}/input/{len(got.files) + 1}"
    elif part.name == "plan" and got.plan is None:
        uri = f"{folder}/plan"
    else:
        raise invalid(_shown(part.name), "no such file part, or given more than once")
    if not part.filename:
        # What a browser sends for a field in which no file was chosen.
        if any(form.content()):
            raise invalid(part.name, "has content but no file name")
        return
    digest, size = hashlib.sha256(), 0
    with store.create(uri) as out:
        for data in form.content():
            digest.update(data)
            out.write(data)
            size += len(data)
    media = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    stored = StoredFile(
        name=file_name(part.filename) or uri.rpartition("/")[2],
        media=media if _MEDIA.fullmatch(media) else "application/octet-stream",
        uri=uri,
        sha256=digest.hexdigest(),
        bytes=size,
    )
    if part.name == "file":
        got.files.append(stored)
    else:
        got.plan = stored


def file_name(given: str) -> str:
    """Return a client's file name without folders and unprintable characters; it may be empty."""
    last = given.replace("\\", "/").rpartition("/")[2]
    return _UNPRINTABLE.sub("", last).strip()[:MAX_NAME]


def is_printable(text: str) -> bool:
    """Return whether a text stands on a line as it is: any letters, and spaces of any kind."""
    return not _UNPRINTABLE.search(text)


def _shown(name: str | None) -> str:
    """Return the name of a part that is not known, short: it stands in an answer, not in a log."""
    return _UNPRINTABLE.sub("", name or "")[:64] or "(no name)"


class _Form:
    """The parts of a body, one after the other, each read to its end before the next."""

    def __init__(self, stream: BinaryIO, boundary: str) -> None:
        self._stream = stream
        self._read = b""
        self._given = 0
        self._decoder = MultipartDecoder(
            boundary.encode(), CHUNK + MAX_TEXT_BYTES, max_parts=MAX_PARTS
        )

    def _next(self) -> Event:
        while isinstance(event := self._decoder.next_event(), NeedData):
            self._decoder.receive_data(self._some() or None)
        return event

    def _some(self) -> bytes:
        """Return the next bytes of the body; none at its end."""
        if self._given >= len(self._read):
            self._read, self._given = self._stream.read(READ), 0
        begin, self._given = self._given, self._given + CHUNK
        return self._read[begin : self._given]

    def next_part(self) -> File | Field | None:
        """Return the head of the next part, or None when there are no more."""
        while True:
            event = self._next()
            if isinstance(event, File | Field):
                return event
            if isinstance(event, Epilogue):
                return None

    def content(self) -> Iterator[bytes]:
        """Yield the content of the part whose head came last; must be read to its end."""
        while True:
            event = self._next()
            if isinstance(event, Data):
                yield event.data
                if not event.more_data:
                    return
