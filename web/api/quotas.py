"""How many jobs in flight and bytes stored an owner may have, by the limits of who asks."""

from sqlalchemy.orm import Session

from web.api.access import caller
from web.api.answers.access import LimitsInForce, Used
from web.db import jobs, usage
from web.db.keys import Limits
from web.errors import StoreQuotaError, TooManyJobsError
from web.services import services


def in_force(limits: Limits) -> LimitsInForce:
    """Return limits, what the settings say in place of those that say nothing."""
    of = services().settings

    def one(own: int | None, usual: int) -> int:
        return usual if own is None else own

    return {
        "requests_per_minute": one(limits.requests_per_minute, of.requests_per_minute),
        "max_jobs_in_flight": one(limits.max_jobs_in_flight, of.max_jobs_in_flight),
        "max_bytes_stored": one(limits.max_bytes_stored, of.max_bytes_stored),
    }


def used(session: Session, owner: str) -> Used:
    """Return what an owner has."""
    return {
        "jobs_in_flight": usage.in_flight(session, owner),
        "bytes_stored": usage.stored(session, owner),
    }


def foresee(owner: str, idempotency_key: str | None) -> None:
    """Refuse a job for which there is no room before its body is read, unless it is a repeat.

    Raises:
        ApiError: There is no room.
    """
    limits = in_force(caller().limits)
    if not owner or not (limits["max_jobs_in_flight"] or limits["max_bytes_stored"]):
        return
    with services().reading() as session:
        if idempotency_key is None or jobs.of_key(session, owner, idempotency_key) is None:
            _hold_bytes(usage.stored(session, owner) + 1, limits)
            _hold_jobs(session, owner, 1, limits)


def take(session: Session, owner: str, size: int) -> None:
    """Count the bytes of a job that was just inserted; the last act before its commit.

    Of two submissions of an owner at once one waits here until the other is committed or is not,
    so each counts the other.

    Raises:
        ApiError: It is too much; nothing may be kept.
    """
    if owner:
        limits = in_force(caller().limits)
        _hold_bytes(usage.add(session, owner, size), limits)
        _hold_jobs(session, owner, 0, limits)


def _hold_jobs(session: Session, owner: str, more: int, limits: LimitsInForce) -> None:
    most = limits["max_jobs_in_flight"]
    if most and usage.in_flight(session, owner, most + 1) + more > most:
        raise TooManyJobsError(f"{most} jobs have not ended yet, as many as there may be.")


def _hold_bytes(total: int, limits: LimitsInForce) -> None:
    most = limits["max_bytes_stored"]
    if most and total > most:
        raise StoreQuotaError(f"There may be {most} bytes stored, and with this there were more.")
