"""Profiles over HTTP: versions that nobody changes, read by a worker, used by jobs."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from api_md import example, shape
from harmonizer import Client
from running_stack import RunningStack, running_stack
from web.api.profile_diff import changes
from web.db.keys import MARK

BASE = "/api/profiles"
CLINIC = """\
name: clinic
version: "{version}"
extends: us-core
tables:
  - name: patient
    aliases: [members]
    fields:
      - {{name: mrn, synonyms: [case_number]}}
checks:
  - id: SITE-001
    table: patient
    assert: mrn.startsWith("{letter}")
    severity: error
    disposition: quarantine_row
    tests:
      - {{given: {{mrn: A1}}, expect: pass}}
      - {{given: {{mrn: B1}}, expect: fail}}
"""
PATIENTS = b"case_number,first name,last name,dob\nA1,Ada,Byron,1985-04-05\nB2,Bo,Day,1990-01-02\n"


def clinic(version: str, letter: str = "A") -> str:
    return CLINIC.format(version=version, letter=letter)


@dataclass
class Caller:
    """One owner, and the API of a stack."""

    stack: RunningStack
    key: str

    @property
    def client(self) -> Client:
        return Client(self.stack.api.address, self.key)

    def ask(self, method: str, path: str, body: str | bytes | None = None, **more: str) -> Any:
        """Return status and body of an answer, JSON if it is some."""
        if isinstance(body, str):
            body = body.encode()
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/yaml"} | more
        asked = urllib.request.Request(self.stack.api.address + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=120) as answer:
                status, media, text = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, media, text = error.code, error.headers["Content-Type"], error.read()
        return status, json.loads(text) if "json" in media else text.decode()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, binaries: Path) -> Iterator[RunningStack]:
    home = tmp_path_factory.mktemp("profiles")
    with running_stack(home, AUTH="keys", WEB_PROCESSES="1") as running:
        yield running


@pytest.fixture
def admin(stack: RunningStack) -> Caller:
    [key] = re.findall(rf"{MARK}\S+", stack.log.read_text())
    return Caller(stack, key)


@pytest.fixture
def lab(admin: Caller, request: pytest.FixtureRequest) -> Caller:
    """Return an owner of its own for each test."""
    return owner(admin, re.sub(r"\W", "", request.node.name)[:60])


def owner(admin: Caller, name: str, role: str = "operator") -> Caller:
    wanted = json.dumps({"name": "key", "owner": name, "role": role})
    media = {"Content-Type": "application/json"}
    status, key = admin.ask("POST", "/api/keys", wanted, **media)
    assert status == 201, key
    return Caller(admin.stack, key["secret"])


def test_versions_are_taken_shown_and_compared(lab: Caller) -> None:
    status, first = lab.ask("POST", BASE, clinic("1"))
    assert status == 201, first
    assert (first["name"], first["version"], first["extends"]) == ("clinic", "1", "us-core")
    assert first["content"] == yaml.safe_load(clinic("1"))
    assert shape(first) == shape(example(f"POST {BASE}"))
    for document in (clinic("1"), clinic("1", "B")):
        status, problem = lab.ask("POST", BASE, document)
        assert (status, problem["type"]) == (409, "/problems/profile-exists")
    assert lab.ask("POST", BASE, clinic("2", "B"))[0] == 201
    status, listed = lab.ask("GET", BASE)
    assert [(one["name"], one["version"], one["built_in"]) for one in listed["profiles"]] == [
        ("us-core", listed["profiles"][0]["version"], True),
        ("clinic", "2", False),
    ]
    assert shape(listed) == shape(example(f"GET {BASE}"))
    status, shown = lab.ask("GET", f"{BASE}/clinic")
    assert [one["version"] for one in shown["versions"]] == ["2", "1"]
    assert shape(shown) == shape(example(f"GET {BASE}/<name>"))
    assert lab.ask("GET", f"{BASE}/clinic/versions/1") == (200, first)
    assert lab.ask("GET", f"{BASE}/clinic/versions/1?format=yaml") == (200, clinic("1"))
    status, diff = lab.ask("GET", f"{BASE}/clinic/diff")
    assert diff["changes"] == [
        {
            "path": "checks[SITE-001].assert",
            "before": 'mrn.startsWith("A")',
            "after": 'mrn.startsWith("B")',
        },
        {"path": "version", "before": "1", "after": "2"},
    ]
    assert (diff["old"], diff["new"], diff["more"]) == ("1", "2", False)
    assert shape(diff) == shape(example(f"GET {BASE}/<name>/diff"))
    assert lab.ask("GET", f"{BASE}/clinic/diff?from=2&to=1")[1]["old"] == "2"
    for query in ("from=7", "to=7", "to=1"):
        assert lab.ask("GET", f"{BASE}/clinic/diff?{query}")[0] == 400


def test_built_in_profiles_are_only_read(lab: Caller) -> None:
    status, shown = lab.ask("GET", f"{BASE}/us-core")
    [version] = shown["versions"]
    path = f"{BASE}/us-core/versions/{version['version']}"
    status, whole = lab.ask("GET", path)
    assert (status, whole["built_in"], whole["content"]["name"]) == (200, True, "us-core")
    status, document = lab.ask("GET", f"{path}?format=yaml")
    assert yaml.safe_load(document) == whole["content"]
    assert lab.ask("POST", f"{path}/test", "")[1]["failed"] == 0
    status, problem = lab.ask("POST", BASE, "name: us-core\nversion: '9'\nextends: us-core\n")
    assert (status, problem["errors"][0]["field"]) == (400, "name")


def test_what_is_not_there(lab: Caller) -> None:
    for path in ("none", "us-core/versions/none", "none/versions/1", "a%00b", "x@1", "none/diff"):
        assert lab.ask("GET", f"{BASE}/{path}")[0] == 404, path
    assert lab.ask("POST", f"{BASE}/none/versions/1/test", "")[0] == 404


def test_tests_are_run_before_and_after_it_is_taken(lab: Caller) -> None:
    status, verdict = lab.ask("POST", f"{BASE}/validate?today=2026-11-26", clinic("1", "B"))
    assert (status, verdict["passed"], verdict["failed"]) == (200, 0, 2)
    assert "patient" in verdict["tables"]
    assert shape(verdict) == shape(example(f"POST {BASE}/validate"))
    assert lab.ask("GET", f"{BASE}/clinic")[0] == 404, "nothing is kept"
    assert lab.ask("POST", BASE, clinic("1"))[0] == 201
    status, verdict = lab.ask("POST", f"{BASE}/clinic/versions/1/test", "")
    assert (status, verdict["passed"], verdict["failed"]) == (200, 2, 0)
    assert lab.ask("POST", f"{BASE}/validate?today=yesterday", clinic("1"))[0] == 400


BOMB = "name: b\nversion: '1'\nx0: &x0 [a, a]\n" + "".join(
    f"x{i}: &x{i} [*x{i - 1}, *x{i - 1}]\n" for i in range(1, 40)
)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (BOMB, "an alias (*) within an anchor (&)"),
        ("name: " + "[" * 5000, "lie within each other"),
        ("name: c\nversion: '1'\nextends: /etc/passwd\n", "extend a file"),
        ("name: c\nversion: '1'\nextends: ../us-core.yaml\n", "extend a file"),
        ("name: c\nversion: '1'\ncode_lists: [/etc/hosts.csv]\n", "may name files"),
        ("name: c\nversion: '1'\ncolour: blue\n", "line 3"),
        (clinic("1").replace('mrn.startsWith("A")', "(" * 300), "assert"),
        (clinic("1").replace('mrn.startsWith("A")', "mrn == 7"), "assert"),
        ("", "empty"),
        ("name: C@1\nversion: '1'\nextends: us-core\n", "must be as"),
        ("name: c\nversion: a b\nextends: us-core\n", "must be as"),
        ('name: c\nversion: "1"\nextends: us-core\ndescription: "\\0"\n', "no text has"),
    ],
)
def test_what_is_refused_is_refused_with_a_reason(lab: Caller, document: str, told: str) -> None:
    status, problem = lab.ask("POST", BASE, document)
    assert status == 400, problem
    assert told in problem["errors"][0]["reason"]


def test_bodies_that_are_none(lab: Caller) -> None:
    assert lab.ask("POST", BASE, clinic("1"), **{"Content-Type": "application/json"})[0] == 415
    assert lab.ask("POST", BASE, "name: c\ndescription: " + "x" * 1024**2)[0] == 413
    assert lab.ask("POST", BASE, b"name: \xff\n")[0] == 400
    assert lab.ask("POST", f"{BASE}/validate", "description: " + "x" * 1024**2)[0] == 413


def test_a_job_keeps_the_profile_that_it_was_given(lab: Caller, tmp_path: Path) -> None:
    assert lab.ask("POST", BASE, clinic("1"))[0] == 201
    file = tmp_path / "members.csv"
    file.write_bytes(PATIENTS)
    jobs = [lab.client.submit(file, profile=called) for called in ("clinic", "clinic@1")]
    assert lab.ask("POST", BASE, clinic("2", "B"))[0] == 201
    jobs.append(lab.client.submit(file, profile="clinic", table="members"))
    jobs.append(lab.client.submit(file, file, profile="clinic@1"))
    kept = []
    for job in jobs:
        status = job.wait(120)
        assert status["status"] == "succeeded", status
        kept.append(re.findall("[AB][12]", job.result(tmp_path / "result").read_text()))
        shown = lab.ask("GET", f"/api/jobs/{job.id}")[1]
        version = lab.ask("GET", f"{BASE}/clinic/versions/{shown['profile'][-1]}")[1]
        assert shown["profile_sha256"] == version["sha256"]
        assert shown["files"][0]["table"] == "patient"
    assert kept == [["A1"], ["A1"], ["B2"], ["A1"]]
    assert lab.ask("GET", f"/api/jobs/{jobs[0].id}")[1]["profile"] == "clinic@1"
    assert jobs[0].result(tmp_path / "result.json", "json").read_text().count('"A1"') == 1
    shown = lab.client.preview(file, profile="clinic@2")
    assert shown["tables"][0]["columns"][0]["field"] == "mrn"
    assert "SITE-001" in json.dumps(shown["tables"][0]["issues"])


def test_persons_of_an_own_profile_have_a_golden_record(lab: Caller, tmp_path: Path) -> None:
    assert lab.ask("POST", BASE, clinic("1"))[0] == 201
    file = tmp_path / "members.csv"
    file.write_bytes(PATIENTS)
    job = lab.client.submit(file, profile="clinic", operation="link")
    assert job.wait(120)["status"] == "succeeded"
    [person, *_] = lab.ask("GET", "/api/persons")[1]["persons"]
    golden = lab.ask("GET", f"/api/persons/{person['person_id']}")[1]["golden"]
    assert "mrn" in {one["field"] for one in golden}


def test_profiles_of_others_are_neither_seen_nor_used(lab: Caller, admin: Caller) -> None:
    assert lab.ask("POST", BASE, clinic("1"))[0] == 201
    other = owner(admin, "other")
    for path in ("clinic", "clinic/versions/1", "clinic/diff"):
        assert other.ask("GET", f"{BASE}/{path}")[0] == 404
    assert other.ask("POST", f"{BASE}/clinic/versions/1/test", "")[0] == 404
    assert [one["name"] for one in other.ask("GET", BASE)[1]["profiles"]] == ["us-core"]
    with pytest.raises(Exception, match="profile must be one of us-core"):
        other.client.submit(_file(lab), profile="clinic")
    assert other.ask("POST", BASE, clinic("1", "C"))[0] == 201
    viewer = owner(admin, "other", "viewer")
    assert viewer.ask("GET", f"{BASE}/clinic/versions/1")[0] == 200
    assert viewer.ask("POST", BASE, clinic("2"))[0] == 403


def _file(lab: Caller) -> Path:
    file = lab.stack.home / "patients.csv"
    file.write_bytes(PATIENTS)
    return file


def test_differences() -> None:
    before = {"a": 1, "list": [1, 2], "rows": [{"name": "x", "n": 1}, {"name": "y"}]}
    after = {"b": {"c": 2}, "list": [1, 3], "rows": [{"name": "y", "n": 2}, {"name": "x", "n": 1}]}
    assert list(changes(before, after)) == [
        ("a", 1, None),
        ("list", [1, 2], [1, 3]),
        ("rows[y].n", None, 2),
        ("b", None, {"c": 2}),
    ]
    assert list(changes(before, before)) == []
