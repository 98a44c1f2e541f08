"""API.md says what the API does: its routes, the shape of its answers, problems, metrics."""

import gzip
import json
import re
from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, update

from an_api import CSV, AnApi
from api_md import DOCUMENT, example, section, shape
from some_persons import known, pair, records
from web.config import ROOT
from web.db import generation, tasks, webhooks
from web.db.models import (
    Attempt,
    FileStatus,
    IssueCount,
    Item,
    ItemState,
    Job,
    JobFile,
    JobStatus,
)
from web.db.task_models import Task
from web.db.webhook_models import WebhookDelivery
from web.db.words import TaskKind
from web.errors import PROBLEMS

LINEAGE = {
    "file": "patients.csv",
    "table": "patient",
    "origin": "",
    "changes": [{"field": "zip", "rules": ["STD-001"], "values": [["1", "00001"]]}],
    "rows": [[1, 2, 0]],
}
PERSON = "DVSMLPARG5H34FP3"
PERSONS = (
    "person_id,records,sources,zip,winners,alternates\n"
    f'{PERSON},2,a|b,1,"{{""zip"":{{""rule"":""agreement"",""row_uid"":""x""}}}}","{{""zip"":[""2""]}}"\n'
)
CROSSWALK = (
    "source,source_file,record_no,source_id,person_id,method,score\n"
    f"a,a.csv,1,7,{PERSON},deterministic:mrn,1.0000\n"
)


@pytest.fixture
def job_id(api: AnApi) -> str:
    """Return a job that has one of everything."""
    job_id = api.submit(("patients.csv", CSV), ("labs.csv", CSV))
    [item, _] = api.items(job_id)
    with api.of.sessions.begin() as session:
        session.add(Attempt(item_id=item.id, epoch=1, claim="claim1", delivery=1))
        session.execute(
            update(JobFile).where(JobFile.file_no == 2).values(status=FileStatus.FAILED, reason="x")
        )
        session.add(
            IssueCount(
                job_id=job_id, rule_id="DATE-101", severity="error", disposition="fix", count=1
            )
        )
    api.end(
        job_id,
        JobStatus.PARTIAL,
        outputs={
            "patient.clean.csv": ("clean", "patient", CSV),
            "changes.ndjson.gz": ("changes", None, gzip.compress(json.dumps(LINEAGE).encode())),
            "persons.csv": ("persons", None, PERSONS.encode()),
            "crosswalk.csv": ("crosswalk", None, CROSSWALK.encode()),
            "log.ndjson": ("log", None, b'{"level":"info","msg":"file planned","file":"x"}\n'),
        },
        started_at=datetime.now(UTC),
    )
    return job_id


def test_every_route_is_described_and_no_other(api: AnApi) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in api.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS") and not rule.endpoint.startswith("console.")
    }
    assert set(re.findall(r"^### `([A-Z]+ /.*)`$", DOCUMENT, re.M)) == routes
    assert set(re.findall(r"^\| `([A-Z]+ /.*?)` \|", DOCUMENT, re.M)) == routes


def test_answers_have_the_shape_of_the_examples(api: AnApi, job_id: str) -> None:
    base = "/api/jobs/<job_id>"
    manifest = example(f"GET {base}/outputs")
    assert set(manifest.pop("issues")[0]) == set(example(f"GET {base}/issues")["issues"][0])
    below = (
        "",
        "/status",
        "/outputs",
        "/issues",
        "/changes",
        "/persons",
        f"/persons/{PERSON}",
        "/logs",
    )
    for path in ("/api/jobs", *(base + one for one in below)):
        answer = api.get(path.replace("<job_id>", job_id))
        shown = example(f"GET {path.replace(PERSON, '<person_id>')}")
        if path.endswith("/outputs"):
            assert answer.pop("issues") == []
            shown = manifest
        assert shape(answer) == shape(shown), path
    exporting = api.get(f"/api/jobs/{job_id}/result?format=parquet", 202)
    assert shape(exporting) == shape(example(f"GET {base}/result"))
    files = api.get(f"/api/jobs/{job_id}")["files"]
    assert shape(files) == shape(example(f"GET {base}")["files"])
    with api.of.sessions.begin() as session:
        session.execute(
            update(Item).values(state=ItemState.DEAD, ended_at=datetime.now(UTC), reason="poison")
        )
    api.queue.hello("w1", {"host": "h", "pid": 1, "version": "1", "slots": 2, "draining": 0})
    with api.of.sessions.begin() as session:
        for kind in TaskKind:
            tasks.add(session, kind, "", datetime.now(UTC))
        session.execute(update(Task).values(reason="lost"))
    api.queue.client.rpush(api.queue.key("processing:w1"), "i1")
    with api.of.sessions.begin() as session:
        generation.meet(session, "g1", datetime.now(UTC))
        generation.swept(session, datetime.now(UTC), {"missing": 1})
    assert shape(api.get("/api/consistency")) == shape(example("GET /api/consistency"))
    for path in ("/api/overview", "/api/queue", "/api/workers", "/api/failures", "/api/tasks"):
        assert shape(api.get(path)) == shape(example(f"GET {path}")), path
    for path in ("/health", "/health/ready"):
        assert api.get(path) == example(f"GET {path}")


def test_answers_to_posts_have_the_shape_of_the_examples(api: AnApi) -> None:
    accepted = api.post(("patients.csv", CSV)).get_json()
    assert shape(accepted) == shape(example("POST /api/jobs"))
    again = api.client.post(f"{accepted['links']['self']}/rerun").get_json()
    assert shape(again) == shape(example("POST /api/jobs/<job_id>/rerun"))
    cancelled = api.client.post(accepted["links"]["cancel"]).get_json()
    assert shape(cancelled) == shape(example("POST /api/jobs/<job_id>/cancel"))
    api.end(accepted["job_id"], JobStatus.FAILED)
    retried = api.client.post(accepted["links"]["retry"]).get_json()
    assert shape(retried) == shape(example("POST /api/jobs/<job_id>/retry"))
    held = f"{accepted['links']['self']}/hold"
    api.end(accepted["job_id"], JobStatus.FAILED)
    hold = api.client.put(held, json={"why": "case 7"}).get_json()
    assert shape(hold) == shape(example("PUT /api/jobs/<job_id>/hold"))
    assert api.client.delete(held).get_json()["hold"] is None
    purged = api.client.delete(accepted["links"]["self"]).get_json()
    assert shape(purged) == shape(example("DELETE /api/jobs/<job_id>"))
    waits = api.submit()
    [item] = api.items(waits)
    claim = [(item.id, "claim1")]
    assert api.queue.claim(claim, "w1", 60_000)[0].answer == "ok"
    with api.of.sessions.begin() as session:
        session.add(Attempt(item_id=item.id, epoch=1, claim="claim1", delivery=1))
    base, path = f"/api/items/{item.id}", "/api/items/<item_id>"
    found = api.get(base)
    assert shape(found) == shape(example(f"GET {path}"))
    for act in ("release", "requeue", "cancel"):
        answer = api.client.post(f"{base}/{act}", json={})
        assert shape(answer.get_json(force=True)) == shape(example(f"POST {path}/{act}")), act
    counted = api.get("/api/bulk/count?act=cancel")
    assert shape(counted) == shape(example("GET /api/bulk/count"))
    asked = api.client.post("/api/bulk", json=counted)
    assert shape(asked.get_json()) == shape(example("POST /api/bulk"))
    dismissed = api.client.post("/api/failures/dismiss", json={"why": "known"})
    assert shape(dismissed.get_json()) == shape(example("POST /api/failures/dismiss"))
    api.queue.client.zadd(api.queue.key("leases"), {"i1": 1})
    for path in ("/api/consistency/check", "/api/consistency/repair"):
        answer = api.client.post(path).get_json()
        assert shape(answer) == shape(example(f"POST {path}")), path
    for path in ("/api/queue/pause", "/api/queue/resume", "/api/failures/requeue"):
        answer = api.client.post(path, json={})
        assert shape(answer.get_json()) == shape(example(f"POST {path}")), path
    api.queue.hello("host/1", {"host": "host", "pid": 1, "version": "0.1.0", "slots": 5})
    api.queue.client.rpush(api.queue.key("processing:host/1"), "i1")
    for act in ("drain", "resume"):
        told = api.client.post(f"/api/workers/host/1/{act}").get_json()
        assert shape(told) == shape(example(f"POST /api/workers/<path:worker_id>/{act}"))
    refused = api.post(("patients.csv", CSV), operation="polish")
    assert json.loads(refused.data) == example("Errors") | {
        "errors": json.loads(refused.data)["errors"]
    }


def test_answers_about_persons_have_the_shape_of_the_examples(api: AnApi) -> None:
    mine, other = "A" * 16, "B" * 16
    with api.of.sessions.begin() as session:
        known(session, "", *records({1: mine, 2: mine, 3: other}), pair(1, 3))
    for path in ("/api/persons", "/api/review"):
        assert shape(api.get(path)) == shape(example(f"GET {path}")), path
    base, person = "/api/persons/<person_id>", f"/api/persons/{mine}"
    number = api.get("/api/review")["pairs"][0]["pair_id"]
    decisions = "/api/review/decisions"
    for path, real, body in (
        ("/api/review/<int:pair_id>/decide", f"/api/review/{number}/decide", {"decision": "match"}),
        (f"{base}/unlink", f"{person}/unlink", {"records": [f"{2:032x}"]}),
        (f"{decisions}/<int:decision_id>/undo", f"{decisions}/2/undo", {}),
    ):
        answer = api.client.post(real, json=body).get_json()
        assert shape(answer) == shape(example(f"POST {path}")), path
    shown = api.get(person) | {"golden": example(f"GET {base}")["golden"]}
    assert shape(shown) == shape(example(f"GET {base}"))
    assert shape(api.get(decisions)) == shape(example(f"GET {decisions}"))
    assert api.client.post(f"{decisions}/1/undo", json={}).status_code == 200
    merged = api.client.post(f"{person}/merge", json={"with": other}).get_json()
    assert shape(merged) == shape(example(f"POST {base}/merge"))


def test_answers_about_webhooks_have_the_shape_of_the_examples(api: AnApi, job_id: str) -> None:
    base = "/api/webhooks"
    made = api.client.post(base, json={"url": "https://lab.example/harmonizer"}).get_json()
    assert shape(made) == shape(example(f"POST {base}"))
    assert shape(api.get(base)) == shape(example(f"GET {base}"))
    with api.of.sessions.begin() as session:
        webhooks.announce(session, session.get_one(Job, job_id), datetime.now(UTC))
    path = f"{base}/{made['webhook_id']}/deliveries"
    assert shape(api.get(path)) == shape(example(f"GET {base}/<webhook_id>/deliveries"))
    with api.of.reading() as session:
        [body] = session.scalars(select(WebhookDelivery.body))
    text = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    [told] = re.findall(r"^```json\n(.*?)^```", text, re.M | re.S)
    assert shape(json.loads(body)) == shape(json.loads(told))


def test_problems_are_listed_with_their_status() -> None:
    listed = re.findall(r"^\| `(/problems/[a-z-]+)` \| (\d+) \|", DOCUMENT, re.M)
    assert listed == [(problem.type, str(problem.status)) for problem in PROBLEMS.values()]


def test_metrics_are_listed(api: AnApi) -> None:
    api.submit()
    text = api.client.get("/metrics").text
    served = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(text)
        if not family.name.endswith("_created")
    }
    listed = set(re.findall(r"`(harmonizer_[a-z_]+)`", section("GET /metrics")))
    assert served <= listed
    assert {name for name in listed - served if "exceptions" not in name} == set()
