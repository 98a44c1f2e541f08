"""A store of one request: the beginnings of what is written to it, in memory, then forgotten."""

from types import TracebackType
from typing import Self

from web.store.interface import Writing


class Beginnings:
    """What ``receive`` writes to when nothing of a file is to stay, ``most`` bytes of each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, bytearray] = {}

    def create(self, uri: str) -> Writing:
        """Return a context to write through."""
        self._kept[uri] = bytearray()
        return _Beginning(self._kept[uri], self._most)

    def read(self, uri: str, limit: int) -> bytes:
        """Return what is kept, ``limit`` bytes of it at most."""
        return bytes(self._kept[uri][:limit])


class _Beginning:
    def __init__(self, kept: bytearray, most: int) -> None:
        self._kept, self._most = kept, most

    def write(self, data: bytes) -> None:
        """Keep as much of it as there is room for."""
        self._kept += data[: self._most - len(self._kept)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
