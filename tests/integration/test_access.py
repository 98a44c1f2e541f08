"""Who may do what: keys, roles, owners; on every route that the application has."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from an_api import CSV, AnApi, an_api
from some_persons import known, pair, records
from web.api.access import SAFE, role_of
from web.config import Settings
from web.db import keys
from web.db.models import Item, ItemState, JobStatus, Role
from web.ids import new_id

OUTSIDE = {"REMOTE_ADDR": "192.0.2.7"}
OPEN = {
    "/api/docs",
    "/api/openapi.json",
    "/login",
    "/problems/<slug>",
    "/static/<path:filename>",
}
WHOSE = {
    "job_id": "an owner's: here, on every route",
    "item_id": "its job's: here, on every route",
    "bulk_id": "an owner's: here, on every route",
    "webhook_id": "an owner's: test_webhooks",
    "delivery_id": "its endpoint's",
    "person_id": "an owner's: here",
    "pair_id": "an owner's: here",
    "decision_id": "an owner's: here",
    "name": "an owner's profile: test_profiles; an output: its job's",
    "version": "its profile's",
    "key_id": "for admins",
    "worker_id": "everybody's",
    "act": "no thing",
    "filename": "no thing",
    "slug": "no thing",
}
"""Whose the things are that a path names, and where that is tested."""
FOR_PROBES = {"/health", "/health/ready", "/metrics"}


@dataclasses.dataclass(frozen=True)
class Locked:
    """An application that asks for keys, and two owners with a key of each role."""

    api: AnApi
    secrets: dict[tuple[str, Role], str]

    def ask(
        self, method: str, path: str, who: tuple[str, Role] | None = None, **more: Any
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secrets[who]}"} if who else {}
        return self.api.client.open(path, method=method, headers=headers, **more)

    def rules(self) -> Iterator[tuple[Rule, str]]:
        """Return every route with each of its methods that a client would use."""
        for rule in self.api.app.url_map.iter_rules():
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule, method

    def submit(self, owner: str) -> str:
        headers = {"Authorization": f"Bearer {self.secrets[owner, Role.OPERATOR]}"}
        answer = self.api.post(("patients.csv", CSV), headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.get_json()["job_id"])


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return SQLite alone: what is asked here is the same on PostgreSQL (``test_audit``)."""
    return sqlite_url


@pytest.fixture
def locked(settings: Settings) -> Iterator[Locked]:
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        made = {}
        with api.of.sessions.begin() as session:
            for owner in ("north", "south"):
                for role in Role:
                    _, secret = keys.make(
                        session, name="key", owner=owner, role=role, now=datetime.now(UTC)
                    )
                    made[owner, role] = secret
        yield Locked(api, made)


def path_of(rule: Rule, **given: str) -> str:
    """Return a path of a rule, all but the given parts of it made up."""
    path = rule.rule
    for name in rule.arguments:
        converter = "path:" if f"<path:{name}>" in path else ""
        path = path.replace(f"<{converter}{name}>", given.get(name, new_id()))
    return path


def test_every_route_but_the_open_ones_asks_for_a_key(locked: Locked) -> None:
    for rule, method in locked.rules():
        answer = locked.ask(method, path_of(rule), environ_base=OUTSIDE)
        if rule.rule in OPEN:
            assert answer.status_code != 401, rule
            continue
        assert answer.status_code == 401, (rule, method)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.get_json(force=True)["type"] == "/problems/unauthorized"


def test_a_path_that_does_not_exist_tells_a_stranger_nothing(locked: Locked) -> None:
    assert locked.ask("GET", "/api/nothing").status_code == 401
    assert locked.ask("GET", "/api/nothing", ("north", Role.VIEWER)).status_code == 404


def test_it_is_known_whose_everything_is_that_a_path_names(locked: Locked) -> None:
    named = {name for rule, _ in locked.rules() for name in rule.arguments}
    assert named == set(WHOSE), "a new route: say whose it is, and test it"


def test_nobody_sees_a_job_of_another_owner_on_any_route(locked: Locked) -> None:
    job_id = locked.submit("north")
    wanted = {"act": "cancel", "text": "patients", "count": 1}
    bulk = locked.ask("POST", "/api/bulk", ("north", Role.OPERATOR), json=wanted)
    [item] = locked.api.items(job_id)
    of_north = {"job_id": job_id, "item_id": item.id, "bulk_id": bulk.get_json()["bulk_id"]}
    asked = 0
    for rule, method in locked.rules():
        if not of_north.keys() & rule.arguments:
            continue
        asked += 1
        theirs = locked.ask(method, path_of(rule, **of_north), ("south", Role.OPERATOR))
        missing = locked.ask(method, path_of(rule), ("south", Role.OPERATOR))
        admins = role_of(locked.api.app.view_functions[rule.endpoint], method) is Role.ADMIN
        status = 403 if admins else 404
        assert theirs.status_code == missing.status_code == status, (rule, method)
        told = [one.get_json(force=True) | {"instance": ""} for one in (theirs, missing)]
        assert told[0] == told[1], "the answers tell a job of others from none"
    assert asked >= 14
    assert locked.ask("GET", f"/api/jobs/{job_id}", ("north", Role.VIEWER)).status_code == 200
    assert locked.ask("GET", f"/api/jobs/{job_id}", ("south", Role.ADMIN)).status_code == 200


def test_nobody_sees_or_changes_persons_of_another_owner(locked: Locked) -> None:
    mine, other = "A" * 16, "B" * 16
    with locked.api.of.sessions.begin() as session:
        known(session, "north", *records({1: mine, 2: mine, 3: other}), pair(1, 3))
    north, south = ("north", Role.OPERATOR), ("south", Role.OPERATOR)
    [possible] = locked.ask("GET", "/api/review", north).get_json()["pairs"]
    record = {"records": [f"{2:032x}"]}
    assert locked.ask("POST", f"/api/persons/{mine}/unlink", north, json=record).status_code == 200
    [decided] = locked.ask("GET", "/api/review/decisions", north).get_json()["decisions"]
    for method, path, body in (
        ("GET", f"/api/persons/{mine}", None),
        ("POST", f"/api/persons/{mine}/merge", {"with": other}),
        ("POST", f"/api/persons/{mine}/unlink", {"records": [f"{1:032x}"]}),
        ("POST", f"/api/review/{possible['pair_id']}/decide", {"decision": "match"}),
        ("POST", f"/api/review/decisions/{decided['decision_id']}/undo", {}),
    ):
        for who in (south, ("south", Role.ADMIN)):
            assert locked.ask(method, path, who, json=body).status_code == 404, path
    for path, listed in (("persons", "persons"), ("review", "pairs")):
        assert locked.ask("GET", f"/api/{path}", south).get_json()[listed] == []
    assert locked.ask("GET", "/api/review/decisions", south).get_json()["decisions"] == []
    assert locked.ask("GET", "/api/persons/export", south).text == ""


def test_a_role_that_is_not_enough_is_refused_on_every_route(locked: Locked) -> None:
    views = locked.api.app.view_functions
    refused = 0
    for rule, method in locked.rules():
        needed = role_of(views[rule.endpoint], method)
        for role in Role:
            if rule.rule in OPEN | FOR_PROBES or needed is None or role.may(needed):
                continue
            answer = locked.ask(method, path_of(rule), ("north", role))
            assert answer.status_code == 403, (rule, method, role)
            refused += 1
        if method not in SAFE:
            own = rule.rule == "/logout"
            assert needed != Role.VIEWER or own, f"{rule} changes something"
    assert refused >= 10


def test_lists_hold_only_jobs_of_the_owner(locked: Locked) -> None:
    north, south = locked.submit("north"), locked.submit("south")
    for who, seen in [
        (("north", Role.VIEWER), {north}),
        (("south", Role.OPERATOR), {south}),
        (("south", Role.ADMIN), {north, south}),
    ]:
        for asked, there in [
            ("", seen),
            ("?status=accepted&operation=harmonize&profile=us-core", seen),
            ("?status=accepted&operation=link", set()),
            ("?profile=other", set()),
        ]:
            found = locked.ask("GET", f"/api/jobs{asked}", who).get_json()
            assert {job["job_id"] for job in found["jobs"]} == there, asked
            assert found["count"] == len(there)


def test_failures_of_others_are_neither_shown_nor_run_again(locked: Locked) -> None:
    job_id = locked.submit("north")
    with locked.api.of.sessions.begin() as session:
        dead = {"state": ItemState.DEAD, "ended_at": datetime.now(UTC), "reason": "store"}
        session.execute(update(Item).where(Item.job_id == job_id).values(**dead))
    locked.api.end(job_id, JobStatus.FAILED)
    with locked.api.of.sessions.begin() as session:
        session.execute(update(Item).where(Item.job_id == job_id).values(state=ItemState.DEAD))
    south, north = ("south", Role.OPERATOR), ("north", Role.OPERATOR)
    assert locked.ask("GET", "/api/failures", south).get_json() == {"failures": []}
    assert locked.ask("POST", "/api/failures/requeue", south).get_json()["items"] == 0
    assert len(locked.ask("GET", "/api/failures", north).get_json()["failures"]) == 1
    assert locked.ask("POST", "/api/failures/requeue", north).get_json()["items"] == 1


def test_idempotency_keys_of_two_owners_never_meet(locked: Locked) -> None:
    made = {
        locked.api.post(
            ("patients.csv", CSV),
            headers={
                "Authorization": f"Bearer {locked.secrets[owner, Role.OPERATOR]}",
                "Idempotency-Key": "monday",
            },
        ).get_json()["job_id"]
        for owner in ("north", "south", "north")
    }
    assert len(made) == 2


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer hmz_wrong", "Bearer " + "x" * 300]
)
def test_what_is_no_key_is_refused(locked: Locked, header: str) -> None:
    answer = locked.api.client.get("/api/jobs", headers={"Authorization": header})
    assert answer.status_code == 401


def test_the_life_of_a_key(locked: Locked) -> None:
    admin = ("north", Role.ADMIN)
    wanted = {"name": "nightly import", "owner": "lab", "role": "operator", "days": 30}
    made = locked.ask("POST", "/api/keys", admin, json=wanted)
    assert made.status_code == 201
    key = made.get_json()
    secret = key.pop("secret")
    assert (key["owner"], key["role"], key["revoked_at"]) == ("lab", "operator", None)
    assert secret.startswith(key["prefix"])
    assert _status(locked, secret) == 200
    [shown] = [
        k
        for k in locked.ask("GET", "/api/keys", admin).get_json()["keys"]
        if k["name"] == key["name"]
    ]
    assert shown.pop("used_at") is not None
    assert shown.items() <= key.items()

    rotated = locked.ask("POST", f"/api/keys/{key['key_id']}/rotate", admin).get_json()
    assert _status(locked, secret) == _status(locked, rotated["secret"]) == 200
    now = locked.ask(
        "POST", f"/api/keys/{key['key_id']}/rotate", admin, json={"grace_hours": 0}
    ).get_json()
    assert _status(locked, secret) == 401
    again = locked.ask("POST", f"/api/keys/{key['key_id']}/rotate", admin)
    assert again.get_json(force=True)["type"] == "/problems/key-ended"

    assert locked.ask("DELETE", f"/api/keys/{now['key_id']}", admin).status_code == 204
    assert _status(locked, now["secret"]) == 401
    assert locked.ask("DELETE", f"/api/keys/{new_id()}", admin).status_code == 404


def test_a_key_that_has_expired_is_none(locked: Locked) -> None:
    ago = datetime.now(UTC) - timedelta(days=2)
    with locked.api.of.sessions.begin() as session:
        _, secret = keys.make(
            session,
            name="old",
            owner="north",
            role=Role.VIEWER,
            now=ago,
            expires_at=ago + timedelta(days=1),
        )
    assert _status(locked, secret) == 401


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"owner": "lab"}, "name"),
        ({"name": "x"}, "owner"),
        ({"name": "x", "owner": ""}, "owner"),
        ({"name": "x", "owner": "lab\n"}, "owner"),
        ({"name": "x", "owner": 7}, "owner"),
        ({"name": "x", "owner": "lab", "role": "root"}, "role"),
        ({"name": "x", "owner": "lab", "days": 0}, "days"),
        ({"name": "x", "owner": "lab", "days": True}, "days"),
        ({"name": "x", "owner": "lab", "extra": "1"}, "extra"),
    ],
)
def test_keys_that_cannot_be_made(locked: Locked, wanted: dict[str, Any], field: str) -> None:
    answer = locked.ask("POST", "/api/keys", ("north", Role.ADMIN), json=wanted)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.get_json(force=True)["errors"]] == [field]


def test_no_secret_is_in_the_database(locked: Locked) -> None:
    locked.submit("north")
    with locked.api.of.reading() as session:
        for table in ("api_key", "audit_log", "job", "item", "idempotency_key"):
            rows = str(session.execute(text(f"SELECT * FROM {table}")).all())
            assert rows
            assert not [secret for secret in locked.secrets.values() if secret in rows]


def test_programs_that_watch_need_no_key_on_this_machine(locked: Locked) -> None:
    for path in FOR_PROBES:
        assert locked.ask("GET", path).status_code != 401
        assert locked.ask("GET", path, environ_base=OUTSIDE).status_code == 401


def test_probes_may_be_open_to_everybody(settings: Settings) -> None:
    with an_api(dataclasses.replace(settings, auth="keys", probes="open")) as api:
        assert api.client.get("/health", environ_base=OUTSIDE).status_code == 200
        assert api.client.get("/api/queue", environ_base=OUTSIDE).status_code == 401


def test_without_keys_a_name_that_was_made_to_point_here_is_refused(settings: Settings) -> None:
    with an_api(settings) as api:
        for host in ("localhost:8080", "127.0.0.1:8080", "[::1]:8080"):
            assert api.client.get("/api/jobs", headers={"Host": host}).status_code == 200
        for host in ("evil.example", "127.0.0.1.evil.example", "192.0.2.7:8080"):
            answer = api.client.get("/api/jobs", headers={"Host": host})
            assert answer.status_code == 403, host
            assert host not in answer.text


def _status(locked: Locked, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    return locked.api.client.get("/api/jobs", headers=headers).status_code
