"""A submission in JSON: files that are in the store already, sent with a job or made by one."""

import json
from typing import Any

from web.api.body import json_object, unfit
from web.api.describe import ID, TEXT, Schema, word
from web.api.lookup import job_called
from web.api.outputs import Manifest
from web.api.results import made
from web.api.submission import OPERATIONS
from web.api.upload import MAX_PARTS, StoredFile, Submission, copied
from web.db import jobs
from web.db.models import JobFile
from web.db.words import Priority
from web.errors import ApiError, TooLargeError, invalid
from web.services import services
from web.store import Keeping

_PLACE: dict[str, Schema] = {
    "job_id": ID,
    "file_no": {"type": "integer", "minimum": 1, "maximum": MAX_PARTS},
    "output": TEXT,
}


def _reference(fields: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "required": ["job_id"],
        "properties": fields,
        "additionalProperties": False,
    }


_FILE = _PLACE | {"source": TEXT, "table": TEXT}
BODY: dict[str, Schema] = {
    "files": {"type": "array", "minItems": 1, "items": _reference(_FILE)},
    "operation": word(OPERATIONS),
    "profile": TEXT,
    "priority": word(Priority),
    "options": {"type": "object"},
    "plan": _reference(_PLACE),
    "webhook_url": TEXT,
}


class Referred:
    """What the body of the request asks for.

    Raises:
        ApiError: It names what is not there, or what the caller may not see.
    """

    def __init__(self) -> None:
        self._came: dict[str, dict[int, JobFile]] = {}
        self._made: dict[str, Manifest] = {}
        asked = json_object(BODY)
        given = asked.pop("files", [])
        if len(given) > MAX_PARTS:
            raise TooLargeError(f"A job has at most {MAX_PARTS} files.")
        for number, one in enumerate(given):
            _check(f"files[{number}]", one, _FILE)
        self._files = [self._file(f"files[{at}]", one) for at, one in enumerate(given)]
        self._plan = None
        if plan := asked.pop("plan", None):
            _check("plan", plan, _PLACE)
            self._plan = self._file("plan", plan)
        self._texts = {
            name: [json.dumps(value) if name == "options" else value]
            for name, value in asked.items()
        }
        for name in ("source", "table"):
            self._texts[name] = [one.get(name, "") for one in given]

    def taken(self, to: Keeping, folder: str) -> Submission:
        """Copy the files below a folder, and return them with what is asked of them."""
        store = services().store
        files = [
            copied(store, file, to, f"{folder}/input/{number}")
            for number, file in enumerate(self._files, 1)
        ]
        plan = self._plan and copied(store, self._plan, to, f"{folder}/plan")
        return Submission(files, plan, dict(self._texts))

    def _file(self, field: str, one: dict[str, Any]) -> StoredFile:
        if ("file_no" in one) == ("output" in one):
            raise invalid(field, "must have file_no or output, one of them")
        try:
            found = self._sent(one) if "file_no" in one else self._output(one)
        except ApiError as error:
            raise invalid(field, error.detail) from error
        if found is None:
            raise invalid(field, "the job has no such file")
        return found

    def _sent(self, one: dict[str, Any]) -> StoredFile | None:
        """Return a file that came with a job."""
        job_id = one["job_id"]
        if job_id not in self._came:
            with services().reading() as session:
                if job_called(session, job_id).purged_at is not None:
                    raise invalid("job_id", "its files were deleted")
                files = jobs.files_of(session, job_id)
            self._came[job_id] = {file.file_no: file for file in files}
        file = self._came[job_id].get(one["file_no"])
        if file is None:
            return None
        return StoredFile(file.name, file.media, file.uri, file.sha256, file.bytes)

    def _output(self, one: dict[str, Any]) -> StoredFile | None:
        """Return what a job made."""
        job_id = one["job_id"]
        if job_id not in self._made:
            self._made[job_id] = made(job_id)[1]
        found = self._made[job_id].named(one["output"])
        if found is None:
            return None
        media = found.media.partition(";")[0]
        return StoredFile(found.name, media, found.uri, found.sha256, found.bytes)


def _check(field: str, one: Any, fields: dict[str, Schema]) -> None:
    if not isinstance(one, dict) or not set(one) <= set(fields) or "job_id" not in one:
        raise invalid(field, f"must be an object of {', '.join(fields)}; only job_id is needed")
    for name, value in one.items():
        if why := unfit(value, fields[name]):
            raise invalid(f"{field}.{name}", why)
