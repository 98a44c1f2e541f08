"""``/api/webhooks``: endpoints that hear of the ends of jobs, and what was delivered to them.

As the Standard Webhooks say. A secret stands in one answer only, that to who made or rotated it.
"""

import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.api.access import caller, record
from web.api.answers import webhooks as answers
from web.api.body import json_object
from web.api.describe import JOB_CURSOR, LIMIT, Schema, described, word
from web.api.lookup import id_cursor, page_size
from web.api.shapes import at, moment
from web.db import webhooks
from web.db.webhook_models import Webhook, WebhookDelivery
from web.errors import NotFoundError, invalid
from web.ids import is_id
from web.outgoing import LONGEST_URL, target_of
from web.services import services

bp = Blueprint("webhooks", __name__, url_prefix="/api/webhooks")

LONGEST_OVERLAP_HOURS = 168
USUAL_OVERLAP_HOURS = 24

_NEW: dict[str, Schema] = {
    "url": {"type": "string", "format": "uri", "maxLength": LONGEST_URL},
    "events": {"type": "array", "items": word(webhooks.EVENTS), "uniqueItems": True},
}
_OVERLAP: dict[str, Schema] = {
    "overlap_hours": {"type": "integer", "minimum": 0, "maximum": LONGEST_OVERLAP_HOURS}
}


@bp.get("")
@described(answers.Webhooks)
def listed() -> answers.Webhooks:
    """Return the caller's endpoints, without their secrets."""
    with services().reading() as session:
        now = _now()
        return {"webhooks": [_shape(row, now) for row in webhooks.listed(session, caller().sees)]}


@bp.post("")
@described(answers.NewWebhook, status=201, body=_NEW, required=("url",))
def make() -> tuple[Response, int]:
    """Make an endpoint: 201 with its secret, which no other answer shows."""
    return _told(make_as(json_object(_NEW))), 201


def make_as(asked: dict[str, Any]) -> answers.NewWebhook:
    """Make an endpoint of what was asked, as ``make`` does."""
    url, events, owner, now = _url(asked), _events(asked), caller().owner, _now()
    try:
        with services().sessions.begin() as session:
            if len(webhooks.listed(session, owner)) >= webhooks.MOST:
                raise invalid("url", f"there are {webhooks.MOST} endpoints already")
            row = webhooks.make(session, owner=owner, url=url, events=events, now=now)
            record(session, "webhook.make", row.id, at=now, detail={"events": len(events)})
    except IntegrityError:
        raise invalid("url", "is the one of another endpoint") from None
    return {**_shape(row, now), "secret": row.secret}


@bp.get("/<webhook_id>")
@described(answers.WebhookDocument)
def show(webhook_id: str) -> answers.WebhookDocument:
    """Return an endpoint, without its secret."""
    with services().reading() as session:
        return _shape(_called(session, webhook_id), _now())


@bp.delete("/<webhook_id>")
@described(None, status=204)
def remove(webhook_id: str) -> tuple[str, int]:
    """Delete an endpoint and what is known of its deliveries: 204."""
    with services().sessions.begin() as session:
        row = _called(session, webhook_id)
        webhooks.remove(session, row)
        record(session, "webhook.delete", webhook_id, at=_now())
    return "", 204


@bp.post("/<webhook_id>/rotate")
@described(answers.NewWebhook, body=_OVERLAP)
def rotate(webhook_id: str) -> Response:
    """Give an endpoint a new secret; until the end of an overlap the one before signs too."""
    hours = json_object(_OVERLAP).get("overlap_hours", USUAL_OVERLAP_HOURS)
    return _told(rotate_as(webhook_id, hours))


def rotate_as(webhook_id: str, hours: int) -> answers.NewWebhook:
    """Give an endpoint a new secret, as ``rotate`` does."""
    if not 0 <= hours <= LONGEST_OVERLAP_HOURS:
        raise invalid("overlap_hours", f"must be a number from 0 to {LONGEST_OVERLAP_HOURS}")
    now = _now()
    with services().sessions.begin() as session:
        row = _called(session, webhook_id)
        webhooks.rotate(row, now, datetime.timedelta(hours=hours))
        record(session, "webhook.rotate", row.id, at=now, detail={"overlap_hours": hours})
    return {**_shape(row, now), "secret": row.secret}


@bp.post("/<webhook_id>/enable")
@described(answers.WebhookDocument)
def enable(webhook_id: str) -> answers.WebhookDocument:
    """Let an endpoint hear again of what happens from now on."""
    now = _now()
    with services().sessions.begin() as session:
        row = _called(session, webhook_id)
        webhooks.enable(row)
        record(session, "webhook.enable", row.id, at=now)
    return _shape(row, now)


@bp.post("/<webhook_id>/disable")
@described(answers.WebhookDocument)
def disable(webhook_id: str) -> answers.WebhookDocument:
    """Let an endpoint hear of nothing more; what was not delivered yet fails."""
    now = _now()
    with services().sessions.begin() as session:
        row = _called(session, webhook_id)
        webhooks.disable(row, "owner", now)
        record(session, "webhook.disable", row.id, at=now)
    return _shape(row, now)


@bp.get("/<webhook_id>/deliveries")
@described(answers.Deliveries, LIMIT, JOB_CURSOR)
def deliveries(webhook_id: str) -> answers.Deliveries:
    """Return what was delivered to an endpoint or is to be, the newest first."""
    limit, before = page_size(), id_cursor()
    with services().reading() as session:
        row = _called(session, webhook_id)
        found = webhooks.deliveries(session, row.id, before, limit + 1)
    shown = found[:limit]
    return {
        "deliveries": [_delivery(told, next_at) for told, next_at in shown],
        "next_cursor": shown[-1][0].id if len(found) > limit else None,
    }


@bp.post("/<webhook_id>/deliveries/<delivery_id>/redeliver")
@described(answers.DeliveryDocument, status=202)
def redeliver(webhook_id: str, delivery_id: str) -> tuple[answers.DeliveryDocument, int]:
    """Deliver an event once more, under the same ``webhook-id``: 202."""
    now = _now()
    with services().sessions.begin() as session:
        row = _called(session, webhook_id)
        found = webhooks.delivery(session, delivery_id, row.id) if is_id(delivery_id) else None
        if found is None:
            raise NotFoundError("The endpoint has no delivery with this id.")
        told, _ = found
        webhooks.redeliver(session, told, now)
        record(session, "webhook.redeliver", row.id, at=now, detail={"delivery_id": told.id})
    return _delivery(told, now), 202


def _called(session: Session, webhook_id: str) -> Webhook:
    row = webhooks.find(session, webhook_id, caller().sees) if is_id(webhook_id) else None
    if row is None:
        raise NotFoundError("There is no endpoint with this id.")
    return row


def _url(asked: dict[str, Any]) -> str:
    if "url" not in asked:
        raise invalid("url", "is missing")
    try:
        target_of(asked["url"], services().settings)
    except ValueError as error:
        raise invalid("url", str(error)) from None
    return str(asked["url"])


def _events(asked: dict[str, Any]) -> list[str]:
    events = asked.get("events", list(webhooks.EVENTS))
    if not all(events.count(one) == 1 and one in webhooks.EVENTS for one in events):
        raise invalid("events", f"must be of {', '.join(webhooks.EVENTS)}, each once")
    return [one for one in webhooks.EVENTS if one in events]


def _told(told: answers.NewWebhook) -> Response:
    answer = jsonify(told)
    answer.headers["Location"] = f"/api/webhooks/{told['webhook_id']}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shape(row: Webhook, now: datetime.datetime) -> answers.WebhookDocument:
    signs_twice = len(webhooks.secrets_of(row, now)) > 1
    return {
        "webhook_id": row.id,
        "owner": row.owner,
        "url": row.url,
        "events": row.events,
        "created_at": at(row.created_at),
        "enabled": row.disabled_at is None,
        "disabled_why": row.disabled_why,
        "old_secret_until": moment(row.old_until) if signs_twice else None,
    }


def _delivery(told: WebhookDelivery, next_at: datetime.datetime | None) -> answers.DeliveryDocument:
    return {
        "delivery_id": told.id,
        "job_id": told.job_id,
        "event": told.event,
        "state": told.state,
        "created_at": at(told.created_at),
        "tries": told.tries,
        "tried_at": moment(told.tried_at),
        "status": told.status,
        "reason": told.reason,
        "next_at": moment(next_at),
    }


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
