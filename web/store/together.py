"""Many new files in a folder of the local store that become durable together (ADR 0083)."""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from typing import Protocol, Self

from web.store.disk import Appender, reported, sync_folder

AT_ONCE = 16
"""Files that are synced at a time: a journal takes what is there when it writes."""
MOST_OPEN = 64


class Placed(Protocol):
    """The store whose files these are."""

    def path(self, uri: str) -> Path:
        """Return where a reference is."""

    def read(self, uri: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""


class Together:
    """Files that are durable when this context is left, each under its own name from the start.

    A file is synced while the next ones are received, the last one at the end, so a single file
    needs no thread; then each folder is, once. Left by an exception, what is there stays for the
    caller to delete.
    """

    def __init__(self, store: Placed, root: Path) -> None:
        self._store = store
        self._root = root
        self._folders: dict[Path, None] = {}
        self._last: FileIO | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._syncs: dict[FileIO, Future[None]] = {}
        self._free = BoundedSemaphore(MOST_OPEN)

    def read(self, uri: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        return self._store.read(uri, limit)

    def create(self, uri: str) -> "Pending":
        """Return a context to write a file through; see ``Store.together``."""
        path = self._store.path(uri)
        with reported():
            self._make_folder(path.parent)
            self._folders[path.parent] = None
            return Pending(path.open("wb", buffering=0), self._written)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        last, self._last = self._last, None
        try:
            with reported():
                if last is not None:
                    _finish(last, kind is None)
                if kind is None:
                    for one in self._syncs.values():
                        one.result()
                    for folder in sorted(self._folders, key=lambda path: -len(path.parts)):
                        sync_folder(folder)
        finally:
            if self._threads is not None:
                self._threads.shutdown(cancel_futures=kind is not None)
                # Those whose turn did not come are open still.
                for file in self._syncs:
                    file.close()

    def _make_folder(self, folder: Path) -> None:
        if folder == self._root or folder in self._folders or folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        self._folders[folder.parent] = None

    def _written(self, file: FileIO) -> None:
        before, self._last = self._last, file
        if before is None:
            return
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE)
        self._free.acquire()
        self._syncs[before] = self._threads.submit(self._finish_one, before)

    def _finish_one(self, file: FileIO) -> None:
        try:
            _finish(file, True)
        finally:
            self._free.release()


class Pending(Appender):
    """One file on its way, at its place already."""

    def __init__(self, file: FileIO, written: Callable[[FileIO], None]) -> None:
        super().__init__(file)
        self._written = written

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._written(self.file)
        else:
            self.file.close()


def _finish(file: FileIO, keep: bool) -> None:
    with file:
        if keep:
            os.fdatasync(file.fileno())
