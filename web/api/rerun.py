"""``/api/jobs/{id}/rerun``: another job over the files of one, which are in the store already."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response

from harmonizer_queue import Priority
from web.api import jobs, trace
from web.api.accept import Asked, accept
from web.api.access import caller
from web.api.answers import jobs as answers
from web.api.body import json_object
from web.api.describe import TEXT, Schema, described, word
from web.api.idempotency import IDEMPOTENCY_KEY, idempotency_key
from web.api.lookup import job_called
from web.api.outputs import MAX_MANIFEST
from web.api.submission import OPERATIONS
from web.api.upload import StoredFile, Submission, copied, supply
from web.errors import PurgedError
from web.ids import made_at
from web.services import services
from web.store import Keeping

bp = Blueprint("rerun", __name__, url_prefix="/api/jobs/<job_id>/rerun")

_ASKED: dict[str, Schema] = {
    "operation": word(OPERATIONS),
    "profile": TEXT,
    "priority": word(Priority),
    "plan": TEXT,
}


@bp.post("")
@described(
    answers.Accepted,
    IDEMPOTENCY_KEY,
    status=202,
    body=_ASKED,
    problems=("purged", "idempotency-conflict", "too-many-jobs", "quota-exceeded"),
)
def rerun(job_id: str) -> tuple[Response, int]:
    """Accept the files of a job as another one: 202. What is not given is as it was.

    Without a plan it decides anew; with one, a document as ``plan.yaml``, it follows that.
    """
    key = idempotency_key()
    asked = json_object(_ASKED)
    plan = asked.pop("plan", None)
    files = Files(job_id)

    def take(to: Keeping, folder: str) -> Submission:
        got = Submission(texts={name: [value] for name, value in asked.items()})
        if plan is not None:
            supply(to, got, folder, plan.encode())
        return files.taken(to, folder, got)

    to_accept = Asked(take, key, trace.context(), caller().owner, of=job_id)
    return jobs.accepted(accept(services(), to_accept)), 202


class Files:
    """The files of a job that the caller may see, and what was asked about them.

    Raises:
        ApiError: There is no such job, or its files were deleted.
    """

    def __init__(self, job_id: str) -> None:
        with services().reading() as session:
            job = job_called(session, job_id)
            if job.purged_at is not None:
                raise PurgedError("The files of the job were deleted.")
            self.priority = job.priority.value
            self.planned = job.plan_uri is not None
        told = services().store.read(f"jobs/{job_id}/job.json", MAX_MANIFEST)
        self.asked: Mapping[str, Any] = json.loads(told)
        self.files: Sequence[StoredFile] = [
            StoredFile(*(one[name] for name in ("name", "media", "uri", "sha256", "bytes")))
            for one in self.asked["files"]
        ]

    def texts(self) -> dict[str, list[str]]:
        """Return the text parts of a form that asks for the same."""
        options = dict(self.asked["options"])
        if self.asked["today"] != made_at(self.asked["job_id"]).date().isoformat():
            options["today"] = self.asked["today"]
        if "gold_pairs" in options:
            pairs = services().store.read(options["gold_pairs"], MAX_MANIFEST)
            options["gold_pairs"] = pairs.decode()
        return {
            "operation": [self.asked["operation"]],
            "profile": [self.asked["profile"]],
            "priority": [self.priority],
            "source": [one["source"] for one in self.asked["files"]],
            "table": [one["table"] or "" for one in self.asked["files"]],
            "options": [json.dumps(options)],
        }

    def taken(self, to: Keeping, folder: str, got: Submission) -> Submission:
        """Copy the files below a folder; what ``got`` does not say is as it was."""
        for number, file in enumerate(self.files, 1):
            got.files.append(copied(services().store, file, to, f"{folder}/input/{number}"))
        got.texts = self.texts() | got.texts
        return got
