"""``/api/keys``: who has access. A secret stands in one answer only, that to who made the key."""

import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from web.api import answers
from web.api.access import needs, record
from web.api.body import json_object
from web.api.describe import Schema, described, word
from web.api.shapes import at, moment
from web.db import keys
from web.db.models import ApiKey, Role
from web.errors import KeyEndedError, NotFoundError, invalid
from web.ids import is_id
from web.services import services

bp = Blueprint("keys", __name__, url_prefix="/api/keys")

LONGEST_DAYS = 3650
LONGEST_GRACE_HOURS = 168
USUAL_GRACE_HOURS = 24

_NAME = {"type": "string", "pattern": keys.NAME}
_NEW: dict[str, Schema] = {
    "name": _NAME,
    "owner": _NAME,
    "role": word(Role),
    "days": {"type": "integer", "minimum": 1, "maximum": LONGEST_DAYS},
    "requests_per_minute": {"type": "integer", "minimum": 0, "maximum": keys.MOST_REQUESTS},
}
_GRACE: dict[str, Schema] = {
    "grace_hours": {"type": "integer", "minimum": 0, "maximum": LONGEST_GRACE_HOURS}
}


@bp.get("")
@needs(Role.ADMIN)
@described(answers.Keys)
def listed() -> answers.Keys:
    """Return all keys, without their secrets."""
    with services().reading() as session:
        return {"keys": [shape(key) for key in keys.listed(session)]}


@bp.post("")
@needs(Role.ADMIN)
@described(answers.NewKey, status=201, body=_NEW)
def make() -> tuple[Response, int]:
    """Make a key: 201 with its secret, which no other answer shows."""
    asked = json_object(_NEW)
    name, owner = _name(asked, "name"), _name(asked, "owner")
    role = asked.get("role", Role.OPERATOR.value)
    if role not in list(Role):
        raise invalid("role", f"must be one of {', '.join(Role)}")
    requests = asked.get("requests_per_minute")
    if requests is not None and not 0 <= requests <= keys.MOST_REQUESTS:
        raise invalid("requests_per_minute", f"must be a number from 0 to {keys.MOST_REQUESTS}")
    now = datetime.datetime.now(datetime.UTC)
    end = now + _days(asked["days"]) if "days" in asked else None
    with services().sessions.begin() as session:
        key, secret = keys.make(
            session,
            name=name,
            owner=owner,
            role=Role(role),
            now=now,
            expires_at=end,
            requests_per_minute=requests,
        )
        record(session, "key.make", key.id, at=now, detail={"owner": owner, "role": role})
    return _made(key, secret)


@bp.post("/<key_id>/rotate")
@needs(Role.ADMIN)
@described(answers.NewKey, status=201, body=_GRACE, problems=("key-ended",))
def rotate(key_id: str) -> tuple[Response, int]:
    """Make a key like another one, which ends after hours of grace: 201 with the new secret."""
    hours = json_object(_GRACE).get("grace_hours", USUAL_GRACE_HOURS)
    if not 0 <= hours <= LONGEST_GRACE_HOURS:
        raise invalid("grace_hours", f"must be a number from 0 to {LONGEST_GRACE_HOURS}")
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        old = _called(session, key_id)
        if old.revoked_at or (old.expires_at and old.expires_at <= now):
            raise KeyEndedError("The key has ended; make a new one.")
        key, secret = keys.replace(session, old, now, datetime.timedelta(hours=hours))
        record(session, "key.rotate", old.id, at=now, detail={"new": key.id, "grace_hours": hours})
    return _made(key, secret)


@bp.delete("/<key_id>")
@needs(Role.ADMIN)
@described(None, status=204)
def revoke(key_id: str) -> tuple[str, int]:
    """End a key at once: 204, also when it had ended before."""
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        key = _called(session, key_id)
        keys.revoke(key, now)
        record(session, "key.revoke", key.id, at=now)
    return "", 204


def shape(key: ApiKey) -> answers.KeyDocument:
    """Return a key as answers show it."""
    return {
        "key_id": key.id,
        "name": key.name,
        "owner": key.owner,
        "role": key.role,
        "prefix": key.prefix,
        "created_at": at(key.created_at),
        "expires_at": moment(key.expires_at),
        "revoked_at": moment(key.revoked_at),
        "used_at": moment(key.used_at),
        "requests_per_minute": key.requests_per_minute,
    }


def _made(key: ApiKey, secret: str) -> tuple[Response, int]:
    made: answers.NewKey = {**shape(key), "secret": secret}
    answer = jsonify(made)
    answer.headers["Location"] = f"/api/keys/{key.id}"
    answer.headers["Cache-Control"] = "no-store"
    return answer, 201


def _called(session: Session, key_id: str) -> ApiKey:
    key = keys.find(session, key_id) if is_id(key_id) else None
    if key is None:
        raise NotFoundError("There is no key with this id.")
    return key


def _name(asked: dict[str, Any], field: str) -> str:
    value = asked.get(field)
    if value is None:
        raise invalid(field, "is missing")
    if not keys.is_name(value):
        raise invalid(field, f"must be {keys.NAME_IS}")
    return str(value)


def _days(days: int) -> datetime.timedelta:
    if not 1 <= days <= LONGEST_DAYS:
        raise invalid("days", f"must be a number from 1 to {LONGEST_DAYS}")
    return datetime.timedelta(days=days)
