"""The queue: one method per transition, named as its script.

Every method may be repeated after an error; the headers in ``queue/contract/lua`` say what a
second call answers. Only references, digests and counts go in, never a patient's value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple

import msgspec
from redis.exceptions import OutOfMemoryError, ResponseError

from harmonizer_queue import scripts
from harmonizer_queue.message import HEAD, Message
from harmonizer_queue.reads import Reads, text
from harmonizer_queue.words import Scope

BATCH = 100
SHRUNK = 250

Moved = Literal["ok", "moved"]
PERMANENT = -1


class QueueFullError(Exception):
    """Redis is at ``maxmemory`` and takes no new item; nothing was written. Try again later."""


class MessageRefusedError(ResponseError):
    """Among the messages is one that is none; nothing was written of its hundred."""


class Entry(NamedTuple):
    """One dispatch: an item, its epoch, its message, and the budgets SQL has counted so far."""

    item_id: str
    epoch: int
    message: Message | Mapping[str, Any] | str
    delay_ms: int = 0
    failures: int = 0
    losses: int = 0

    def message_text(self) -> str | bytes:
        """Return the message as JSON.

        Raises:
            UnicodeEncodeError: In it is half of a surrogate pair.
        """
        if isinstance(self.message, Message):
            return self.message.to_json()
        if isinstance(self.message, str):
            return self.message
        # PostgreSQL gives the fields in an order of its own.
        first = {name: self.message[name] for name in HEAD if name in self.message}
        return msgspec.json.encode(first | dict(self.message))


@dataclass(frozen=True)
class Claimed:
    """The answer to one claim: ``ok, alone, paused, cancelled, dup`` or ``unknown``.

    The other fields are filled for ``ok`` only; ``message`` is the JSON text as enqueued.
    """

    answer: str
    message: str = ""
    epoch: int = 0
    deliveries: int = 0
    failures: int = 0
    losses: int = 0


class Queue(Reads):
    """The queue behind one prefix of one Redis, for whoever produces, reconciles or looks."""

    def _run(
        self,
        name: str,
        *arguments: scripts.Argument,
        items: Sequence[str] = (),
    ) -> Any:
        return scripts.run(self.client, self.prefix, name, items, arguments)

    def _answer(self, name: str, *arguments: scripts.Argument, items: Sequence[str] = ()) -> str:
        return text(self._run(name, *arguments, items=items))

    def enqueue(self, entries: Iterable[Entry]) -> list[str]:
        """Dispatch items; ``ok`` or ``exists`` for each, in order.

        More than 100 go in several calls, each whole or not at all; entries that are made one by
        one are made while Redis works for those before them.

        Raises:
            QueueFullError: Redis is full; other hundreds may be in, and answer ``exists`` on
                the next try.
            MessageRefusedError: One of them is none; other hundreds may be in.
        """
        entries = iter(entries)
        batches = iter(lambda: list(islice(entries, BATCH)), [])
        calls = map(_dispatch, batches)
        answers: list[str] = []
        try:
            for reply in scripts.run_each(self.client, self.prefix, "enqueue", calls):
                answers += map(text, reply)
        except OutOfMemoryError as error:
            raise QueueFullError("redis is full") from error
        except UnicodeEncodeError as error:
            raise MessageRefusedError("half of a surrogate pair") from error
        except ResponseError as error:
            if str(error).startswith("BADMESSAGE"):
                raise MessageRefusedError(str(error)) from error
            raise
        return answers

    def take(self, worker: str) -> str | None:
        """Move one id from ``ready`` to the worker's list and return it, or None."""
        found = self._run("take", worker, 1)
        return text(found[0]) if found else None

    def claim(
        self, claims: Sequence[tuple[str, str]], worker: str, lease_ms: int, alone: bool = False
    ) -> list[Claimed]:
        """Claim up to 100 fetched items, given as (item id, new claim id)."""
        reply = self._run(
            "claim",
            worker,
            lease_ms,
            int(alone),
            *(claim for _, claim in claims),
            items=[item_id for item_id, _ in claims],
        )
        return [
            Claimed(text(one[0]), text(one[1]), *(int(number) for number in one[2:]))
            if len(one) > 1
            else Claimed(text(one[0]))
            for one in reply
        ]

    def renew(
        self, worker: str, lease_ms: int, claims: Sequence[tuple[str, str]] = ()
    ) -> list[str]:
        """Heartbeat, and new leases: ``ok``, ``cancel`` or ``lost`` for each (item id, claim).

        Without claims the answer is empty, ``["drain"]`` while the worker is to take nothing
        more, or ``["hello"]`` when Redis has lost its hash and wants a ``hello``.
        """
        reply = self._run(
            "renew",
            worker,
            lease_ms,
            *(claim for _, claim in claims),
            items=[item_id for item_id, _ in claims],
        )
        return [text(answer) for answer in reply]

    def progress(self, item_id: str, claim: str, progress: str) -> str:
        """Store how far an item is (flat JSON object of counts): ``ok`` or ``stale``."""
        return self._answer("progress", claim, progress, items=[item_id])

    def complete(self, settled: Sequence[tuple[str, str, str]]) -> list[str]:
        """Settle up to 100 (item id, claim, result JSON): ``ok``, ``again`` or ``stale`` each."""
        arguments = [part for _, claim, result in settled for part in (claim, result)]
        reply = self._run("complete", *arguments, items=[item_id for item_id, _, _ in settled])
        return [text(answer) for answer in reply]

    def fail(self, item_id: str, claim: str, reason: str, delay_ms: int) -> str:
        """Record a failure: ``retry``, ``dead``, ``cancelled`` or ``stale``.

        ``delay_ms`` is drawn by the caller with full jitter; ``PERMANENT`` (-1) means dead.
        """
        return self._answer("fail", claim, reason, delay_ms, items=[item_id])

    def defer(self, item_id: str, claim: str, delay_ms: int, reason: str) -> str:
        """Put an item off without burning a budget: ``ok``, ``dead``, ``cancelled``, ``stale``."""
        return self._answer("defer", claim, delay_ms, reason, items=[item_id])

    def release(self, item_id: str, claim: str) -> str:
        """Hand an item back unfinished: ``ok``, ``cancelled`` or ``stale``."""
        return self._answer("release", claim, items=[item_id])

    def cancelled(self, item_id: str, claim: str) -> str:
        """Say that the handler stopped for a wanted cancel: ``ok`` or ``stale``."""
        return self._answer("cancelled", claim, items=[item_id])

    def cancel(self, item_id: str, epoch: int) -> str:
        """Cancel an item: ``cancelled`` (ended now), ``requested`` (running) or ``ended``.

        An item that was dispatched again since that epoch is left alone; it answers ``ended``.
        """
        return self._answer("cancel", epoch, items=[item_id])

    def promote(self) -> int:
        """Make due delayed items wait, at most 100; return how many."""
        return int(self._run("promote"))

    def reap(self) -> int:
        """Take items from ended leases and silent workers; return how many."""
        return int(self._run("reap"))

    def bury(self, worker: str) -> int:
        """Take everything from a worker whose process is gone; return how many items."""
        return int(self._run("bury", worker))

    def audit(self) -> int:
        """Put waiting items that stand in no list back into one; return how many."""
        return int(self._run("audit"))

    def hello(self, worker: str, fields: Mapping[str, str | int]) -> None:
        """Register a worker: ``host, pid, version, slots, drain, draining``."""
        self._run("hello", worker, *(part for pair in fields.items() for part in pair))

    def bye(self, worker: str) -> None:
        """Unregister a worker; what it had fetched and not claimed goes back without a loss."""
        self._run("bye", worker)

    def drain(self, worker: str, on: bool = True) -> str:
        """Tell a worker to take nothing more, or to take work again: ``ok`` or ``unknown``."""
        return self._answer("drain", worker, int(on))

    def pause(self, scope: str) -> None:
        """Stop handing out a priority, or all (``*``).

        Raises:
            ValueError: The scope is neither.
        """
        self._run("pause", Scope(scope).value)

    def resume(self, scope: str) -> None:
        """Undo ``pause`` of the same scope.

        Raises:
            ValueError: The scope is neither a priority nor ``*``.
        """
        self._run("resume", Scope(scope).value)

    def ack(self, n: int, last: bytes, first: bytes, pairs: Iterable[tuple[str, int]] = ()) -> str:
        """Drop the ``n`` oldest events after SQL has committed them: ``ok`` or ``moved``.

        Args:
            n: How many were read, at least 1.
            last: The newest of them, as read.
            first: The oldest of them, as read.
            pairs: (item id, epoch) of those that ended; their hashes shrink, for 10 minutes,
                some hundreds in a call, so that nobody else waits long for Redis.
        """
        named = list(pairs)
        while len(named) > SHRUNK:
            self.shrink(named[:SHRUNK])
            del named[:SHRUNK]
        return self._answer(
            "ack",
            n,
            last,
            first,
            *(epoch for _, epoch in named),
            items=[item_id for item_id, _ in named],
        )

    def shrink(self, pairs: Iterable[tuple[str, int]]) -> None:
        """Let hashes of items that ended, given as (item id, epoch), shrink; drop no event."""
        self.ack(1, b"", b"", pairs)  # no event is empty

    def refuse(self, n: int, last: bytes, first: bytes, error: str = "") -> str:
        """Move the ``n`` oldest events to ``results:bad`` with the error: ``ok`` or ``moved``."""
        return self._answer("refuse", n, last, first, error)

    def generation(self, old: str, new: str) -> str:
        """Name this Redis content ``new`` if it is ``old`` or nameless: ``ok`` or ``other``."""
        return self._answer("generation", old, new)


def _dispatch(entries: Sequence[Entry]) -> scripts.Call:
    arguments: list[scripts.Argument] = []
    for e in entries:
        arguments += (e.epoch, e.message_text(), e.delay_ms, e.failures, e.losses)
    return [e.item_id for e in entries], arguments
