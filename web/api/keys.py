"""``/api/keys``: who has access. A secret stands in one answer only, that to who made the key."""

import datetime
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.orm import Session

from web.api import quotas
from web.api.access import needs, record
from web.api.answers import access as answers
from web.api.body import json_object
from web.api.describe import Schema, described, word
from web.api.shapes import at, moment
from web.db import keys
from web.db.models import ApiKey, Role
from web.errors import KeyEndedError, NotFoundError, invalid
from web.ids import is_id
from web.services import services

bp = Blueprint("keys", __name__, url_prefix="/api/keys")

LONGEST_GRACE_HOURS = 168
USUAL_GRACE_HOURS = 24

_NAME = {"type": "string", "pattern": keys.NAME}
_LIMITS: dict[str, Schema] = {
    name: {"type": "integer", "minimum": 0, "maximum": most} for name, most in keys.MOST.items()
}
_NEW: dict[str, Schema] = {
    "name": _NAME,
    "owner": _NAME,
    "role": word(Role),
    "days": {"type": "integer", "minimum": 1, "maximum": keys.LONGEST_DAYS},
    **_LIMITS,
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
@described(answers.NewKey, status=201, body=_NEW, required=("name", "owner"))
def make() -> tuple[Response, int]:
    """Make a key: 201 with its secret, which no other answer shows."""
    return _made(make_as(json_object(_NEW)))


def make_as(asked: dict[str, Any]) -> answers.NewKey:
    """Make a key of what was asked, as ``make`` does."""
    name, owner = _name(asked, "name"), _name(asked, "owner")
    role = asked.get("role", Role.OPERATOR.value)
    if role not in list(Role):
        raise invalid("role", f"must be one of {', '.join(Role)}")
    limits = _limits(asked)
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
            limits=limits,
        )
        record(session, "key.make", key.id, at=now, detail={"owner": owner, "role": role})
    return {**shape(key), "secret": secret}


@bp.get("/<key_id>")
@needs(Role.ADMIN)
@described(answers.OneKey)
def show(key_id: str) -> answers.OneKey:
    """Return a key, what may be had with it at most, and what its owner has."""
    with services().reading() as session:
        key = _called(session, key_id)
        has = quotas.used(session, key.owner)
    return {**shape(key), "in_force": quotas.in_force(keys.limits_of(key)), "used": has}


@bp.post("/<key_id>/rotate")
@needs(Role.ADMIN)
@described(answers.NewKey, status=201, body=_GRACE, problems=("key-ended",))
def rotate(key_id: str) -> tuple[Response, int]:
    """Make a key like another one, which ends after hours of grace: 201 with the new secret."""
    return _made(rotate_as(key_id, json_object(_GRACE).get("grace_hours", USUAL_GRACE_HOURS)))


def rotate_as(key_id: str, hours: int) -> answers.NewKey:
    """Make a key like another one, as ``rotate`` does."""
    if not 0 <= hours <= LONGEST_GRACE_HOURS:
        raise invalid("grace_hours", f"must be a number from 0 to {LONGEST_GRACE_HOURS}")
    now = datetime.datetime.now(datetime.UTC)
    with services().sessions.begin() as session:
        old = _called(session, key_id)
        if old.revoked_at or (old.expires_at and old.expires_at <= now):
            raise KeyEndedError("The key has ended; make a new one.")
        key, secret = keys.replace(session, old, now, datetime.timedelta(hours=hours))
        record(session, "key.rotate", old.id, at=now, detail={"new": key.id, "grace_hours": hours})
    return {**shape(key), "secret": secret}


@bp.put("/<key_id>/limits")
@needs(Role.ADMIN)
@described(answers.OneKey, body=_LIMITS)
def limit(key_id: str) -> answers.OneKey:
    """Give a key other limits, from its next request on; of what is not given the settings say."""
    return limit_as(key_id, json_object(_LIMITS))


def limit_as(key_id: str, asked: dict[str, Any]) -> answers.OneKey:
    """Give a key other limits, as ``limit`` does."""
    limits = _limits(asked)
    with services().sessions.begin() as session:
        keys.limit(_called(session, key_id), limits)
        now = datetime.datetime.now(datetime.UTC)
        record(session, "key.limit", key_id, at=now, detail=asked)
    return show(key_id)


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
        "max_jobs_in_flight": key.max_jobs_in_flight,
        "max_bytes_stored": key.max_bytes_stored,
    }


def _made(made: answers.NewKey) -> tuple[Response, int]:
    answer = jsonify(made)
    answer.headers["Location"] = f"/api/keys/{made['key_id']}"
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


def _limits(asked: dict[str, Any]) -> keys.Limits:
    given = {name: asked[name] for name in keys.MOST if name in asked}
    for name, value in given.items():
        if not 0 <= value <= keys.MOST[name]:
            raise invalid(name, f"must be a number from 0 to {keys.MOST[name]}")
    return keys.Limits(**given)


def _days(days: int) -> datetime.timedelta:
    if not 1 <= days <= keys.LONGEST_DAYS:
        raise invalid("days", f"must be a number from 1 to {keys.LONGEST_DAYS}")
    return datetime.timedelta(days=days)
