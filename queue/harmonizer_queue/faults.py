"""For tests: end or hold up this process at named points, and switch its repairs off.

The points lie between two steps of the contract. Without the variables of docs/faults.md nothing
happens here, and outside a test they are refused. The Go package queue/faults does the same.
"""

import math
import os
import random
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Point(StrEnum):
    """A point, by what has just happened; those of a worker stand in queue/faults."""

    STORED = "stored"
    """web: files are durable, nothing is in SQL."""
    COMMITTED = "committed"
    """web: the job is in SQL, the queue has not heard."""
    PUSHED = "pushed"
    """web: the queue has the items, the client has no answer."""
    READ = "read"
    """reconciler: a batch of events was read, nothing of it is in SQL."""
    RECORDED = "recorded"
    """reconciler: the batch is in SQL, the queue has not heard."""
    ACKNOWLEDGED = "acknowledged"
    """reconciler: the queue has forgotten the batch."""
    RELAYED = "relayed"
    """reconciler: the queue has dispatches, SQL has not heard."""
    JOINED = "joined"
    """reconciler: the document of a job's parts is in the store, its item is not in SQL."""
    CHANGED = "changed"
    """reconciler: SQL believes in a new generation, Redis has not heard."""


class FaultsError(ValueError):
    """The variables cannot be used; the text is one sentence."""


@dataclass(frozen=True)
class _Action:
    kill: bool
    probability: float
    seconds: float


@dataclass
class _Plan:
    actions: dict[str, _Action] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    log: str = ""
    over: float = math.inf
    dice: random.Random = field(default_factory=random.Random)


_plan: _Plan | None = None


def configure(environ: Mapping[str, str]) -> None:
    """Read ``HARMONIZER_FAILPOINTS`` and ``HARMONIZER_REPAIRS_OFF``; call it once, at the start.

    Raises:
        FaultsError: They cannot be used, or this is no test.
    """
    global _plan
    points = environ.get("HARMONIZER_FAILPOINTS", "")
    off = environ.get("HARMONIZER_REPAIRS_OFF", "")
    if not points and not off:
        return
    if environ.get("HARMONIZER_TEST_MODE") != "1":
        raise FaultsError(
            "HARMONIZER_FAILPOINTS and HARMONIZER_REPAIRS_OFF are for tests: "
            "they need HARMONIZER_TEST_MODE=1."
        )
    _plan = _read(points, off)


def at(point: Point) -> None:
    """Do what is planned for a point; this may not return."""
    plan = _plan
    action = plan and plan.actions.get(point)
    if not plan or not action or time.monotonic() > plan.over:
        return
    if plan.dice.random() >= action.probability:
        return
    if plan.log:
        with open(plan.log, "ab", buffering=0) as file:  # one write: lines do not mix
            file.write(f"{point} {'kill' if action.kill else 'hold'}\n".encode())
    if action.kill:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(action.seconds)


def off(repair: str) -> bool:
    """Return whether a repair is switched off; the reconciler's have the names of its loops."""
    return _plan is not None and repair in _plan.off


def _read(points: str, off: str) -> _Plan:
    plan = _Plan(off=frozenset(off.split(",")))
    for entry in filter(None, points.split(",")):
        name, _, value = entry.partition("=")
        try:
            if name == "seed":
                plan.dice.seed(int(value))
            elif name == "log":
                plan.log = value
            elif name == "for":
                plan.over = time.monotonic() + float(value)
            else:
                plan.actions[name] = _action(value)
        except ValueError as error:
            raise FaultsError(f"HARMONIZER_FAILPOINTS: {entry!r} is no failpoint.") from error
    return plan


def _action(text: str) -> _Action:
    """Read ``kill:PROBABILITY`` or ``hold:PROBABILITY:SECONDS``."""
    match text.split(":"):
        case ["kill", probability]:
            return _Action(True, float(probability), 0)
        case ["hold", probability, seconds]:
            return _Action(False, float(probability), float(seconds))
    raise ValueError(text)
