"""``/api/jobs/{id}/persons``: who is who in the files of one job, as it found out then.

The registry (``/api/persons``) says who is who now, over all jobs.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, jsonify, request

from web.api.answers import persons as answers
from web.api.csv_rows import lines_with, rows
from web.api.describe import LIMIT, ROW_CURSOR, described, one_of
from web.api.lookup import byte_cursor, no_cursor, page_size, row_cursor
from web.api.outputs import Manifest, Output
from web.api.results import made
from web.errors import NoResultError, NotFoundError, invalid
from web.services import services

bp = Blueprint("job_persons", __name__, url_prefix="/api/jobs/<job_id>/persons")

MOST_READ = 8 * 1024 * 1024
"""As much of the persons is looked through for one page."""
SHOWN_RECORDS = 200

_ID = re.compile(r"[A-Z2-7]{16}")
_TOLD = ("person_id", "records", "sources", "winners", "alternates")
_ONLY = "only-value"
_SEVERAL = one_of("records", "Only persons of several records, or of one.", ("several", "one"))


@bp.get("")
@described(answers.JobPersons, _SEVERAL, LIMIT, ROW_CURSOR, problems=("no-result", "purged"))
def listed(job_id: str) -> answers.JobPersons:
    """Return the persons of a job's files, without values.

    Of all persons 8 MiB are looked through: a page may be empty and have a cursor all the same.
    """
    return persons_of(job_id, page_size())


def persons_of(job_id: str, limit: int) -> answers.JobPersons:
    """Return persons behind the cursor of the request, as ``listed`` answers them.

    Raises:
        ApiError: The job has no persons, or the request asks for something that there is not.
        StoreError: They cannot be read.
    """
    wanted = request.args.get("records", "")
    if wanted not in ("", "several", "one"):
        raise invalid("records", "must be several or one")
    place = row_cursor()
    _, manifest = made(job_id)
    output = _output(manifest, "persons")
    begin = end = byte_cursor(place, output)
    found: list[answers.JobPersonSummary] = []
    more = False
    with services().store.open(output.uri) as file:
        header = next(rows(file, 0))[1]
        try:
            for after, row in rows(file, begin or len(_line(header))):
                shown = _summary(dict(zip(header, row, strict=True)))
                if wanted in ("", "several" if shown["records"] > 1 else "one"):
                    if len(found) == limit:
                        more = True
                        break
                    found.append(shown)
                end = after
                if end - begin >= MOST_READ and end < output.bytes:
                    more = True
                    break
        except ValueError as error:
            raise no_cursor() from error
    return {
        "job_id": job_id,
        "count": output.rows or 0,
        "persons": found,
        "next_cursor": str(end) if more else None,
    }


@bp.get("/<person_id>")
@described(answers.JobPerson, problems=("no-result", "purged"))
def show(job_id: str, person_id: str) -> Response:
    """Return a person of a job: what survives, from which record and by which rule, and these."""
    answer = jsonify(person_of(job_id, person_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def person_of(job_id: str, person_id: str) -> answers.JobPerson:
    """Return a person of a job, as ``show`` answers it.

    Raises:
        ApiError: The job has no such person.
        StoreError: It cannot be read.
    """
    _, manifest = made(job_id)
    found = _row_of(_output(manifest, "persons"), person_id)
    records = _records(manifest, person_id, int(found["records"]))
    return {
        "job_id": job_id,
        "person_id": person_id,
        "golden": _golden(found, records),
        "record_count": int(found["records"]),
        "records": records,
    }


def _output(manifest: Manifest, kind: str) -> Output:
    output = next((one for one in manifest.outputs if one.kind == kind), None)
    if output is None:
        raise NoResultError(
            "The job has not looked for persons: that is what link and deduplicate are for."
        )
    return output


def _line(header: Sequence[str]) -> bytes:
    return f"{','.join(header)}\n".encode()


def _summary(row: Mapping[str, str]) -> answers.JobPersonSummary:
    return {
        "person_id": row["person_id"],
        "records": int(row["records"]),
        "sources": row["sources"].split("|"),
        "disagree": list(json.loads(row["alternates"] or "{}")),
    }


def _row_of(output: Output, person_id: str) -> dict[str, str]:
    """Return the row of a person, found by the id that its line begins with."""
    if _ID.fullmatch(person_id):
        with services().store.open(output.uri) as file:
            header = next(rows(file, 0))[1]
            file.seek(0)
            begin = 0
            wanted = f"{person_id},".encode()
            while line := file.readline():
                if line.startswith(wanted):
                    _, row = next(rows(file, begin))
                    return dict(zip(header, row, strict=True))
                begin += len(line)
    raise NotFoundError("The job has no person with this id.")


def _records(manifest: Manifest, person_id: str, count: int) -> list[answers.JobRecord]:
    output = _output(manifest, "crosswalk")
    found: list[answers.JobRecord] = []
    with services().store.open(output.uri) as file:
        header = next(rows(file, 0))[1]
        file.seek(0)
        for line in lines_with(file, f",{person_id},".encode()):
            [row] = csv.reader([line.decode()])
            found.append(_record(dict(zip(header, row, strict=True)), manifest))
            if len(found) == min(count, SHOWN_RECORDS):
                break
    return found


def _record(row: Mapping[str, str], manifest: Manifest) -> answers.JobRecord:
    return {
        "row_uid": _uid(row, manifest),
        "source": row["source"],
        "source_file": row["source_file"],
        "record_no": int(row["record_no"]),
        "source_id": row["source_id"] or None,
        "method": row["method"] or None,
        "score": float(row["score"]) if row["score"] else None,
    }


def _uid(row: Mapping[str, str], manifest: Manifest) -> str | None:
    """Return the id of a record (docs/lineage.md); None where two files have the same name."""
    digests = {
        one["sha256"]
        for one in manifest.document["files"]
        if (one["source"], one["name"]) == (row["source"], row["source_file"])
    }
    if len(digests) != 1:
        return None
    [digest] = digests
    return sha256(f"{row['source']}{digest}{row['record_no']}".encode()).hexdigest()[:32]


def _golden(row: Mapping[str, str], records: Sequence[answers.JobRecord]) -> list[dict[str, Any]]:
    """Return what survives as the registry tells it; of a single record all values do."""
    winners = json.loads(row["winners"] or "{}")
    alternates = json.loads(row["alternates"] or "{}")
    only = {"rule": _ONLY, "row_uid": records[0]["row_uid"] if len(records) == 1 else None}
    return [
        {"field": field, "value": value, "alternates": alternates.get(field, [])}
        | winners.get(field, only)
        for field, value in row.items()
        if value and field not in _TOLD
    ]
