"""What several routes read from a request: which job, and how much of a list."""

import re

from flask import request
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from web.api.access import caller
from web.api.outputs import Output
from web.db import jobs
from web.db.models import Job
from web.errors import InvalidRequestError, NotFoundError, invalid
from web.ids import is_id

DEFAULT_PAGE, LARGEST_PAGE = 50, 200

_NUMBER = re.compile(r"[0-9]{1,18}")


class RowNumber(IntegerConverter):
    """The number of a row in a path. One that is larger than any database counts is no path."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


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
        InvalidRequestError: That is no number, or too large.
    """
    return number("limit", 1, LARGEST_PAGE, DEFAULT_PAGE)


def number(name: str, least: int, most: int, usual: int | None = None) -> int:
    """Return a number that is a parameter of the request; what is usual, or the least, without it.

    Raises:
        InvalidRequestError: It is none, or out of its bounds.
    """
    given = request.args.get(name, str(least if usual is None else usual))
    if not _NUMBER.fullmatch(given) or not least <= int(given) <= most:
        raise invalid(name, f"must be a number from {least} to {most}")
    return int(given)


def row_cursor() -> int:
    """Return the number of the row behind which a page begins.

    Raises:
        InvalidRequestError: ``cursor`` is not one that was given out.
    """
    given = request.args.get("cursor", "0")
    if not _NUMBER.fullmatch(given):
        raise no_cursor()
    return int(given)


def byte_cursor(place: int, output: Output) -> int:
    """Return the byte of an output at which a page begins, as a cursor names it.

    Raises:
        InvalidRequestError: The output ends before it.
    """
    if place > output.bytes:
        raise no_cursor()
    return place


def id_cursor() -> str | None:
    """Return the identifier behind which a page begins; None for the first one.

    Raises:
        InvalidRequestError: ``cursor`` is not one that was given out.
    """
    given = request.args.get("cursor")
    if given is not None and not is_id(given):
        raise no_cursor()
    return given


def no_cursor() -> InvalidRequestError:
    """Return the error of a ``cursor`` that was not given out."""
    return invalid("cursor", "must be next_cursor of an earlier answer")
