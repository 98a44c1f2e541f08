"""Endpoints of webhooks and what is delivered to them. The caller owns the transaction."""

import base64
import datetime
import json
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from web.db import audit, tasks
from web.db.models import Job
from web.db.task_models import Task
from web.db.webhook_models import Webhook, WebhookDelivery
from web.db.words import DeliveryState, JobStatus, TaskKind
from web.ids import new_id

MARK = "whsec_"
EVENTS = tuple(f"job.{status.value}" for status in JobStatus if status.terminal)
MOST = 20
"""Endpoints that an owner may have: each end of a job is told to each."""

GONE = "gone"
DISABLED = "disabled"
UNREACHABLE = "unreachable"
WHO = "tasks"


def new_secret() -> str:
    """Return a fresh secret: 256 bits, as the Standard Webhooks write them."""
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def make(
    session: Session, *, owner: str, url: str, events: Sequence[str], now: datetime.datetime
) -> Webhook:
    """Insert an endpoint with a secret of its own.

    Raises:
        IntegrityError: The owner has one with this URL; nothing may be kept.
    """
    row = Webhook(
        id=new_id(), owner=owner, url=url, events=list(events), created_at=now, secret=new_secret()
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, webhook_id: str, owner: str | None) -> Webhook | None:
    """Return an endpoint of an owner (None is anybody's), or None."""
    row = session.get(Webhook, webhook_id)
    return row if row is not None and owner in (None, row.owner) else None


def of_url(session: Session, owner: str, url: str) -> Webhook | None:
    """Return an owner's endpoint by its URL, or None."""
    wanted = select(Webhook).where(Webhook.owner == owner, Webhook.url == url)
    return session.scalars(wanted).one_or_none()


def listed(session: Session, owner: str | None) -> Sequence[Webhook]:
    """Return the endpoints of an owner (None is everybody), the newest first."""
    wanted = select(Webhook).order_by(Webhook.id.desc())
    return session.scalars(wanted if owner is None else wanted.where(Webhook.owner == owner)).all()


def rotate(row: Webhook, now: datetime.datetime, overlap: datetime.timedelta) -> None:
    """Give an endpoint a new secret; the one it had signs beside it for some time."""
    row.old_secret, row.old_until = row.secret, now + overlap
    row.secret = new_secret()


def secrets_of(row: Webhook, now: datetime.datetime) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    old = row.old_secret if row.old_until is not None and now < row.old_until else None
    return [row.secret, old] if old else [row.secret]


def enable(row: Webhook) -> None:
    """Let an endpoint hear again of what happens from now on."""
    row.disabled_at = row.disabled_why = None


def disable(row: Webhook, why: str, now: datetime.datetime) -> None:
    """Let an endpoint hear of nothing."""
    if row.disabled_at is None:
        row.disabled_at, row.disabled_why = now, why


def remove(session: Session, row: Webhook) -> None:
    """Delete an endpoint and everything about it."""
    session.refresh(row, with_for_update=True)  # what is announced to it meanwhile is seen below
    ids = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == row.id)
    session.execute(delete(Task).where(Task.kind == TaskKind.DELIVERY, Task.target.in_(ids)))
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id))
    session.delete(row)
    session.flush()


def announce(session: Session, job: Job, now: datetime.datetime) -> None:
    """Let the end of a job be told to the endpoints that want to hear of it.

    Called in the transaction that ends the job, so none is lost; what is told are references and
    counts.
    """
    event = f"job.{job.status}"
    heard = or_(Webhook.owner == (job.owner or ""), Webhook.id == job.webhook_id)
    wanted = select(Webhook).where(heard, Webhook.disabled_at.is_(None)).order_by(Webhook.id)
    # Locked, so that none is removed before the commit.
    found = session.scalars(wanted.with_for_update(read=True, key_share=True))
    for row in found.all():
        if event in row.events or row.id == job.webhook_id:
            told = WebhookDelivery(
                id=new_id(),
                webhook_id=row.id,
                job_id=job.id,
                event=event,
                body=json.dumps(_told(job, event, now), separators=(",", ":")),
                created_at=now,
            )
            session.add(told)
            session.flush()
            tasks.add(session, TaskKind.DELIVERY, told.id, now)


def _told(job: Job, event: str, now: datetime.datetime) -> dict[str, Any]:
    base = f"/api/jobs/{job.id}"
    return {
        "type": event,
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "job_id": job.id,
            "status": job.status.value,
            "operation": job.operation,
            "reason": job.reason,
            "counts": job.counts,
            "links": {name: f"{base}{path}" for name, path in _LINKS.items()},
        },
    }


_LINKS = {"self": "", "status": "/status", "result": "/result", "outputs": "/outputs"}


def delivery(
    session: Session, delivery_id: str, webhook_id: str | None = None
) -> tuple[WebhookDelivery, Webhook] | None:
    """Return a delivery and its endpoint (None is any), or None."""
    wanted = (
        select(WebhookDelivery, Webhook)
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .where(WebhookDelivery.id == delivery_id)
        .execution_options(populate_existing=True)
    )
    if webhook_id is not None:
        wanted = wanted.where(Webhook.id == webhook_id)
    row = session.execute(wanted).one_or_none()
    return None if row is None else (row[0], row[1])


def deliveries(
    session: Session, webhook_id: str, before: str | None, limit: int
) -> Sequence[tuple[WebhookDelivery, datetime.datetime | None]]:
    """Return deliveries to an endpoint with when each is tried next, the newest first."""
    wanted = (
        select(WebhookDelivery, Task.due_at)
        .join(
            Task,
            (Task.kind == TaskKind.DELIVERY) & (Task.target == WebhookDelivery.id),
            isouter=True,
        )
        .where(WebhookDelivery.webhook_id == webhook_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(WebhookDelivery.id < before)
    return [(row[0], row[1]) for row in session.execute(wanted)]


def redeliver(session: Session, told: WebhookDelivery, now: datetime.datetime) -> None:
    """Let a delivery be tried now, with all its tries before it, whatever became of it."""
    session.execute(delete(Task).where(Task.kind == TaskKind.DELIVERY, Task.target == told.id))
    told.state = DeliveryState.PENDING
    tasks.add(session, TaskKind.DELIVERY, told.id, now)


def tried(
    session: Session,
    delivery_id: str,
    status: int | None,
    reason: str | None,
    now: datetime.datetime,
) -> None:
    """Record what a try came to; without a reason the event was delivered."""
    found = delivery(session, delivery_id)
    if found is None:
        return
    told, row = found
    told.tries, told.tried_at, told.status, told.reason = told.tries + 1, now, status, reason
    if reason is None:
        told.state, row.well_at = DeliveryState.DELIVERED, now


def give_up(session: Session, delivery_id: str, reason: str, now: datetime.datetime) -> None:
    """Record that a delivery is not tried again.

    Its endpoint is disabled when it says that it is gone, or nothing went well since the event.
    """
    found = delivery(session, delivery_id)
    if found is None:
        return
    told, row = found
    told.state, told.reason = DeliveryState.FAILED, reason
    dead = row.well_at is None or row.well_at < told.created_at
    if reason == DISABLED or row.disabled_at is not None or not (reason == GONE or dead):
        return
    disable(row, GONE if reason == GONE else UNREACHABLE, now)
    detail = {"why": row.disabled_why}
    audit.append(session, "webhook.disable", row.id, at=now, who=WHO, detail=detail)


def forget_old(session: Session, before: datetime.datetime) -> None:
    """Delete deliveries from before a moment that are not to be tried any more."""
    over = WebhookDelivery.state != DeliveryState.PENDING
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.created_at < before, over))


def forget_old_secrets(session: Session, now: datetime.datetime) -> None:
    """Delete secrets that sign nothing any more."""
    over = Webhook.old_until <= now
    session.execute(update(Webhook).where(over).values(old_secret=None, old_until=None))
