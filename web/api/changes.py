"""``/api/jobs/{id}/changes``: every changed cell of a job, a page at a time."""

import re
from typing import NamedTuple

from flask import Blueprint, Response, jsonify, request

from web.api.answers import results as answers
from web.api.describe import LIMIT, Parameter, described, text
from web.api.lineage import NoMemberError, Place, Wanted, changes, members
from web.api.lookup import byte_cursor, no_cursor, page_size
from web.api.outputs import Output
from web.api.results import made
from web.errors import NoResultError
from web.services import services
from web.store import Store, StoreError

bp = Blueprint("changes", __name__, url_prefix="/api/jobs/<job_id>/changes")

MOST_READ = 8 * 1024 * 1024
"""As much of a lineage is looked through for one page; a rare rule takes several."""

_CURSOR = re.compile(r"([0-9]{1,15})-([0-9]{1,9})")
_PLACE = Parameter(
    "cursor",
    "`next_cursor` of an earlier answer.",
    {"type": "string", "pattern": f"^{_CURSOR.pattern}$"},
)
_FACETS = ("field", "rule_id", "file")


@bp.get("")
@described(
    answers.Changes,
    *(text(name, f"Only changes of this {name}.") for name in _FACETS),
    LIMIT,
    _PLACE,
    problems=("no-result", "purged"),
)
def show(job_id: str) -> Response:
    """Return changed cells in the order of the files, with what arrived and what stands there now.

    Of the lineage 8 MiB are looked through: a page may be empty and have a cursor all the same.
    """
    answer = jsonify(changes_of(job_id, page_size()))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def changes_of(job_id: str, limit: int) -> answers.Changes:
    """Return changes behind the cursor of the request, as ``show`` answers them.

    Raises:
        ApiError: The job has no changes, or the cursor is none.
        StoreError: They cannot be read.
    """
    given = (request.args.get(name, "") for name in _FACETS)
    begin = _from()
    output = lineage_of(job_id)
    byte_cursor(begin.byte, output)
    page = _page(services().store, output, Wanted(*given), begin, limit)
    return {
        "job_id": job_id,
        "changes": page.changes,
        "read": page.read,
        "bytes": output.bytes,
        "next_cursor": f"{page.next.byte}-{page.next.cell}" if page.next else None,
    }


def lineage_of(job_id: str) -> Output:
    """Return the lineage of a job.

    Raises:
        ApiError: It has none.
    """
    _, manifest = made(job_id)
    output = next((one for one in manifest.outputs if one.kind == "changes"), None)
    if output is None:
        raise NoResultError("The job changes no values.")
    return output


class _Page(NamedTuple):
    """Changes of a page; ``read`` is how far through the file it came, ``next`` where to go on."""

    changes: list[answers.ChangeDocument]
    read: int
    next: Place | None


def _page(store: Store, output: Output, wanted: Wanted, begin: Place, limit: int) -> _Page:
    found: list[answers.ChangeDocument] = []
    read = begin.byte
    try:
        with store.open(output.uri) as file:
            for byte, end, text in members(file, begin.byte):
                passed = begin.cell if byte == begin.byte else 0
                for cell, change in changes(text, wanted):
                    if cell < passed:
                        continue
                    if len(found) == limit:
                        return _Page(found, byte, Place(byte, cell))
                    found.append(change)
                read = end
                if end - begin.byte >= MOST_READ and end < output.bytes:
                    return _Page(found, end, Place(end))
    except NoMemberError as error:
        if read == begin.byte and begin.byte:
            raise no_cursor() from error
        raise StoreError("the changes of a job cannot be read") from error
    return _Page(found, read, None)


def _from() -> Place:
    given = _CURSOR.fullmatch(request.args.get("cursor", "0-0"))
    if given is None:
        raise no_cursor()
    return Place(int(given[1]), int(given[2]))
