"""Accept a submission: store it, record it in one transaction, then tell the queue."""

import datetime
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import IntegrityError

from harmonizer_queue import Entry, Input, Kind, Message, MessageError, QueueFullError
from web.api.submission import TEXT_PARTS, Wanted, check
from web.api.upload import StoredFile, Submission, receive
from web.db import audit, jobs
from web.db.models import IdempotencyKey, Item, ItemKind, Job, JobFile, Priority
from web.errors import IdempotencyConflictError, InvalidRequestError
from web.ids import made_at_ms, new_id
from web.queue_link import QueueLink
from web.services import Services
from web.store import StoreError

log = structlog.get_logger(__name__)

PUSHED_AT_ONCE = 100
"""Items pushed by the request itself; the relay pushes the rest by priority, within its window."""

NO_OWNER = ""


@dataclass(frozen=True)
class Asked:
    """A request to accept: its multipart body, limited in size, and what its headers say."""

    body: BinaryIO
    content_type: str
    idempotency_key: str | None
    trace: Mapping[str, str]
    address: str | None


def accept(to: Services, asked: Asked) -> str:
    """Return the id of a job, durable in the store and in SQL before this returns.

    The job is new, unless an earlier request had the same idempotency key and the same content.
    Of two such requests at the same moment one makes the job and the other one waits for it.

    Raises:
        ApiError: The submission cannot be accepted; nothing of it stays.
        StoreError: The store cannot keep it.
        OperationalError: The database cannot record it.
    """
    job_id = new_id()
    folder = f"jobs/{job_id}"
    try:
        got = receive(asked.body, asked.content_type, to.store, folder, TEXT_PARTS)
        new = _new_job(job_id, got, asked)
        with to.store.create(f"{folder}/job.json") as out:
            out.write(new.document)
        earlier = _record(to, new, asked)
    except _UncertainError as error:
        # The row may be there all the same, so its files stay. When it is not, nobody heard of
        # the job, and retention finds a folder that no row names.
        raise error.__cause__ or error from None
    except BaseException:
        _forget(to, folder)
        raise
    if earlier is not None:
        _forget(to, folder)
        log.info("job replayed", job_id=earlier)
        return earlier
    size = sum(file.bytes for file in got.files)
    log.info("job accepted", job_id=job_id, files=len(got.files), bytes=size)
    _push(to.link, job_id, new.messages)
    return job_id


def _forget(to: Services, folder: str) -> None:
    with suppress(StoreError):
        to.store.delete(folder)


class _UncertainError(Exception):
    """The commit failed in a way that leaves open whether it took place."""


@dataclass(frozen=True)
class _New:
    job: Job
    files: Sequence[JobFile]
    items: Sequence[Item]
    messages: Sequence[Message]
    document: bytes
    digest: str


def _record(to: Services, new: _New, asked: Asked) -> str | None:
    """Commit the job; return the id of the job that has the key already, if one has."""
    key = asked.idempotency_key
    now = datetime.datetime.now(datetime.UTC)
    with to.sessions() as session:
        bound = key and IdempotencyKey(
            owner=NO_OWNER,
            key=key,
            request_sha256=new.digest,
            job_id=new.job.id,
            created_at=now,
        )
        try:
            jobs.submit(session, new.job, new.files, new.items, now, bound or None)
        except IntegrityError:
            session.rollback()
            earlier = jobs.of_key(session, NO_OWNER, key) if key else None
            if earlier is None:
                raise
            if earlier.request_sha256 != new.digest:
                raise IdempotencyConflictError(
                    "The header Idempotency-Key belongs to another request."
                ) from None
            return earlier.job_id
        audit.append(
            session,
            "job.submit",
            new.job.id,
            at=now,
            address=asked.address,
            detail={"operation": new.job.operation, "files": len(new.files)},
        )
        session.flush()
        try:
            session.commit()
        except Exception as error:
            raise _UncertainError from error
    return None


def _new_job(job_id: str, got: Submission, asked: Asked) -> _New:
    """Return everything that makes a job, not stored yet.

    Raises:
        InvalidRequestError: What is asked for cannot be done.
    """
    created_at = datetime.datetime.fromtimestamp(made_at_ms(job_id) / 1000, datetime.UTC)
    wanted = check(got, created_at.date())
    document = _document(job_id, got, wanted)
    messages = _messages(document, wanted, asked.trace)
    job = Job(
        id=job_id,
        operation=wanted.operation,
        profile=wanted.profile,
        priority=Priority(wanted.priority),
        today=wanted.today,
        options=dict(wanted.options),
        plan_uri=document["plan"],
        created_at=created_at,
    )
    try:
        items = [_item(message, job) for message in messages]
    except MessageError as error:
        raise InvalidRequestError("Names and options are too long together.") from error
    return _New(
        job,
        [JobFile(job_id=job_id, **file) for file in document["files"]],
        items,
        messages,
        json.dumps(document, ensure_ascii=False, indent=1).encode(),
        _digest(got),
    )


def _document(job_id: str, got: Submission, wanted: Wanted) -> dict[str, Any]:
    """Return ``job.json``: what a worker that reads several files of the job is told."""
    return {
        "v": 1,
        "job_id": job_id,
        "operation": wanted.operation,
        "profile": wanted.profile,
        "today": wanted.today.isoformat(),
        "options": dict(wanted.options),
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
    document: Mapping[str, Any], wanted: Wanted, trace: Mapping[str, str]
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
            kind=Kind.FILE,
            priority=wanted.priority,
            created_at=made_at_ms(job_id),
            input=Input(file["uri"], file["sha256"], file["bytes"], file["media"]),
            params=shared | {name: file[name] for name in ("source", "table", "name", "file_no")},
            trace=trace,
        )
        for item_id, file in zip(item_ids, document["files"], strict=True)
    ]


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


def _push(link: QueueLink, job_id: str, messages: Sequence[Message]) -> None:
    """Tell the queue at once; whatever goes wrong here the relay puts right within seconds."""
    entries = [Entry(one.item_id, jobs.FIRST_EPOCH, one) for one in messages[:PUSHED_AT_ONCE]]
    try:
        link.queue().enqueue(entries)
    except (RedisError, QueueFullError) as error:
        log.warning("items not pushed, the relay will", job_id=job_id, exc_info=error)
