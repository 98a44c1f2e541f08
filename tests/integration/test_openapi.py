"""The API is what its document says, and every route stands in it."""

import contextlib
import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import CheckFunction, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from an_api import AnApi
from harmonizer import Client
from running_stack import running_stack
from web.config import ROOT
from web.db.keys import MARK

NOT_DESCRIBED = {"/problems/{slug}", "/api/openapi.json", "/api/docs"}
EXAMPLES = 10


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return SQLite alone: the document is the same on PostgreSQL."""
    return sqlite_url


@pytest.fixture
def document(api: AnApi) -> Any:
    return api.get("/api/openapi.json")


def test_every_route_stands_in_the_document(api: AnApi, document: Any) -> None:
    rules = {
        re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
        for rule in api.app.url_map.iter_rules()
        if not rule.endpoint.startswith("console.")
    }
    assert set(document["paths"]) == rules - NOT_DESCRIBED


def test_it_says_what_each_route_needs_and_means(document: Any) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    for one in operations:
        assert one["summary"].endswith(".")
        assert "401" in one["responses"]
        assert "Needs the role" in one["description"]
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_it_is_openapi_3_1(document: Any) -> None:
    OPENAPI_31_VALIDATOR.validate(document)


def test_its_schemas_are_schemas(document: Any) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_person_can_read_it(api: AnApi, document: Any) -> None:
    page = api.client.get("/api/docs").text
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page
    assert "<code>owner</code>, needed</td><td>JSON</td><td>text" in page
    assert "<code>days</code></td><td>JSON</td><td>whole number 1 to 3650" in page
    assert "http" not in page.replace("https://opensource", "")


@pytest.mark.timeout(900)  # more than a thousand requests
def test_the_server_does_what_the_document_says(tmp_path: Path, binaries: Path) -> None:
    """Schemathesis makes requests of the document, good and bad ones, and looks at the answers."""
    with running_stack(tmp_path, AUTH="keys", LOG_LEVEL="warning", WEB_PROCESSES="1") as stack:
        [key] = re.findall(rf"{MARK}\S+", stack.log.read_text())
        client = Client(stack.api.address, key)
        patients = ROOT / "sample_data" / "patients.csv"
        jobs = [client.submit(patients, operation=one) for one in ("harmonize", "deduplicate")]
        jobs.append(client.submit(ROOT / "Makefile", table="patient"))
        ended = [job.wait(120)["status"] for job in jobs]
        assert ended == ["succeeded", "succeeded", "failed"]
        look(stack.api.address, key, [job.id for job in jobs])


def look(address: str, key: str, jobs: Sequence[str]) -> None:
    """Ask every route, about these jobs among others."""
    headers = {"Authorization": f"Bearer {key}"}
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    ids = itertools.cycle(jobs)
    looked_at = 0
    wrong: list[str] = []
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        for mode in GenerationMode:
            try:
                looked_at += ask(found.ok(), mode, ids, headers)
            except FailureGroup as group:
                wrong += [f"{found.ok().label}: {one}" for one in group.exceptions]
    assert not wrong, "\n\n".join(wrong)
    assert looked_at > 150


def ask(operation: Any, mode: GenerationMode, ids: Iterator[str], headers: dict[str, str]) -> int:
    """Ask requests of one kind of a route; return how many."""
    asked = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: schemathesis.Case[Any]) -> None:
        nonlocal asked
        asked += 1
        if "job_id" in (case.path_parameters or {}) and asked % 2:
            case.path_parameters["job_id"] = next(ids)
        # What depends on several fields a schema cannot say, and in a form every value is a text.
        excluded: list[CheckFunction] = [positive_data_acceptance]
        if case.media_type == "multipart/form-data":
            excluded.append(negative_data_rejection)
        case.call_and_validate(headers=headers, excluded_checks=excluded, timeout=60)

    with contextlib.suppress(Unsatisfiable):
        holds()
    return asked


def test_it_says_which_fields_a_body_cannot_do_without(api: AnApi, document: Any) -> None:
    job_id = api.submit()
    without: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in content:
                continue
            needed = content["application/json"]["schema"].get("required", [])
            filled = re.sub(r"{[a-z_]+}", "1", path.replace("{job_id}", job_id))
            answer = api.client.open(filled, method=method.upper(), json={})
            without[f"{method} {path}"] = needed
            if needed:
                assert answer.status_code in (400, 404), path
                assert operation["requestBody"]["required"]
            elif answer.status_code == 400:
                assert "or alias" in answer.text, path  # one of two
    assert without["post /api/keys"] == ["name", "owner"]
    assert sum(map(bool, without.values())) > 5


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "n", "owner": "lab", "owner": "west"}',
        b'{"name": "n", "owner": "lab", "days": NaN}',
        b'{"name": "n", "owner": "lab", "days": 1.5}',
        b'{"name": "n", "owner": "lab", "days": 1e400}',
    ],
)
def test_json_that_can_be_read_in_two_ways_is_refused(api: AnApi, body: bytes) -> None:
    answer = api.client.post("/api/keys", data=body, content_type="application/json")
    assert answer.status_code == 400, answer.text


def test_a_whole_number_may_have_a_fraction_of_nothing(api: AnApi) -> None:
    made = api.client.post(
        "/api/keys",
        data=b'{"name": "n", "owner": "lab", "requests_per_minute": 50.0}',
        content_type="application/json",
    )
    assert made.get_json()["requests_per_minute"] == 50


def test_a_parameter_is_given_once(api: AnApi) -> None:
    api.get("/api/jobs?status=failed&limit=5")
    for query in ("status=failed&status=succeeded", "limit=5&limit=5"):
        found = api.get(f"/api/jobs?{query}", 400)
        assert "more than once" in found["errors"][0]["reason"]
