"""What can be asked of the queue without changing it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import redis
from typing_extensions import TypedDict

from harmonizer_queue.connection import send
from harmonizer_queue.words import Priority, Scope, State

Item = dict[str, Any]

_CHUNK = 500
MOST_EPOCH = 2**31 - 1
"""What a database holds; the scripts take a larger one for none."""


class Worker(TypedDict):
    """One registered worker: ``heartbeat_age_ms`` by the clock of Redis, ``items`` it has."""

    worker_id: str
    host: str
    pid: int
    version: str
    slots: int
    busy: int
    draining: bool
    heartbeat_age_ms: int
    items: list[str]


class Live(NamedTuple):
    """How far an item is: its last progress is a flat object of counts, empty before the first."""

    state: State
    epoch: int
    progress: Mapping[str, Any]


class Reads:
    """Questions to the queue. Nothing here writes, except that ``peek_results`` waits."""

    def __init__(self, client: redis.Redis, prefix: str = "harmonizer") -> None:
        self.client = client
        self.prefix = prefix

    def key(self, name: str) -> str:
        """Return the real name of a key of the contract, as ``queue:high`` or ``ready``."""
        return f"{self.prefix}:{name}"

    def _ask(self, command: str, *arguments: str | bytes | float) -> Any:
        return send(self.client, command, *arguments)

    def now_ms(self) -> int:
        """Return the time of the Redis server in milliseconds since 1970 UTC."""
        seconds, microseconds = self._ask("TIME")
        return int(seconds) * 1000 + int(microseconds) // 1000

    def depth(self) -> dict[str, int]:
        """Return how many items wait, by priority; those already in ``ready`` count too."""
        return {p.value: int(self._ask("ZCARD", self.key(f"waiting:{p}"))) for p in Priority}

    def oldest_age_ms(self, priority: str) -> int | None:
        """Return for how long the oldest item of a priority waits, or None when none does."""
        found: Any = self.client.zrange(self.key(f"waiting:{priority}"), 0, 0, withscores=True)
        return max(0, self.now_ms() - int(found[0][1])) if found else None

    def running(self) -> int:
        """Return how many items run."""
        return int(self._ask("ZCARD", self.key("leases")))

    def delayed(self) -> int:
        """Return how many items wait for a time."""
        return int(self._ask("ZCARD", self.key("delayed")))

    def fed(self) -> int:
        """Return how many items were handed to ``ready`` and are not claimed yet."""
        return int(self._ask("ZCARD", self.key("fed")))

    def ready(self) -> int:
        """Return the length of ``ready``."""
        return int(self._ask("LLEN", self.key("ready")))

    def results(self) -> int:
        """Return how many events the reconciler has not acknowledged."""
        return int(self._ask("LLEN", self.key("results")))

    def results_age_ms(self) -> int | None:
        """Return for how long the oldest event waits, or None when none does, or it is none."""
        found = self._ask("LINDEX", self.key("results"), -1)
        try:
            at = json.loads(found or b"null")["at"]
        except (ValueError, RecursionError, TypeError, LookupError):
            return None
        return max(0, self.now_ms() - at) if isinstance(at, int) else None

    def results_bad(self) -> int:
        """Return how many events SQL refused."""
        return int(self._ask("LLEN", self.key("results:bad")))

    def paused(self) -> list[str]:
        """Return the paused scopes, sorted: priorities, or ``*`` for all."""
        return self.paused_if_known() or []

    def paused_if_known(self) -> list[str] | None:
        """Return the same, or None when nothing was ever paused here, or it was lost."""
        found = [text(scope) for scope in self._ask("SMEMBERS", self.key("paused"))]
        return sorted(scope for scope in found if scope in list(Scope)) if found else None

    def current_generation(self) -> str | None:
        """Return the identity of this Redis content, or None when it has none (any more)."""
        found = self._ask("GET", self.key("generation"))
        return None if found is None else text(found)

    def item(self, item_id: str) -> Item | None:
        """Return an item's hash, or None when Redis has none.

        ``epoch, deliveries, failures, losses`` and the times come as int,
        ``msg, result, progress`` as decoded JSON, the rest as text; absent fields are absent.
        """
        return _item(self.client.hgetall(self.key(f"item:{item_id}")))

    def live(self, item_ids: Sequence[str]) -> list[Live | None]:
        """Return how far items are, in order, in one round trip; None where Redis has none.

        A hash that a person wrote, with a state or an epoch that is none, is none.
        """
        pipeline = self.client.pipeline(transaction=False)
        for item_id in item_ids:
            pipeline.hmget(self.key(f"item:{item_id}"), ["state", "epoch", "progress"])
        found: Any = pipeline.execute()
        return [_live(*fields) for fields in found]

    def position(self, priority: str, item_id: str) -> int | None:
        """Return how many items of its priority wait longer than this one; None if it does not."""
        found = self._ask("ZRANK", self.key(f"waiting:{priority}"), item_id)
        return None if found is None else int(found)

    def seconds_to(self, index: str, item_id: str) -> float | None:
        """Return how long until the time of an item in ``leases`` or ``delayed``; None without."""
        found = self._ask("ZSCORE", self.key(index), item_id)
        return None if found is None else (float(found) - self.now_ms()) / 1000

    def item_ids(self) -> list[str]:
        """Return the ids of all items that have a hash; walks over every key of the server."""
        return self._keys("item:")

    def list_owners(self) -> set[str]:
        """Return whose ``processing:<worker>`` has ids, registered or not; walks over every key."""
        return set(self._keys("processing:"))

    def _keys(self, name: str) -> list[str]:
        start = self.key(name)
        return [text(key).removeprefix(start) for key in self.client.scan_iter(f"{start}*", 1000)]

    def items(self) -> Iterator[tuple[str, Item]]:
        """Yield every item that has a hash, with its id; many are read in one round trip."""
        ids = self.item_ids()
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            pipeline = self.client.pipeline(transaction=False)
            for item_id in chunk:
                pipeline.hgetall(self.key(f"item:{item_id}"))
            for item_id, found in zip(chunk, pipeline.execute(), strict=True):
                item = _item(found)
                if item is not None:
                    yield item_id, item

    def members(self, name: str) -> list[str]:
        """Return the ids in a list such as ``ready`` or ``queue:high``, from left to right."""
        return [text(item_id) for item_id in self._ask("LRANGE", self.key(name), 0, -1)]

    def indexed(self, name: str) -> list[str]:
        """Return the ids in an index such as ``leases`` or ``waiting:low``, by score."""
        return [text(item_id) for item_id in self._ask("ZRANGE", self.key(name), 0, -1)]

    def worker_ids(self) -> list[str]:
        """Return the ids of the registered workers, the latest heartbeat last."""
        return self.indexed("workers")

    def workers(self) -> list[Worker]:
        """Return the registered workers, the latest heartbeat last."""
        now = self.now_ms()
        beats: Any = self.client.zrange(self.key("workers"), 0, -1, withscores=True)
        return [self._worker(text(name), max(0, now - int(beat))) for name, beat in beats]

    def _worker(self, worker_id: str, heartbeat_age_ms: int) -> Worker:
        found: Any = self.client.hgetall(self.key(f"worker:{worker_id}"))
        about = {text(k): text(v) for k, v in found.items()}
        return Worker(
            worker_id=worker_id,
            host=about.get("host", ""),
            pid=int(about.get("pid", 0)),
            version=about.get("version", ""),
            slots=int(about.get("slots", 0)),
            busy=int(about.get("busy", 0)),
            draining=about.get("draining") == "1",
            heartbeat_age_ms=heartbeat_age_ms,
            items=self.members(f"processing:{worker_id}"),
        )

    def peek_results(self, timeout_s: float) -> bool:
        """Wait until there is an event, at most ``timeout_s`` seconds; True when there is one.

        The list stays as it is: the oldest element moves from the right end to the right end.
        A full server refuses this, being a write: then poll.
        """
        results = self.key("results")
        found = self._ask("BLMOVE", results, results, "RIGHT", "RIGHT", timeout_s)
        return found is not None

    def read_results(self, limit: int = 500, behind: Sequence[bytes] = ()) -> list[bytes]:
        """Return the oldest events, at most ``limit``, oldest first, each as it is in the list.

        For ``ack`` and ``refuse``: n is the length, ``last`` the last element, ``first`` the
        first one. With ``behind``, which were read and are not acknowledged yet, the oldest of
        those that follow; none when the list is not so any more.
        """
        skipped = len(behind)
        found = self._ask("LRANGE", self.key("results"), -limit - skipped, -max(1, skipped))
        if behind and (not found or found.pop() != behind[-1]):
            return []
        return [event if isinstance(event, bytes) else event.encode() for event in reversed(found)]


_NUMBERS = frozenset(
    ("epoch", "deliveries", "failures", "losses", "started_at", "progress_at", "deferred_at")
)
_DOCUMENTS = frozenset(("msg", "result", "progress"))


def _live(state: bytes | None, epoch: bytes | None, progress: bytes | None) -> Live | None:
    try:
        number = int(epoch or 0)
        if state is None or not 0 <= number <= MOST_EPOCH:
            return None
        return Live(State(text(state)), number, json.loads(progress) if progress else {})
    except (ValueError, RecursionError):
        return None


def _item(found: Any) -> Item | None:
    return {text(k): _field(text(k), text(v)) for k, v in found.items()} or None


def _field(name: str, value: str) -> Any:
    if name in _NUMBERS:
        return int(value)
    return json.loads(value) if name in _DOCUMENTS else value


def text(reply: str | bytes) -> str:
    """Return a reply as text, whether or not the client decodes replies.

    Bytes that are none, in what a person wrote, come as they are written in a program.
    """
    return reply.decode(errors="backslashreplace") if isinstance(reply, bytes) else reply
