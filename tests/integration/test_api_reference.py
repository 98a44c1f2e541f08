"""A job over files that other jobs brought or made: nothing is sent again."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from an_api import CSV, AnApi, an_api
from web.config import Settings
from web.db import keys
from web.db.models import Role

PLAN = b"version: 1\ntoday: 2026-11-26\nfiles: []\n"
CLEAN = b"mrn\n1\n"


@pytest.fixture
def lab(api: AnApi) -> str:
    """Return a job of two files that has ended."""
    job_id = api.submit(("patients.csv", CSV), ("labs.csv", CSV + b"3,Eve\n"))
    made = {"plan.yaml": ("plan", None, PLAN), "patient.clean.csv": ("clean", "patient", CLEAN)}
    api.end(job_id, outputs=made)
    return job_id


def ask(api: AnApi, asked: Any, **headers: str) -> TestResponse:
    return api.client.post("/api/jobs", json=asked, headers=headers)


def test_files_of_jobs_and_what_they_made_are_one_job(api: AnApi, lab: str) -> None:
    other = api.submit(("east.csv", CSV))
    asked = {
        "files": [
            {"job_id": other, "file_no": 1, "source": "east"},
            {"job_id": lab, "output": "patient.clean.csv", "table": "patient"},
            {"job_id": lab, "file_no": 2},
        ],
        "operation": "link",
        "priority": "low",
        "options": {"registry": "off", "source_unique": ["east"]},
        "plan": {"job_id": lab, "output": "plan.yaml"},
    }
    answer = ask(api, asked)
    assert answer.status_code == 202, answer.text
    job_id = answer.get_json()["job_id"]
    told = json.loads(api.of.store.read(f"jobs/{job_id}/job.json", 10**6))
    assert [(one["name"], one["source"], one["table"]) for one in told["files"]] == [
        ("east.csv", "east", None),
        ("patient.clean.csv", "patient.clean", "patient"),
        ("labs.csv", "labs", None),
    ]
    assert told["options"] == asked["options"]
    read = [api.of.store.read(one["uri"], 1000) for one in told["files"]]
    assert read == [CSV, CLEAN, CSV + b"3,Eve\n"]
    assert api.of.store.read(told["plan"], 1000) == PLAN
    assert api.client.delete(f"/api/jobs/{lab}").status_code == 202, "the copies are its own"
    assert api.of.store.read(told["files"][1]["uri"], 1000) == CLEAN


def test_sent_again_it_is_the_same_job(api: AnApi, lab: str) -> None:
    asked = {"files": [{"job_id": lab, "file_no": 1}]}
    first, again = (ask(api, asked, **{"Idempotency-Key": "k"}).get_json() for _ in range(2))
    assert first["job_id"] == again["job_id"]
    other = {"files": [{"job_id": lab, "file_no": 2}]}
    assert ask(api, other, **{"Idempotency-Key": "k"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "file"),
        ({"files": []}, "file"),
        ({"files": "LAB"}, "files"),
        ({"files": ["LAB"]}, "files[0]"),
        ({"files": [{"file_no": 1}]}, "files[0]"),
        ({"files": [{"job_id": "LAB"}]}, "files[0]"),
        ({"files": [{"job_id": "LAB", "file_no": 1, "output": "plan.yaml"}]}, "files[0]"),
        ({"files": [{"job_id": "LAB", "file_no": 3}]}, "files[0]"),
        ({"files": [{"job_id": "LAB", "file_no": True}]}, "files[0].file_no"),
        ({"files": [{"job_id": "LAB", "file_no": 1, "uri": "jobs"}]}, "files[0]"),
        ({"files": [{"job_id": "LAB", "output": "../../secret"}]}, "files[0]"),
        ({"files": [{"job_id": "nobody", "file_no": 1}]}, "files[0]"),
        ({"files": [{"job_id": "LAB", "file_no": 1}], "plan": {"job_id": "LAB"}}, "plan"),
        ({"files": [{"job_id": "LAB", "file_no": 1}], "options": []}, "options"),
        ({"files": [{"job_id": "LAB", "file_no": 1}], "options": {"colour": 1}}, "options.colour"),
        ({"files": [{"job_id": "LAB", "file_no": 1, "table": "x"}]}, "table"),
    ],
)
def test_what_cannot_be_asked_for(api: AnApi, lab: str, asked: Any, field: str) -> None:
    answer = ask(api, json.loads(json.dumps(asked).replace("LAB", lab)))
    assert answer.status_code == 400
    assert [one["field"] for one in json.loads(answer.data)["errors"]] == [field]
    assert len(api.get("/api/jobs")["jobs"]) == 1


def test_what_was_deleted_or_has_not_ended_cannot_be_used(api: AnApi, lab: str) -> None:
    api.client.delete(f"/api/jobs/{lab}")
    live = api.submit()
    for one in ({"job_id": lab, "file_no": 1}, {"job_id": lab, "output": "plan.yaml"}):
        assert "deleted" in json.loads(ask(api, {"files": [one]}).data)["detail"]
    output = {"job_id": live, "output": "plan.yaml"}
    assert "not ended" in json.loads(ask(api, {"files": [output]}).data)["detail"]


@pytest.fixture
def closed(settings: Settings) -> Iterator[AnApi]:
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        yield api


def test_files_of_others_are_files_that_do_not_exist(closed: AnApi) -> None:
    now, sent = datetime.now(UTC), {}
    with closed.of.sessions.begin() as session:
        for owner in ("north", "south"):
            made = keys.make(session, name="k", owner=owner, role=Role.OPERATOR, now=now)
            sent[owner] = {"Authorization": f"Bearer {made[1]}"}
    job_id = closed.post(("a.csv", CSV), headers=sent["north"]).get_json()["job_id"]
    asked = {"files": [{"job_id": job_id, "file_no": 1}]}
    assert ask(closed, asked, **sent["north"]).status_code == 202
    refused = ask(closed, asked, **sent["south"])
    assert refused.status_code == 400
    assert "There is no job with this id." in json.loads(refused.data)["detail"]
