"""Bars by the hour, drawn by the server: they need no script, and each has its table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.api.answers.queue import HourDocument

WIDTH, HEIGHT = 600.0, 120.0
_GAP = 0.2
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Part:
    """One part of a bar, ``of`` a status; in units of the drawing."""

    of: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Tick:
    """A word below the drawing, or a number beside it."""

    at: float
    text: str


@dataclass(frozen=True)
class Bars:
    """A drawing of ``WIDTH`` by ``HEIGHT``: its parts, hours below and counts beside it."""

    parts: Sequence[Part]
    hours: Sequence[Tick]
    counts: Sequence[Tick]


def bars(hours: Sequence[HourDocument], statuses: Sequence[str]) -> Bars:
    """Return one bar for each hour, the statuses upon each other in their order."""
    most = top(max((sum(one["ended"][s] for s in statuses) for one in hours), default=0))
    step = WIDTH / max(1, len(hours))
    parts: list[Part] = []
    for place, one in enumerate(hours):
        below = HEIGHT
        for status in statuses:
            tall = one["ended"][status] / most * HEIGHT
            below -= tall
            if tall:
                x = (place + _GAP / 2) * step
                parts.append(Part(status, x, below, step * (1 - _GAP), tall))
    named = [
        Tick((place + 0.5) * step, one["from"][11:16])
        for place, one in enumerate(hours)
        if (len(hours) - 1 - place) % 6 == 0
    ]
    return Bars(parts, named, [Tick(0, f"{most:,}"), Tick(HEIGHT, "0")])


def top(most: int) -> int:
    """Return a round number that is not less: 1, 2 or 5 and zeros."""
    ten = 1
    while True:
        for step in _STEPS:
            if step * ten >= most:
                return step * ten
        ten *= 10
