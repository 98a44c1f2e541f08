"""Which jobs a request is about: the same names in a query, in a form and in a body of JSON."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

from web.api.describe import TEXT, Parameter, Schema, one_of, word
from web.api.submission import OPERATIONS
from web.db.job_lists import Filter
from web.db.models import JobStatus
from web.db.words import Act
from web.errors import invalid

LONGEST_TEXT = 200

_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII
)
_TIME: Schema = {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"}
_SHORT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}

FIELDS: dict[str, Schema] = {
    "status": word(JobStatus),
    "operation": word(OPERATIONS),
    "profile": _SHORT,
    "owner": TEXT,
    "text": _SHORT,
    "from": _TIME,
    "to": _TIME,
}
"""What a filter may have, with its schemas."""

PARAMETERS = (
    one_of("status", "Only jobs of this status.", JobStatus),
    one_of("operation", "Only jobs of this operation.", OPERATIONS),
    Parameter("profile", "Only jobs with this profile, as NAME or NAME@VERSION.", _SHORT),
    Parameter("owner", "Only jobs of this owner; others than one's own only an admin sees.", TEXT),
    Parameter("text", "Only jobs with this in the name of a file, or with this id.", _SHORT),
    Parameter(
        "from",
        "Only jobs submitted then or later: a day, or a time, in UTC unless it has an offset.",
        _TIME,
    ),
    Parameter("to", "Only jobs submitted before then.", _TIME),
)


def filter_of(given: Mapping[str, Any], sees: str | None, open_to: Act | None = None) -> Filter:
    """Return the filter that a request names, of the jobs that its caller sees.

    Raises:
        InvalidRequestError: A value cannot be used.
    """
    owner = given.get("owner")
    if sees is not None and owner not in (None, sees):
        raise invalid("owner", "must be your own")
    status = _word(given, "status", list(JobStatus))
    return Filter(
        owner=sees if sees is not None else owner,
        status=JobStatus(status) if status else None,
        operation=_word(given, "operation", OPERATIONS),
        profile=_short(given, "profile"),
        text=_short(given, "text"),
        since=_moment(given, "from"),
        until=_moment(given, "to"),
        open_to=open_to,
    )


def _word(given: Mapping[str, Any], name: str, words: Any) -> str | None:
    value: str | None = given.get(name)
    if value is not None and value not in words:
        raise invalid(name, f"must be one of {', '.join(words)}")
    return value


def _short(given: Mapping[str, Any], name: str) -> str | None:
    value: str | None = given.get(name)
    if value is not None and not 1 <= len(value) <= LONGEST_TEXT:
        raise invalid(name, f"must be 1 to {LONGEST_TEXT} characters")
    return value


def _moment(given: Mapping[str, Any], name: str) -> datetime.datetime | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        if not _MOMENT.fullmatch(value):
            raise ValueError
        moment = datetime.datetime.fromisoformat(value)
        # One without an offset is of UTC already.
        offset = moment.utcoffset() or datetime.timedelta()
        return moment.replace(tzinfo=datetime.UTC) - offset
    except (ValueError, OverflowError):
        raise invalid(
            name, "must be a day, YYYY-MM-DD, or YYYY-MM-DDThh:mm, in UTC or with an offset, +hh:mm"
        ) from None
