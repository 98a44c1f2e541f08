"""The changes of a job, a page at a time, and what is refused."""

import gzip
import json
from typing import Any

import pytest

from an_api import AnApi
from web.api import changes

CHUNKS, ROWS = 3, 5


@pytest.fixture
def job_id(api: AnApi) -> str:
    """Return a job of three chunks; the last one has a rule of its own."""
    job_id = api.submit()
    stored = b""
    for chunk in range(CHUNKS):
        rules = ["ZIP-002"] if chunk == CHUNKS - 1 else ["STD-001"]
        document = {
            "file": "a.csv",
            "table": "patient",
            "origin": "",
            "changes": [{"field": "zip", "rules": rules, "values": [["1", "00001"]]}],
            "rows": [[chunk * ROWS + row, 2, 0] for row in range(1, ROWS + 1)],
        }
        stored += gzip.compress(json.dumps(document, separators=(",", ":")).encode())
    api.end(job_id, outputs={"changes.ndjson.gz": ("changes", None, stored)})
    return job_id


def walk(api: AnApi, job_id: str, query: str) -> list[list[int]]:
    """Return the numbers of the records of each page."""
    pages: list[list[int]] = []
    cursor = ""
    while True:
        found: Any = api.get(f"/api/jobs/{job_id}/changes?{query}{cursor}")
        pages.append([one["record_no"] for one in found["changes"]])
        if found["next_cursor"] is None:
            assert found["read"] == found["bytes"]
            return pages
        cursor = f"&cursor={found['next_cursor']}"


def test_pages_follow_each_other_without_a_gap(api: AnApi, job_id: str) -> None:
    assert walk(api, job_id, "limit=4") == [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
        [9, 10, 11, 12],
        [13, 14, 15],
    ]
    assert walk(api, job_id, "limit=5") == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]]
    assert walk(api, job_id, "rule_id=ZIP-002&limit=3") == [[11, 12, 13], [14, 15]]
    assert walk(api, job_id, "field=city") == [[]]


def test_a_page_looks_through_so_much_and_goes_on(
    api: AnApi, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_READ", 1)
    assert walk(api, job_id, "rule_id=ZIP-002") == [[], [], [11, 12, 13, 14, 15]]


@pytest.mark.parametrize("cursor", ["x", "1", "3-0", "-1-0", "99-", "9999-0", "9" * 15 + "-0"])
def test_a_cursor_that_was_not_given_out_is_refused(api: AnApi, job_id: str, cursor: str) -> None:
    found = api.get(f"/api/jobs/{job_id}/changes?cursor={cursor}", 400)
    assert found["errors"][0]["field"] == "cursor"


def test_what_no_engine_wrote_is_not_answered(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={"changes.ndjson.gz": ("changes", None, b"not packed")})
    api.get(f"/api/jobs/{job_id}/changes", 503)


def test_a_job_that_changes_nothing_has_none(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={"issues.ndjson": ("issues", None, b"")})
    assert api.get(f"/api/jobs/{job_id}/changes", 409)["type"] == "/problems/no-result"
