"""The persons of one job: paged, narrowed, one with its records."""

from collections.abc import Iterator

import pytest

from an_api import AnApi, an_api
from web.api import job_persons
from web.config import Settings

ONE, TWO, LAST = "A" * 16, "B" * 16, "C" * 16
PERSONS = f"""person_id,records,sources,name_full,zip,winners,alternates
{ONE},1,east,"Kim
Ann",,,
{TWO},2,east|west,Lee,00002,"{{""name_full"":{{""rule"":""agreement"",""row_uid"":""u""}}}}","{{""zip"":[""3""]}}"
{LAST},1,west,Ö,,,
"""
CROSSWALK = f"""source,source_file,record_no,source_id,person_id,method,score
east,e.csv,1,,{ONE},,
east,e.csv,2,,{TWO},deterministic:mrn,0.9900
west,w.csv,1,W1,{LAST},,
west,w.csv,2,W2,{TWO},deterministic:mrn,0.9900
"""


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    with an_api(settings) as api:
        yield api


@pytest.fixture
def job_id(api: AnApi) -> str:
    job_id = api.submit()
    outputs = {
        "persons.csv": ("persons", None, PERSONS.encode()),
        "crosswalk.csv": ("crosswalk", None, CROSSWALK.encode()),
    }
    api.end(job_id, outputs=outputs)
    return job_id


def walk(api: AnApi, job_id: str, query: str) -> list[list[str]]:
    pages: list[list[str]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        found = api.get(f"/api/jobs/{job_id}/persons?{query}{more}")
        pages.append([one["person_id"] for one in found["persons"]])
        cursor = found["next_cursor"]
    return pages


def test_pages_follow_each_other_without_a_gap(
    api: AnApi, job_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert walk(api, job_id, "limit=50") == [[ONE, TWO, LAST]]
    assert walk(api, job_id, "limit=1") == [[ONE], [TWO], [LAST]]
    assert walk(api, job_id, "records=several") == [[TWO]]
    assert walk(api, job_id, "records=one&limit=1") == [[ONE], [LAST]]
    monkeypatch.setattr(job_persons, "MOST_READ", 1)
    assert walk(api, job_id, "records=several") == [[], [TWO], []]


def test_lists_tell_no_values(api: AnApi, job_id: str) -> None:
    found = api.get(f"/api/jobs/{job_id}/persons")
    assert found["persons"][1] == {
        "person_id": TWO,
        "records": 2,
        "sources": ["east", "west"],
        "disagree": ["zip"],
    }


def test_a_person_has_values_with_their_records(api: AnApi, job_id: str) -> None:
    found = api.get(f"/api/jobs/{job_id}/persons/{TWO}")
    assert [(one["source"], one["record_no"]) for one in found["records"]] == [
        ("east", 2),
        ("west", 2),
    ]
    assert found["golden"][0] == {
        "field": "name_full",
        "value": "Lee",
        "alternates": [],
        "rule": "agreement",
        "row_uid": "u",
    }
    assert found["golden"][1]["alternates"] == ["3"]
    alone = api.get(f"/api/jobs/{job_id}/persons/{ONE}")
    assert alone["golden"][0]["value"] == "Kim\nAnn"
    assert alone["golden"][0]["rule"] == "only-value"


@pytest.mark.parametrize("query", ["cursor=70", "cursor=x", "records=2"])
def test_what_is_not_known_is_refused(api: AnApi, job_id: str, query: str) -> None:
    api.get(f"/api/jobs/{job_id}/persons?{query}", 400)


@pytest.mark.parametrize("person_id", ["D" * 16, "none", "A" * 15, "%0a"])
def test_nobody_is_404(api: AnApi, job_id: str, person_id: str) -> None:
    api.get(f"/api/jobs/{job_id}/persons/{person_id}", 404)


def test_a_job_that_looked_for_nobody_says_so(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={})
    assert api.get(f"/api/jobs/{job_id}/persons", 409)["type"] == "/problems/no-result"
