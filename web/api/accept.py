"""Accept a submission: store it, record it in one transaction, then tell the queue."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import IntegrityError

from harmonizer_queue import Entry, Message, QueueFullError, faults
from web.api import quotas
from web.api.access import record
from web.api.new_job import NewJob, new_job
from web.api.plan_check import check_plan
from web.api.profile_lookup import profile_called
from web.api.upload import Submission
from web.db import jobs, webhooks
from web.db.models import IdempotencyKey
from web.errors import IdempotencyConflictError, invalid
from web.ids import new_id
from web.queue_link import QueueLink
from web.services import Services
from web.store import Keeping, StoreError

log = structlog.get_logger(__name__)

PUSHED_AT_ONCE = 100
"""Items pushed by the request itself; the relay pushes the rest by priority, within its window."""


@dataclass(frozen=True)
class Asked:
    """A request to accept.

    ``take`` stores what the job is made of below a folder and returns it; ``owner`` is "" where
    nobody has to say who they are; ``of`` is the job that is run again, if one is.
    """

    take: Callable[[Keeping, str], Submission]
    idempotency_key: str | None
    trace: Mapping[str, str]
    owner: str
    of: str | None = None


def accept(to: Services, asked: Asked) -> str:
    """Return the id of a job, durable in the store and in SQL before this returns.

    The job is new, unless an earlier request had the same idempotency key and the same content.
    Of two such requests at the same moment one makes the job and the other one waits for it.

    Raises:
        ApiError: The submission cannot be accepted; nothing of it stays.
        StoreError: The store cannot keep it.
        OperationalError: The database cannot record it.
    """
    quotas.foresee(asked.owner, asked.idempotency_key)
    job_id = new_id()
    folder = f"jobs/{job_id}"
    try:
        with to.store.together() as kept:
            got = asked.take(kept, folder)
            new = _made_of(to, asked, got, job_id, kept)
            for uri, content in new.documents.items():
                with kept.create(uri) as out:
                    out.write(content)
        faults.at(faults.Point.STORED)
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
    faults.at(faults.Point.COMMITTED)
    _push(to.link, job_id, new.messages)
    faults.at(faults.Point.PUSHED)
    return job_id


def _made_of(to: Services, asked: Asked, got: Submission, job_id: str, kept: Keeping) -> NewJob:
    """Return the job that a submission makes."""
    if got.plan is not None:
        check_plan(kept, got.plan)
    find = partial(profile_called, to, asked.owner)
    new = new_job(job_id, asked.owner, got, asked.trace, to.settings.split_bytes, find)
    if new.webhook_url:
        new.job.webhook_id = _webhook(to, asked.owner, new.webhook_url)
    return new


def _webhook(to: Services, owner: str, url: str) -> str:
    """Return the owner's endpoint with this URL: it has a secret that the receiver knows."""
    with to.reading() as session:
        found = webhooks.of_url(session, owner, url)
    if found is None:
        raise invalid("webhook_url", "is no endpoint of yours; make it with POST /api/webhooks")
    return found.id


def _forget(to: Services, folder: str) -> None:
    with suppress(StoreError):
        to.store.delete(folder)


class _UncertainError(Exception):
    """The commit failed in a way that leaves open whether it took place."""


def _record(to: Services, new: NewJob, asked: Asked) -> str | None:
    """Commit the job; return the id of the job that has the key already, if one has."""
    key = asked.idempotency_key
    now = datetime.datetime.now(datetime.UTC)
    with to.sessions() as session:
        bound = key and IdempotencyKey(
            owner=asked.owner,
            key=key,
            request_sha256=new.digest,
            job_id=new.job.id,
            created_at=now,
        )
        try:
            jobs.submit(session, new.job, new.files, new.items, now, bound or None)
        except IntegrityError:
            session.rollback()
            earlier = jobs.of_key(session, asked.owner, key) if key else None
            if earlier is None:
                raise
            if earlier.request_sha256 != new.digest:
                raise IdempotencyConflictError(
                    "The header Idempotency-Key belongs to another request."
                ) from None
            return earlier.job_id
        detail = {"operation": new.job.operation, "files": len(new.files)}
        if asked.of:
            detail["of"] = asked.of
        record(session, "job.submit", new.job.id, at=now, detail=detail)
        session.flush()
        quotas.take(session, asked.owner, sum(file.bytes for file in new.files))
        try:
            session.commit()
        except BaseException as error:
            raise _UncertainError from error
    return None


def _push(link: QueueLink, job_id: str, messages: Sequence[Message]) -> None:
    """Tell the queue at once; whatever goes wrong here the relay puts right within seconds."""
    entries = [Entry(one.item_id, jobs.FIRST_EPOCH, one) for one in messages[:PUSHED_AT_ONCE]]
    try:
        link.queue().enqueue(entries)
    except (RedisError, QueueFullError) as error:
        log.warning("items not pushed, the relay will", job_id=job_id, exc_info=error)
