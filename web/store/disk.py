"""What the local store does to a disk: bytes and folders that are there after a crash."""

import contextlib
import errno
import os
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Self

from web.store.interface import FullStoreError, NotStoredError, StoreError

SYNC_BYTES = 16 * 1024 * 1024
"""Written bytes are put on disk this often, so that the last sync of an upload is short."""


class Appender:
    """Appends to a file, which is synced now and then on the way."""

    def __init__(self, file: FileIO) -> None:
        self.file = file
        self._unsynced = 0

    def __enter__(self) -> Self:
        return self

    def write(self, data: bytes) -> None:
        """Append bytes."""
        with reported():
            rest = memoryview(data)
            while rest:
                rest = rest[self.file.write(rest) :]
            self._unsynced += len(data)
            if self._unsynced >= SYNC_BYTES:
                os.fdatasync(self.file.fileno())
                self._unsynced = 0


def sync_folder(folder: Path) -> None:
    """Make what a folder holds durable: which names there are."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextlib.contextmanager
def reported() -> Iterator[None]:
    """Turn the system's errors into the store's; paths stay out of the text."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise NotStoredError("nothing is stored under this reference") from error
    except OSError as error:
        kind = FullStoreError if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
        raise kind(f"the store's folder refused: {error.strerror}") from error
