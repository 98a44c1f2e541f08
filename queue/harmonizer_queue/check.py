"""Compare every item's hash with the indexes and lists it should stand in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from harmonizer_queue.reads import Item, Reads
from harmonizer_queue.words import Priority, State


@dataclass(frozen=True, order=True)
class Violation:
    """One item that breaks an invariant of the contract, with the invariant's number."""

    invariant: str
    item_id: str
    problem: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.item_id}: {self.problem}"


@dataclass(frozen=True)
class _Content:
    """All indexes and lists: where each id stands."""

    indexes: dict[str, set[str]]
    queues: dict[str, set[str]]
    handed_out: set[str]


def check(queue: Reads) -> list[Violation]:
    """Return what breaks I3 to I6 now, sorted; empty when all is well.

    Several commands read what changes meanwhile, so on a busy Redis one look may see an item
    between two states: believe what two looks see (``confirmed``). What ``audit`` would find
    and put right, an item lost between two lists, is no violation.
    """
    content = _read(queue)
    found: list[Violation] = []
    seen: set[str] = set()
    for item_id, item in queue.items():
        seen.add(item_id)
        found += _of_state(item_id, item, content)
        found += _of_place(item_id, item, content)
        found += _of_budgets(item_id, item)
    for index, members in content.indexes.items():
        found += [
            Violation("I4", item_id, f"in {index} without a hash") for item_id in members - seen
        ]
    return sorted(found)


def confirmed(queue: Reads) -> list[Violation]:
    """Return the violations that two looks in a row see."""
    first = check(queue)
    return sorted(set(first) & set(check(queue))) if first else []


def _read(queue: Reads) -> _Content:
    names = [f"waiting:{p}" for p in Priority] + ["fed", "leases", "delayed"]
    handed_out = queue.members("ready")
    for worker in queue.worker_ids():
        handed_out += queue.members(f"processing:{worker}")
    return _Content(
        indexes={name: set(queue.indexed(name)) for name in names},
        queues={p.value: set(queue.members(f"queue:{p}")) for p in Priority},
        handed_out=set(handed_out),
    )


def _of_state(item_id: str, item: Item, content: _Content) -> Iterable[Violation]:
    state = item["state"]
    want = {
        State.WAITING: f"waiting:{item.get('msg', {}).get('priority')}",
        State.RUNNING: "leases",
        State.DELAYED: "delayed",
    }.get(state)
    stands = {n for n, members in content.indexes.items() if n != "fed" and item_id in members}
    if stands != ({want} if want else set()):
        yield Violation("I4", item_id, f"{state}, and in {', '.join(sorted(stands)) or 'no index'}")
    if item_id in content.indexes["fed"] and state != State.WAITING:
        yield Violation("I4", item_id, f"{state}, and in fed")
    if state == State.RUNNING and not (item.get("claim") and item.get("worker")):
        yield Violation("I3", item_id, "running without a claim or worker")
    if state in (State.WAITING, State.DELAYED) and "claim" in item:
        yield Violation("I3", item_id, f"{state} with a claim")


def _of_place(item_id: str, item: Item, content: _Content) -> Iterable[Violation]:
    priority = item.get("msg", {}).get("priority")
    if item["state"] != State.WAITING or priority not in content.queues:
        return
    queued = content.queues[priority]
    audited = item_id in content.indexes["fed"] or not queued
    if not audited and item_id not in queued | content.handed_out:
        yield Violation("I5", item_id, "waiting in no list, and audit would not find it")


def _of_budgets(item_id: str, item: Item) -> Iterable[Violation]:
    message: dict[str, Any] = item.get("msg", {})
    live = not State(item["state"]).terminal
    for spent, most in (("failures", "max_failures"), ("losses", "max_losses")):
        if spent in item and item[spent] > message.get(most, 0) - live:
            yield Violation("I6", item_id, f"{item['state']} with {item[spent]} {spent}")
