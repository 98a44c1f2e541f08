"""The items that compare a shard each of the records of a job, and what they leave behind."""

from contextlib import suppress

from reconciler.parts import Parts
from web.db import shards
from web.db.models import Item, Job
from web.ids import derived_id
from web.store import StoreError

MOST = 16
"""Each of them reads all records; of more, that would be nearly all that they do."""


def shard_items(last: Item, rows: int, rows_each: int) -> list[Item]:
    """Return the items, not inserted yet, that compare so many rows for the last item of a job.

    There are none where it does that by itself: with 0, and with no more rows than that. Their ids
    are always the same for that item.
    """
    count = min(-(-rows // rows_each), MOST) if rows_each else 1
    return [_item(last, no, count) for no in range(1, count + 1)] if count > 1 else []


def _item(last: Item, no: int, count: int) -> Item:
    item_id = derived_id(last.id, f"shard/{no}")
    message = shards.told(last.message, shard={"no": no, "of": count})
    return Item(
        id=item_id,
        job_id=last.job_id,
        kind=last.kind,
        range_no=last.range_no,
        shard_no=no,
        priority=last.priority,
        message=message | {"item_id": item_id},
        created_at=last.created_at,
    )


def forget_shards(of: Parts, job: Job) -> None:
    """Delete what shards of a job with a result found, in this run and in those before.

    Those of a later run, should this come so late, stay; what stays goes with its other files.
    """
    with of.reading() as session:
        ids = shards.ids(session, job.id, job.retries)
    with suppress(StoreError):
        for item_id in ids:
            of.store.delete(f"jobs/{job.id}/{item_id}")
