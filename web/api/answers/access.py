"""API keys, and who did what."""

from typing import Any

from typing_extensions import TypedDict

from web.api.answers.kinds import Id, Moment, Sha256
from web.db.models import Role


class KeyDocument(TypedDict):
    """An API key, without its secret."""

    key_id: Id
    name: str
    owner: str
    role: Role
    prefix: str
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    used_at: Moment | None
    requests_per_minute: int | None
    max_jobs_in_flight: int | None
    max_bytes_stored: int | None


class LimitsInForce(TypedDict):
    """What may be had with a key at most; 0 is no limit."""

    requests_per_minute: int
    max_jobs_in_flight: int
    max_bytes_stored: int


class Used(TypedDict):
    """What an owner has; jobs are counted up to 10,000."""

    jobs_in_flight: int
    bytes_stored: int


class OneKey(KeyDocument):
    """An API key, without its secret, and what its limits come to."""

    in_force: LimitsInForce
    used: Used


class NewKey(KeyDocument):
    """An API key with its secret, told this once."""

    secret: str


class Keys(TypedDict):
    """All keys."""

    keys: list[KeyDocument]


class AuditDocument(TypedDict):
    """Who did what to what."""

    id: int
    at: Moment
    who: str
    key_id: Id | None
    what: str
    target: str | None
    address: str | None
    detail: dict[str, Any]
    seal_no: int | None
    sha256: Sha256 | None


class Audit(TypedDict):
    """A page of what was done, the newest first."""

    entries: list[AuditDocument]
    next_cursor: str | None


class Verdict(TypedDict):
    """Whether every seal of the audit log holds."""

    holds: bool
    broken_at: int | None
    sealed: int
    unsealed: int
    head: Sha256 | None
