"""What several routes read from a request: which job, and how much of a list."""

import re

from flask import request
from sqlalchemy.orm import Session

from web.api.access import caller
from web.db import jobs
from web.db.models import Job
from web.errors import NotFoundError, invalid
from web.ids import is_id

DEFAULT_PAGE, LARGEST_PAGE = 50, 200

_NUMBER = re.compile(r"[0-9]{1,18}")


def job_called(session: Session, job_id: str) -> Job:
    """Return a job by the id in a path, whatever that holds.

    Raises:
        NotFoundError: There is none that the caller may see.
    """
    job = jobs.find(session, job_id, caller().sees) if is_id(job_id) else None
    if job is None:
        raise NotFoundError("There is no job with this id.")
    return job


def page_size() -> int:
    """Return how many the request wants to see at a time.

    Raises:
        InvalidRequestError: ``limit`` is no number, or too large.
    """
    given = request.args.get("limit", str(DEFAULT_PAGE))
    if not _NUMBER.fullmatch(given) or not 1 <= int(given) <= LARGEST_PAGE:
        raise invalid("limit", f"must be a number from 1 to {LARGEST_PAGE}")
    return int(given)


def row_cursor() -> int:
    """Return the number of the row behind which a page begins.

    Raises:
        InvalidRequestError: ``cursor`` is not one that was given out.
    """
    given = request.args.get("cursor", "0")
    if not _NUMBER.fullmatch(given):
        raise invalid("cursor", "must be next_cursor of an earlier answer")
    return int(given)
