"""The item that puts the parts of a job together, or those that compare shards for it."""

import json
from hashlib import sha256
from typing import Any

from harmonizer_queue import Input, Kind, Message, Priority
from reconciler.parts import Parts, now
from reconciler.persons import make_snapshot, uses_registry
from reconciler.shards import shard_items
from web.db import settle
from web.db.models import Item, ItemKind, Job
from web.db.settle import Finish
from web.db.words import LINKING
from web.ids import derived_id

MAX_DOCUMENT = 64 * 1024 * 1024


def finish_items(of: Parts, job_id: str, step: Finish) -> list[Item]:
    """Return the item, or the shards, not inserted yet; the store has what became of each file.

    Ids are always the same for a job and its retry, so whoever does this twice writes the same
    document.

    Raises:
        NotStoredError: The document that describes the job is not in the store.
        StoreError: The store cannot be used now.
    """
    with of.reading() as session:
        job, trace = settle.of_job(session, job_id)
    kind = ItemKind.LINK if job.operation in LINKING else ItemKind.FINISH
    item_id = derived_id(job_id, f"{kind}/{job.retries}")
    parts_uri = f"jobs/{job_id}/{item_id}.json"
    parts = {"v": 1, "parts": [vars(part) for part in step.parts]}
    with of.store.create(parts_uri) as out:
        out.write(json.dumps(parts, separators=(",", ":")).encode())
    job_uri = f"jobs/{job_id}/job.json"
    document = of.store.read(job_uri, MAX_DOCUMENT)
    made_at = now()
    message = Message(
        item_id=item_id,
        job_id=job_id,
        kind=Kind(kind),
        priority=Priority(job.priority),
        created_at=int(made_at.timestamp() * 1000),
        input=Input(job_uri, sha256(document).hexdigest(), len(document), "application/json"),
        params=_registry(of, job)
        | ({"compared": step.compared} if step.compared else {})
        | {
            "operation": job.operation,
            "profile": job.profile,
            "today": job.today.isoformat(),
            "options": job.options,
            "plan": job.plan_uri,
            "parts": parts_uri,
        },
        trace=trace,
    )
    last = Item(
        id=item_id,
        job_id=job_id,
        kind=kind,
        range_no=job.retries,
        priority=job.priority,
        message=json.loads(message.to_json()),
        created_at=made_at,
    )
    if kind is not ItemKind.LINK or step.compared:
        return [last]
    return shard_items(last, step.rows, of.settings.link_shard_rows) or [last]


def _registry(of: Parts, job: Job) -> dict[str, Any]:
    """Return what the item is told of the registry of persons, if the job uses it."""
    return {"registry": make_snapshot(of, job)} if uses_registry(job) else {}
