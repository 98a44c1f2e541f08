"""``/api/persons`` and ``/api/review``: who is who, and what people decide about it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from an_api import AnApi, an_api
from some_persons import Line, known, pair, records, uid
from web.config import Settings
from web.db.models import AuditEntry
from web.db.person_models import PersonRecord
from web.db.persons import person_id

A, B, C, D = "AAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBB", "CCCCCCCCCCCCCCCC", "DDDDDDDDDDDDDDDD"
START = {1: A, 2: A, 3: B, 4: C, 5: D}


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    with an_api(settings) as api:
        pairs = [pair(1, 3, 0.9), pair(3, 4, 0.8), pair(1, 4, 0.8), pair(4, 5, 0.6)]
        apply(api, *records(START), *pairs)
        yield api


def apply(api: AnApi, *lines: Line) -> None:
    with api.of.sessions.begin() as session:
        known(session, "", *lines)


def owners(api: AnApi) -> Mapping[int, str]:
    """Return by record the person that it is of."""
    with api.of.reading() as session:
        wanted = select(PersonRecord.row_uid, PersonRecord.person_id)
        return {int(one, 16): person for one, person in session.execute(wanted)}


def post(api: AnApi, path: str, status: int = 200, **body: Any) -> Any:
    answer = api.client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)


def pairs(api: AnApi) -> dict[tuple[int, int], int]:
    """Return the ids of the pairs that wait, by their records."""
    listed = api.get("/api/review")["pairs"]
    return {
        (int(one["a"]["row_uid"], 16), int(one["b"]["row_uid"], 16)): one["pair_id"]
        for one in listed
    }


def decide(api: AnApi, a: int, b: int, decision: str, status: int = 200) -> Any:
    path = f"/api/review/{pairs(api)[a, b]}/decide"
    return post(api, path, status, decision=decision, why="as the chart says")


def undo(api: AnApi, decision: Any, status: int = 200) -> Any:
    return post(api, f"/api/review/decisions/{decision['decision_id']}/undo", status)


def test_persons_and_pairs_come_in_pages(api: AnApi) -> None:
    for path, name in (("/api/persons", "persons"), ("/api/review", "pairs")):
        found: list[Any] = []
        cursor = None
        while cursor is not None or not found:
            more = f"&cursor={cursor}" if cursor else ""
            page = api.get(f"{path}?limit=3{more}")
            found += page[name]
            cursor = page["next_cursor"]
            assert (page["count"], page["count_is_exact"]) == (4, True)
        assert found == api.get(path)[name]
        assert len(found) == 4
    persons = api.get("/api/persons")["persons"]
    assert [one["person_id"] for one in persons] == [A, B, C, D]
    assert (persons[0]["records"], persons[0]["sources"]) == (2, ["east"])
    assert [one["score"] for one in api.get("/api/review")["pairs"]] == [0.9, 0.8, 0.8, 0.6]


def test_a_match_merges_and_is_undone_by_one_call(api: AnApi) -> None:
    matched = decide(api, 1, 3, "match")
    assert (matched["decision"], matched["moved"], matched["who"]) == ("match", 1, "anonymous")
    assert owners(api) == START | {3: A}
    person = api.get(f"/api/persons/{B}")
    assert (person["person_id"], person["record_count"]) == (A, 3)
    assert [one["person_id"] for one in person["aliases"]] == [B]
    assert person["golden"] is None, "no worker is there to say what survives"
    assert person["records"][0]["values"]["race"] == "2106-3"
    event = person["history"][-1]
    assert (event["what"], event["other_id"], event["who"]) == ("match", B, "anonymous")
    assert (event["why"], event["records"]) == ("as the chart says", [uid(3)])
    assert (1, 3) not in pairs(api)
    undone = undo(api, matched)
    assert undone["undone_by"] == "anonymous"
    assert owners(api) == START
    assert api.get(f"/api/persons/{B}")["person_id"] == B
    assert (1, 3) in pairs(api)
    assert [one["undone_at"] for one in api.get("/api/review/decisions")["decisions"]] != [None]
    assert undo(api, matched, 400)["errors"][0]["field"] == "decision_id"
    with api.of.reading() as session:
        acts = list(session.scalars(select(AuditEntry.what).order_by(AuditEntry.id)))
    assert acts == ["review.decide", "review.undo"]


def test_decisions_that_cannot_all_be_true(api: AnApi) -> None:
    ab, bc = decide(api, 1, 3, "match"), None
    apply(api, pair(3, 4), pair(1, 4), pair(4, 5))
    apart = decide(api, 1, 4, "no-match")
    refused = decide(api, 3, 4, "match", 409)
    assert refused["type"] == "/problems/contradiction"
    assert refused["errors"] == [
        {"field": "decision_id", "reason": str(apart["decision_id"])},
    ]
    assert owners(api) == START | {3: A}, "nothing of a refused decision stays"
    undo(api, apart)
    bc = decide(api, 3, 4, "match")
    again = post(api, f"/api/persons/{A}/unlink", 409, records=[uid(4)])
    named = {int(one["reason"]) for one in again["errors"]}
    assert named == {ab["decision_id"], bc["decision_id"]}


@pytest.mark.parametrize(
    ("asked", "why"), [({"alias": "NOBODY"}, "absorbed"), ({"records": []}, "names no record")]
)
def test_an_unlink_of_nothing_says_so(api: AnApi, asked: dict[str, Any], why: str) -> None:
    [wrong] = post(api, f"/api/persons/{A}/unlink", 400, **asked)["errors"]
    assert wrong["field"] in asked
    assert why in wrong["reason"]


def test_an_unlink_restores_who_was_there_before(api: AnApi) -> None:
    merged = post(api, f"/api/persons/{B}/merge", 200, **{"with": A})
    assert (merged["person_id"], owners(api)) == (B, START | {1: B, 2: B})
    undo(api, merged)
    move = {"moved": {"uid": uid(3), "person": A}}
    apply(api, move, {"alias": {"from": B, "to": A}}, *records({6: A}))
    assert api.get(f"/api/persons/{B}")["person_id"] == A
    unlinked = post(api, f"/api/persons/{A}/unlink", alias=B, why="two sisters")
    assert (unlinked["person_id"], unlinked["moved"]) == (B, 1)
    assert owners(api) == START | {6: A}
    assert api.get(f"/api/persons/{B}")["aliases"] == []
    one = post(api, f"/api/persons/{A}/unlink", records=[uid(2)])
    assert one["person_id"] == person_id(uid(2))
    assert owners(api)[2] == one["person_id"]
    undo(api, one)
    assert owners(api) == START | {6: A}
    assert api.get(f"/api/persons/{one['person_id']}")["person_id"] == A


def test_what_cannot_be_done(api: AnApi) -> None:
    for path, body, status in (
        ("/api/review/999/decide", {"decision": "match"}, 404),
        (f"/api/review/{pairs(api)[1, 3]}/decide", {"decision": "maybe"}, 400),
        (f"/api/review/{pairs(api)[1, 3]}/decide", {"decision": "match", "why": "\0"}, 400),
        ("/api/review/decisions/999/undo", {}, 404),
        ("/api/persons/NOBODY/merge", {"with": A}, 404),
        (f"/api/persons/{A}/merge", {"with": "NOBODY"}, 404),
        (f"/api/persons/{A}/merge", {"with": A}, 400),
        (f"/api/persons/{A}/merge", {}, 400),
        (f"/api/persons/{A}/unlink", {}, 400),
        (f"/api/persons/{A}/unlink", {"records": [uid(1), uid(2)]}, 400),
        (f"/api/persons/{A}/unlink", {"records": [uid(3)]}, 400),
        (f"/api/persons/{A}/unlink", {"records": [7]}, 400),
        (f"/api/persons/{A}/unlink", {"alias": "NOBODY"}, 400),
        (f"/api/persons/{A}/unlink", {"records": []}, 400),
    ):
        post(api, path, status, **body)
    for path in ("/api/review?cursor=x", "/api/persons?cursor=x", "/api/persons?limit=0"):
        api.get(path, 400)
    api.get("/api/persons/NOBODY", 404)
    decide(api, 1, 3, "match")
    move = {"moved": {"uid": uid(4), "person": A}}
    number = pairs(api)[1, 4]
    apply(api, move, {"alias": {"from": C, "to": A}}, pair(1, 4))
    refused = post(api, f"/api/review/{number}/decide", 409, decision="no-match")
    assert "unlink" in refused["detail"]


def test_an_owner_sees_his_own_persons_only(api: AnApi) -> None:
    with api.of.sessions.begin() as session:
        known(session, "somebody", *records({9: "EEEEEEEEEEEEEEEE"}))
    assert len(api.get("/api/persons")["persons"]) == 4
    api.get("/api/persons/EEEEEEEEEEEEEEEE", 404)


def test_all_of_it_can_be_taken_along(api: AnApi) -> None:
    decide(api, 1, 3, "match")
    lines = [json.loads(one) for one in api.client.get("/api/persons/export").text.splitlines()]
    kinds = [one["kind"] for one in lines]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "registry": 1,
        "person": 4,
        "record": 5,
        "decision": 1,
        "event": 5,
    }
    assert next(one for one in lines if one["kind"] == "person" and one["merged_into"])["id"] == B


def test_all_of_it_can_be_forgotten(api: AnApi) -> None:
    decide(api, 1, 3, "match")
    for wrong in ("", "?persons=4", "?persons=all"):
        assert api.client.delete(f"/api/persons{wrong}").status_code == 400
    assert api.client.delete("/api/persons?persons=3").status_code == 204
    assert api.get("/api/persons")["persons"] == []
    assert api.get("/api/review/decisions")["decisions"] == []
    api.get(f"/api/persons/{A}", 404)
    apply(api, *records({1: A}))
    assert owners(api) == {1: A}
