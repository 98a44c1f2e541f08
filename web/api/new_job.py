"""Everything that makes a job, from what was received: rows, messages, and its document."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from harmonizer_queue import Input, Kind, Message, MessageError
from web.api.submission import Find, Wanted, check
from web.api.upload import StoredFile, Submission
from web.db import jobs
from web.db.models import Item, ItemKind, Job, JobFile, Priority
from web.errors import InvalidRequestError
from web.ids import made_at, made_at_ms, new_id


@dataclass(frozen=True)
class NewJob:
    """A job that is not recorded yet.

    ``documents`` are what is written into its folder beside what came: its ``job.json``, its
    profile if it is none of the built-in ones, pairs whose truth is known if there are any.
    ``digest`` is the same for every request with the same content. ``webhook_url`` is that of the
    endpoint that is to hear of its end, or "".
    """

    job: Job
    files: Sequence[JobFile]
    items: Sequence[Item]
    messages: Sequence[Message]
    documents: Mapping[str, bytes]
    digest: str
    webhook_url: str


RANGES_OF_LARGEST = 4
"""How many ranges a file has that is only just large enough to be divided."""


def new_job(
    job_id: str,
    owner: str,
    got: Submission,
    trace: Mapping[str, str],
    split_bytes: int,
    find: Find | None = None,
) -> NewJob:
    """Return everything that makes a job, not stored yet.

    A file larger than ``split_bytes`` begins with an item that plans it and, if it can be read in
    ranges, says in which. A profile that is none of the built-in ones (``find`` knows them) is kept
    in the job's folder, so what becomes of it changes nothing for the job.

    Raises:
        InvalidRequestError: What is asked for cannot be done.
    """
    created_at = made_at(job_id)
    wanted = check(got, created_at.date(), find)
    documents = {}
    if not wanted.profile.built_in:
        documents[f"jobs/{job_id}/profile.yaml"] = wanted.profile.document.encode()
    options = dict(wanted.options)
    if wanted.gold_pairs is not None:
        options["gold_pairs"] = f"jobs/{job_id}/gold_pairs.csv"
        documents[options["gold_pairs"]] = wanted.gold_pairs.encode()
    document = _document(job_id, got, wanted, options)
    messages = _messages(document, wanted, trace, split_bytes)
    job = Job(
        id=job_id,
        operation=wanted.operation,
        profile=wanted.profile.name,
        profile_sha256=wanted.profile.sha256,
        priority=Priority(wanted.priority),
        today=wanted.today,
        options=options,
        plan_uri=document["plan"],
        owner=owner or None,
        created_at=created_at,
    )
    try:
        items = [_item(message, job) for message in messages]
    except MessageError as error:
        raise InvalidRequestError("Names and options are too long together.") from error
    return NewJob(
        job,
        [JobFile(job_id=job_id, **file) for file in document["files"]],
        items,
        messages,
        documents
        | {f"jobs/{job_id}/job.json": json.dumps(document, ensure_ascii=False, indent=1).encode()},
        _digest(got),
        wanted.webhook_url,
    )


def _document(
    job_id: str, got: Submission, wanted: Wanted, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``job.json``: what a worker that reads several files of the job is told."""
    return {
        "v": 1,
        "job_id": job_id,
        "operation": wanted.operation,
        "profile": wanted.profile.name,
        "today": wanted.today.isoformat(),
        "options": options,
        "plan": got.plan.uri if got.plan else None,
        "files": [
            {
                "file_no": number,
                "name": file.name,
                "source": source,
                "table": table,
                "uri": file.uri,
                "sha256": file.sha256,
                "bytes": file.bytes,
                "media": file.media,
            }
            for number, (file, source, table) in enumerate(
                zip(got.files, wanted.sources, wanted.tables, strict=True), 1
            )
        ],
    }


def _messages(
    document: Mapping[str, Any], wanted: Wanted, trace: Mapping[str, str], split_bytes: int
) -> list[Message]:
    """Return one message for each file."""
    job_id = document["job_id"]
    shared = {name: document[name] for name in ("operation", "profile", "today", "options", "plan")}
    shared["files"] = len(document["files"])
    # Made in the same millisecond they would be in any order; the queue keeps that of their ids.
    item_ids = sorted(new_id() for _ in document["files"])
    return [
        Message(
            item_id=item_id,
            job_id=job_id,
            kind=Kind.PLAN if file["bytes"] > split_bytes else Kind.FILE,
            priority=wanted.priority,
            created_at=made_at_ms(job_id),
            input=Input(file["uri"], file["sha256"], file["bytes"], file["media"]),
            params=shared
            | {name: file[name] for name in ("source", "table", "name", "file_no")}
            | _ranges(file["bytes"], split_bytes),
            trace=trace,
        )
        for item_id, file in zip(item_ids, document["files"], strict=True)
    ]


def _ranges(size: int, split_bytes: int) -> dict[str, int]:
    """Return what a plan is told besides: about how many bytes a range is to have."""
    if size <= split_bytes:
        return {}
    return {"range_bytes": -(-split_bytes // RANGES_OF_LARGEST)}


def _item(message: Message, job: Job) -> Item:
    return Item(
        id=message.item_id,
        job_id=job.id,
        kind=ItemKind(message.kind),
        file_no=message.params["file_no"],
        priority=job.priority,
        message=json.loads(message.to_json()),
        created_at=job.created_at,
        epoch=jobs.FIRST_EPOCH,
    )


def _digest(got: Submission) -> str:
    """Return a digest of everything that was sent, the same for the same content."""

    def sent(file: StoredFile | None) -> list[str | int] | None:
        return [file.name, file.media, file.sha256, file.bytes] if file else None

    content = [sorted(got.texts.items()), [sent(one) for one in got.files], sent(got.plan)]
    return sha256(json.dumps(content).encode()).hexdigest()
