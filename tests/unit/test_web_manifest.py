"""What a manifest says about a job."""

import json

import pytest

from queue_world import manifest
from web.db.manifest import Manifest
from web.db.words import JobStatus


@pytest.mark.parametrize(
    ("statuses", "status", "reason"),
    [
        (["ok"], JobStatus.SUCCEEDED, None),
        (["ok", "skipped"], JobStatus.SUCCEEDED, None),
        (["failed"], JobStatus.FAILED, "FILE-001"),
        (["failed", "failed"], JobStatus.FAILED, "FILE-001"),
        (["ok", "failed"], JobStatus.PARTIAL, None),
        (["skipped", "failed"], JobStatus.PARTIAL, None),
    ],
)
def test_status(statuses: list[str], status: JobStatus, reason: str | None) -> None:
    files = [
        (number, one, f"FILE-00{number}" if one == "failed" else None)
        for number, one in enumerate(statuses, 1)
    ]
    found = Manifest.from_json(json.dumps(manifest(files)).encode())
    assert (found.status, found.reason) == (status, reason)


def test_empty_texts_are_none() -> None:
    document = manifest([(1, "ok", None)])
    document["issues"][0] |= {"file": "", "field": "", "table": ""}
    document["outputs"][0] |= {"table": "", "rows": None}
    found = Manifest.from_json(json.dumps(document).encode())
    assert found.files[0].reason is None
    issue, output = found.issues[0], found.outputs[0]
    assert (issue.file, issue.field, issue.table, output.table, output.rows) == (None,) * 5
