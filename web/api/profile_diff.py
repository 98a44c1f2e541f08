"""What differs between two versions of a profile, as JSON holds them."""

from collections.abc import Iterator, Mapping
from typing import Any

_MISSING = object()
_KEYS = ("id", "name")
"""What tells the members of a list apart, wherever they stand in it."""


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield each place that differs with what stood there and what stands there now.

    None stands for nothing. A path is as ``tables[patient].fields[mrn].width``.
    """
    if before == after:
        return
    olds, news = _members(before), _members(after)
    if olds is None or news is None:
        yield path, _shown(before), _shown(after)
        return
    named = isinstance(after, list)
    for key in dict.fromkeys((*olds, *news)):
        place = f"{path}[{key}]" if named else f"{path}.{key}".lstrip(".")
        yield from changes(olds.get(key, _MISSING), news.get(key, _MISSING), place)


def _members(value: Any) -> Mapping[str, Any] | None:
    """Return the members of a map, or of a list whose members have names; None of all else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        for key in _KEYS:
            names = [one.get(key) if isinstance(one, dict) else None for one in value]
            if names and None not in names and len(set(map(str, names))) == len(names):
                return dict(zip(map(str, names), value, strict=True))
    return None


def _shown(value: Any) -> Any:
    return None if value is _MISSING else value
