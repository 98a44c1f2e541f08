"""The items of the ranges of a large file, as its plan has cut it."""

import json
from typing import Any

from harmonizer_queue import Input, Kind, Message, Priority, Range
from reconciler.finish import MAX_DOCUMENT
from reconciler.parts import Parts, now
from web.db import settle
from web.db.models import Item, ItemKind
from web.db.settle import Divide
from web.ids import derived_id


class DivisionError(ValueError):
    """What a plan wrote says nothing about ranges."""


def range_items(of: Parts, step: Divide) -> list[Item]:
    """Return the items, not inserted yet. Their ids are always the same for a plan.

    Raises:
        NotStoredError: The manifest of the plan is not in the store.
        StoreError: The store cannot be used now.
        DivisionError: The manifest is none, or without ranges.
    """
    ranges = _ranges(of.store.read(step.manifest_uri, MAX_DOCUMENT))
    with of.reading() as session:
        plan = settle.item(session, step.plan_id)
    return [_item(plan, number, start, end) for number, (start, end) in enumerate(ranges, 1)]


def _ranges(manifest: bytes) -> list[tuple[int, int]]:
    try:
        found = json.loads(manifest)["division"]["ranges"]
        return [(int(one["start"]), int(one["end"])) for one in found]
    except (ValueError, KeyError, TypeError) as error:
        raise DivisionError("no division") from error


def _item(plan: Item, number: int, start: int, end: int) -> Item:
    planned: dict[str, Any] = plan.message
    made_at = now()
    message = Message(
        item_id=derived_id(plan.id, f"{ItemKind.TRANSFORM}/{number}"),
        job_id=plan.job_id,
        kind=Kind.TRANSFORM,
        priority=Priority(plan.priority),
        created_at=int(made_at.timestamp() * 1000),
        input=Input(**planned["input"] | {"range": Range(start, end)}),
        params=planned["params"] | {"planned": plan.manifest_uri, "range_no": number},
        trace=planned["trace"],
    )
    return Item(
        id=message.item_id,
        job_id=plan.job_id,
        kind=ItemKind.TRANSFORM,
        file_no=plan.file_no,
        range_no=number,
        priority=plan.priority,
        message=json.loads(message.to_json()),
        created_at=made_at,
    )
