"""What a store can do, whatever holds the bytes."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

CHUNK = 1024 * 1024

_URI = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_MAX_URI = 1000


class StoreError(Exception):
    """The store cannot do what was asked: unreachable, full, or a reference that is none."""


class FullStoreError(StoreError):
    """The store has no room left."""


class NotStoredError(StoreError):
    """Nothing is stored under the reference."""


def valid_uri(uri: str) -> str:
    """Return the reference as given when it is one.

    Segments of letters, digits, ``. _ -`` that do not begin with a dot, joined by ``/``: so none
    leaves the store, and none names a file that is still being written.

    Raises:
        StoreError: It is none.
    """
    if len(uri) > _MAX_URI or not _URI.fullmatch(uri):
        raise StoreError("not a reference into the store")
    return uri


class Writing(Protocol):
    """Bytes on their way into the store: a context that publishes all of them or none."""

    def write(self, data: bytes) -> None:
        """Append bytes.

        Raises:
            StoreError: They cannot be kept, as when the disk is full.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Keeping(Protocol):
    """What a submission is received into. Both methods may raise ``StoreError``."""

    def create(self, uri: str) -> Writing:
        """Return a context to write through.

        Left normally, everything written is durable and then visible at once under ``uri``,
        replacing what was there; left by an exception, nothing of it stays.
        """

    def read(self, uri: str, limit: int) -> bytes:
        """Return the whole content of something small.

        Raises:
            NotStoredError: There is none.
            StoreError: It is longer than ``limit`` bytes.
        """


class Store(Keeping, Protocol):
    """Bytes under references. Every method may raise ``StoreError``."""

    def together(self) -> AbstractContextManager[Keeping]:
        """Give what keeps many files that nobody else knows of yet, in less time.

        They may be there, in part, as soon as they are created; durable they are when the context
        is left. Left by an exception, the caller deletes them.
        """

    def open(self, uri: str) -> BinaryIO:
        """Return a readable, seekable file positioned at its start; the caller closes it.

        Raises:
            NotStoredError: There is none.
        """

    def size(self, uri: str) -> int | None:
        """Return how many bytes are stored under ``uri``, or None when nothing is."""

    def list(self, prefix: str) -> Iterator[str]:
        """Yield the references below a folder such as ``jobs/<job_id>``, in order."""

    def folders(self, prefix: str) -> Iterator[str]:
        """Yield the names of the folders directly in a folder such as ``jobs``, in no order."""

    def delete(self, prefix: str) -> None:
        """Delete everything below a folder, also what was never published; none is no error."""

    def working(self, prefix: str) -> AbstractContextManager[Path]:
        """Give a folder with room, for a program that works on files; it is gone afterwards.

        What a crash leaves of it goes when ``prefix`` is deleted.
        """

    def check(self) -> None:
        """Return when the store can take bytes now.

        Raises:
            StoreError: It cannot.
        """


def copy(of: Store, uri: str, to: Keeping, other: str, most: int | None = None) -> None:
    """Copy what is stored under a reference, its beginning of ``most`` bytes, to another one."""
    with of.open(uri) as file, to.create(other) as out:
        left = most
        while data := file.read(CHUNK if left is None else min(CHUNK, left)):
            out.write(data)
            left = left if left is None else left - len(data)
