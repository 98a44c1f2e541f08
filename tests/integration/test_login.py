"""People log in to the console: sessions, their ends, their forms, and who may try how often."""

import base64
import dataclasses
import gzip
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import extract_parameters
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import some_persons
from an_api import CSV, AnApi, an_api
from web.api import login
from web.api.access import SAFE, role_of
from web.config import Settings
from web.db import keys, profiles, tries, users, webhooks
from web.db.models import AuditEntry, Item, ItemState, Job, JobStatus, Role
from web.db.profile_models import ProfileVersion
from web.db.user_models import FailedTry, Login, User
from web.ids import new_id
from web.tasks.retention import sweep

WITH_A_WORKER = {"again_preview", "save_profile", "start_again"}
"""Forms of pages that show what a worker understands; here none answers."""
PASSWORD = "correct horse battery"
HASHED = users.hashed(PASSWORD)
FORM = re.compile(r"<form [^>]*method=\"post\".*?</form>", re.DOTALL)
TLS = "https://harmonizer.example"


@dataclasses.dataclass
class Clock:
    """What sessions and tries take for the time."""

    now: datetime = dataclasses.field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def later(self, **more: float) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(login, "_now", clock)
    return clock


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return SQLite alone; ``test_login_rows`` asks both databases."""
    return sqlite_url


@pytest.fixture
def api(settings: Settings, clock: Clock) -> Iterator[AnApi]:
    """Return an application with a user of each role, called like it."""
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        with api.of.sessions.begin() as session:
            for role in Role:
                users.make(
                    session, name=role, owner="lab", role=role, password=HASHED, now=clock.now
                )
        yield api


def enter(browser: FlaskClient, name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
    form = {"name": name, "password": password, "next": more.pop("next", "")}
    return browser.post("/login", data=form, **more)


def logged_in(api: AnApi, name: str = "operator") -> FlaskClient:
    browser = api.client
    assert enter(browser, name).status_code == 303
    return browser


def cookie(answer: TestResponse) -> str:
    """Return the secret that an answer gives to a browser."""
    return answer.headers["Set-Cookie"].partition("=")[2].partition(";")[0]


def token(browser: FlaskClient) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', browser.get("/").text)
    assert found
    return found[1]


def audited(api: AnApi) -> list[tuple[str, str]]:
    with api.of.reading() as session:
        return [(one.what, one.who) for one in session.scalars(select(AuditEntry))]


def test_a_session_is_256_random_bits_that_scripts_and_other_sites_do_not_get(api: AnApi) -> None:
    answer = enter(api.client, "operator")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert re.fullmatch(
        r"harmonizer=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", answer.headers["Set-Cookie"]
    )
    assert len(base64.urlsafe_b64decode(cookie(answer) + "=")) == 32
    with api.of.reading() as session:
        rows = str(session.execute(text("SELECT * FROM login_session")).all())
    assert cookie(answer) not in rows


def test_over_tls_no_other_host_and_no_plain_connection_gets_it(api: AnApi) -> None:
    browser = api.client
    answer = enter(browser, "operator", base_url=TLS)
    assert re.fullmatch(
        r"__Host-harmonizer=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Lax",
        answer.headers["Set-Cookie"],
    )
    assert browser.get("/api/jobs", base_url=TLS).status_code == 200
    plain = {"Cookie": f"harmonizer={cookie(answer)}"}
    assert api.client.get("/api/jobs", base_url=TLS, headers=plain).status_code == 401


def test_each_login_begins_a_session_of_its_own_and_ends_the_one_before(api: AnApi) -> None:
    browser = api.client
    browser.set_cookie("harmonizer", "planted")
    first, second = (cookie(enter(browser, "operator")) for _ in range(2))
    assert len({"planted", first, second}) == 3
    for secret, status in (("planted", 401), (first, 401), (second, 200)):
        other = api.client
        other.set_cookie("harmonizer", secret)
        assert other.get("/api/jobs").status_code == status


def test_a_session_ends_when_nobody_uses_it_and_after_its_whole_time(
    api: AnApi, clock: Clock
) -> None:
    browser = logged_in(api)
    for _ in range(24):
        clock.later(minutes=29, seconds=30)
        assert browser.get("/api/jobs").status_code == 200
    clock.later(minutes=12)
    assert browser.get("/api/jobs").status_code == 401, "twelve hours are over"
    browser = logged_in(api)
    clock.later(minutes=30)
    assert browser.get("/api/jobs").status_code == 401


@pytest.mark.parametrize("header", [{"X-Background": "1"}, {"Accept": "text/event-stream"}])
def test_a_page_left_open_keeps_nobody_logged_in(
    api: AnApi, clock: Clock, header: dict[str, str]
) -> None:
    browser = logged_in(api)
    for _ in range(2):
        clock.later(minutes=14)
        assert browser.get("/api/queue", headers=header).status_code == 200
    clock.later(minutes=2)
    assert browser.get("/api/queue", headers=header).status_code == 401


def test_logging_out_ends_the_session_itself(api: AnApi) -> None:
    browser = api.client
    secret = cookie(enter(browser, "viewer"))
    assert browser.post("/logout").status_code == 403, "without its token"
    answer = browser.post("/logout", data={"token": token(browser)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert cookie(answer) == ""
    browser.set_cookie("harmonizer", secret)
    assert browser.get("/api/jobs").status_code == 401


def test_another_password_and_being_disabled_end_all_sessions(api: AnApi, clock: Clock) -> None:
    other = "another horse battery"
    browsers = [logged_in(api), logged_in(api)]
    with api.of.sessions.begin() as session:
        user = session.scalars(select(User).where(User.name == "operator")).one()
        users.change_password(session, user, users.hashed(other))
    assert [one.get("/api/jobs").status_code for one in browsers] == [401, 401]
    assert enter(api.client, "operator").status_code == 403
    browser = api.client
    assert enter(browser, "operator", other).status_code == 303
    with api.of.sessions.begin() as session:
        user = session.scalars(select(User).where(User.name == "operator")).one()
        users.disable(session, user, clock.now)
    assert browser.get("/api/jobs").status_code == 401
    assert enter(api.client, "operator", other).status_code == 403


def test_another_role_holds_from_the_next_request_on(api: AnApi) -> None:
    browser = logged_in(api, "admin")
    assert browser.get("/api/keys").status_code == 200
    with api.of.sessions.begin() as session:
        session.execute(update(User).values(role=Role.VIEWER, owner="else"))
    assert browser.get("/api/keys").status_code == 403


def test_the_same_is_answered_whoever_does_not_exist(api: AnApi, clock: Clock) -> None:
    with api.of.sessions.begin() as session:
        user = session.scalars(select(User).where(User.name == "viewer")).one()
        users.disable(session, user, clock.now)
    told = {
        (answer.status_code, answer.text)
        for answer in (
            enter(api.client, "operator", "wrong"),
            enter(api.client, "nobody", "wrong"),
            enter(api.client, "no\1body", "wrong"),
            enter(api.client, "viewer", PASSWORD),
            enter(api.client, "operator", "x" * 100_000),
        )
    }
    assert len(told) == 1
    assert enter(api.client, "no\0body", "wrong").status_code == 400, "no form of a browser's"


def test_a_password_of_nobody_takes_as_long_to_compare() -> None:
    known, nobodys = extract_parameters(HASHED), extract_parameters(users._NOBODYS)
    assert known == nobodys


def test_tries_that_fail_make_longer_and_longer_waits(api: AnApi, clock: Clock) -> None:
    for name in ("operator", "nobody"):
        for _ in range(tries.NAME.free):
            assert enter(api.client, name, "wrong").status_code == 403
        for seconds in (15, 30, 60):
            answer = enter(api.client, name)
            assert answer.status_code == 429
            assert answer.headers["Retry-After"] == str(seconds)
            clock.later(seconds=seconds - 1)
            assert enter(api.client, name).headers["Retry-After"] == "1"
            clock.later(seconds=1)
            assert enter(api.client, name, "wrong").status_code == 403
    clock.later(seconds=120)
    assert enter(api.client, "operator").status_code == 303
    assert enter(api.client, "operator", "wrong").status_code == 403, "the name begins anew"


def test_the_longest_wait_is_a_quarter_of_an_hour(api: AnApi, clock: Clock) -> None:
    with api.of.sessions.begin() as session:
        tries.take(session, "operator", "192.0.2.1", clock.now)
        session.execute(update(FailedTry).values(count=1_000_000))
    assert enter(api.client, "operator").headers["Retry-After"] == "900"


def test_one_address_cannot_try_many_names(api: AnApi, clock: Clock) -> None:
    for number in range(tries.ADDRESS.free - 1):
        assert enter(api.client, f"n{number}", "wrong").status_code == 403
    assert enter(api.client, "viewer").status_code == 303, "which forgives only itself"
    assert enter(api.client, "one more", "wrong").status_code == 403
    refused = enter(api.client, "operator")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "15")
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert enter(api.client, "operator", environ_base=elsewhere).status_code == 303


def test_all_of_it_is_in_the_audit_log_without_a_secret(
    api: AnApi, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = api.client
    secret = cookie(enter(browser, "operator"))
    shown = token(browser)
    browser.post("/operations/queue/pause", data={"scope": "low", "token": shown})
    browser.post("/logout", data={"token": shown})
    for _ in range(tries.NAME.free):
        enter(api.client, "my secret password", "wrong one")
    told = [("login", "user:operator"), ("queue.pause", "user:operator")]
    told += [("logout", "user:operator")]
    assert audited(api) == told + [("login.fail", "anonymous")] * 4 + [("login.lock", "anonymous")]
    with api.of.reading() as session:
        tables = ("audit_log", "login_failure", "login_session", "login_user")
        kept = str([session.execute(text(f"SELECT * FROM {one}")).all() for one in tables])
    for one in (PASSWORD, "my secret password", "wrong one", secret, shown):
        assert one not in kept
        assert one not in capsys.readouterr().out


def rules(api: AnApi) -> Iterator[tuple[Rule, str]]:
    """Return routes that change something, with their methods."""
    for rule in api.app.url_map.iter_rules():
        for method in (rule.methods or set()) - set(SAFE):
            if rule.endpoint != "console.enter":
                yield rule, method


def path_of(rule: Rule) -> str:
    return re.sub(r"<(int:|path:)?\w+>", lambda one: "1" if one[1] else new_id(), rule.rule)


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("shown", ["none", "wrong", "of another session"])
def test_nothing_is_changed_without_the_token_of_the_session(
    api: AnApi, media: str, shown: str
) -> None:
    browser = logged_in(api, "admin")
    form = {"operation": "validate"}
    if shown != "none":
        form["token"] = "0" * 64 if shown == "wrong" else token(logged_in(api, "admin"))
    asked = 0
    for rule, method in rules(api):
        asked += 1
        answer = browser.open(path_of(rule), method=method, data=form, content_type=media)
        files = rule.endpoint in ("console.start", "console.new_preview", "console.profile_draft")
        if files and media != "multipart/form-data":
            assert answer.status_code == 415
        else:
            assert answer.status_code == 403, (rule, method)
            assert "not of this session" in answer.text, (rule, method)
    assert asked > 30
    assert list(api.of.store.folders("jobs")) == []


def test_a_script_sends_the_token_in_a_header(api: AnApi) -> None:
    browser = logged_in(api)
    header = {"X-CSRF-Token": token(browser)}
    asked = {"json": {"scope": "low"}, "headers": header}
    assert browser.post("/api/queue/pause", **asked).status_code == 200
    header["Sec-Fetch-Site"] = "cross-site"
    assert browser.post("/api/queue/resume", **asked).status_code == 403


def test_a_form_with_files_is_taken_with_its_token(api: AnApi) -> None:
    browser = logged_in(api)
    shown = token(browser)
    for sent, status in ((shown, 303), (shown[::-1], 403)):
        form = {"operation": "validate", "token": sent, "file": (io.BytesIO(CSV), "a.csv")}
        assert browser.post("/new", data=form).status_code == status
    assert browser.get("/api/jobs").get_json()["count"] == 1
    assert len(list(api.of.store.folders("jobs"))) == 1


def test_a_key_needs_no_token_and_goes_before_a_session(api: AnApi) -> None:
    browser = logged_in(api, "admin")
    wrong = {"Authorization": "Bearer hmz_wrong"}
    assert browser.get("/api/jobs", headers=wrong).status_code == 401


@pytest.mark.parametrize(
    ("given", "led"),
    [
        ("/jobs", "/jobs"),
        ("/jobs?status=failed&operation=clean", "/jobs?status=failed&operation=clean"),
        ("", "/"),
        ("jobs", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        (" //evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\u2028/evil.example", "/"),
        ("/" + "x" * 3000, "/"),
        ("//[", "/"),
    ],
)
def test_a_login_leads_nowhere_else(api: AnApi, given: str, led: str) -> None:
    answer = enter(api.client, "viewer", next=given)
    assert (answer.status_code, answer.headers["Location"]) == (303, led)
    form = api.client.get("/login", query_string={"next": given}).text
    assert f'name="next" value="{html.escape(led)}"' in form


def test_pages_lead_to_the_login_and_from_there_back(api: AnApi) -> None:
    browser, page = api.client, {"Accept": "text/html"}
    answer = browser.get("/jobs?status=failed", headers=page)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/jobs?status%3Dfailed"
    assert 'value="/jobs?status=failed"' in browser.get(answer.headers["Location"]).text
    lost = browser.post("/operations/queue/pause", headers=page)
    assert lost.status_code == 401
    assert 'href="/login"' in lost.text
    key = page | {"Authorization": "Bearer hmz_wrong"}
    assert browser.get("/jobs", headers=key).status_code == 401
    assert browser.get("/api/jobs", headers=page).status_code == 401


def test_without_keys_nobody_logs_in(settings: Settings) -> None:
    with an_api(settings) as api:
        for answer in (api.client.get("/login"), enter(api.client, "x")):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert "Log out" not in api.client.get("/").text


def test_no_page_is_kept_by_a_browser(api: AnApi) -> None:
    browser = logged_in(api)
    for path in ("/", "/jobs", "/new", "/operations", "/review", "/login"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'; style-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.fixture
def full(api: AnApi, clock: Clock) -> tuple[AnApi, list[str]]:
    """Return an application in which every form of the console is shown to somebody."""
    browser, owner = logged_in(api), "lab"
    form = {"file": (io.BytesIO(CSV), "a.csv"), "token": token(browser)}
    ids = [browser.post("/new", data=dict(form)).headers["Location"].rpartition("/")[2]]
    form["file"] = (io.BytesIO(CSV), "b.csv")
    ids += [browser.post("/new", data=dict(form)).headers["Location"].rpartition("/")[2]]
    rows = b"patient_id,source_line,record_no,rule_ids,reasons\n1,2,1,REQ-001,missing\n"
    cells: list[Any] = [{"field": "zip", "rules": ["STD-001"], "values": [["1", "00001"]]}]
    change: dict[str, Any] = {"file": "a.csv", "table": "patient", "origin": "", "changes": cells}
    change["rows"] = [[1, 2, 0]]
    outputs = {
        "patient.quarantine.csv": ("quarantine", "patient", rows),
        "changes.ndjson.gz": ("changes", None, gzip.compress(json.dumps(change).encode())),
    }
    api.end(ids[0], JobStatus.PARTIAL, outputs)
    with api.of.sessions.begin() as session:
        dead = {"state": ItemState.DEAD, "ended_at": datetime.now(UTC), "reason": "store"}
        session.execute(update(Item).where(Item.job_id == ids[0]).values(**dead))
        some_persons.known(
            session,
            owner,
            *({"person": {"id": one}} for one in "PQ"),
            *some_persons.records({1: "P", 2: "Q", 3: "P", 4: "P"}),
            some_persons.pair(1, 2),
        )
        profiles.add(session, a_profile(owner, clock.now))
        keys.make(session, name="n", owner=owner, role=Role.VIEWER, now=clock.now)
        hook = webhooks.make(
            session, owner=owner, url="https://lab.example/", events=[], now=clock.now
        )
        off = webhooks.make(
            session, owner=owner, url="https://x.example/", events=[], now=clock.now
        )
        webhooks.disable(off, "owner", clock.now)
        hook.events = ["job.partial"]
        session.flush()
        webhooks.announce(session, session.get_one(Job, ids[0]), clock.now)
    apart = {"record": some_persons.uid(4), "token": token(browser)}
    assert browser.post("/persons/P/unlink", data=apart).status_code == 303
    api.queue.hello("w1", {"host": "h", "pid": 1, "version": "1", "slots": 2, "draining": 0})
    items = [api.items(one)[0].id for one in ids]
    running = browser.post("/new", data=dict(form | {"file": (io.BytesIO(CSV), "c.csv")}))
    items.append(api.items(running.headers["Location"].rpartition("/")[2])[0].id)
    assert api.queue.claim([(items[2], "claim1")], "w1", 60_000)[0].answer == "ok"
    made = f"/jobs/{ids[0]}"
    return api, [
        "/",
        "/jobs",
        "/new",
        "/review",
        "/review?undo=1",
        "/operations",
        made,
        f"/jobs/{ids[1]}",
        f"{made}/rows/patient.quarantine.csv",
        f"{made}/changes",
        "/persons/P",
        "/jobs/all/cancel",
        *(f"/items/{one}" for one in items),
        "/operations/workers",
        "/operations/failures",
        "/operations/failures/dismiss?kind=file&reason=store",
        "/operations/consistency",
        "/webhooks",
        f"/webhooks/{hook.id}",
        f"/webhooks/{off.id}",
        "/keys",
        "/profiles",
        "/profiles/ours",
        "/profiles/ours/versions/1",
        "/profiles/new",
        "/audit",
    ]


def a_profile(owner: str, now: datetime) -> ProfileVersion:
    return ProfileVersion(
        owner=owner,
        name="ours",
        version="1",
        created_at=now,
        document="name: ours",
        content={},
        sha256="0" * 64,
        extends=None,
        tables={},
        fields={},
    )


def test_a_page_shows_what_its_reader_may_do_and_each_form_has_the_token(
    full: tuple[AnApi, list[str]],
) -> None:
    api, pages = full
    shown: dict[str, set[str]] = {role: set() for role in Role}
    for role in Role:
        browser = logged_in(api, role)
        mine = token(browser)
        for path in pages:
            answer = browser.get(path)
            view = api.app.view_functions[api.app.url_map.bind("").match(path.partition("?")[0])[0]]
            if not role.may(role_of(view, "GET") or Role.VIEWER):
                assert answer.status_code == 403
                continue
            assert answer.status_code == 200, path
            assert f"{role}, {role}" in answer.text
            assert ('href="/new"' in answer.text) == (role != "viewer")
            for form in FORM.findall(answer.text):
                assert mine in form, (path, form)
                targets = re.findall(r'action="([^"?]+)', form)
                for target in targets:
                    endpoint, _ = api.app.url_map.bind("").match(target, "POST")
                    needed = role_of(api.app.view_functions[endpoint], "POST")
                    assert needed is not None
                    assert role.may(needed), (path, endpoint)
                    shown[role].add(endpoint.removeprefix("console."))
    assert shown["viewer"] == {"logout"}
    for role in (Role.OPERATOR, Role.ADMIN):
        assert (
            shown[role]
            == {
                rule.endpoint.removeprefix("console.")
                for rule, _ in rules(api)
                if rule.endpoint.startswith("console.")
                and role.may(role_of(api.app.view_functions[rule.endpoint], "POST") or Role.VIEWER)
            }
            - WITH_A_WORKER
        )


def test_requests_of_a_user_are_counted_over_sessions(settings: Settings, clock: Clock) -> None:
    with an_api(dataclasses.replace(settings, auth="keys", requests_per_minute=2)) as api:
        with api.of.sessions.begin() as session:
            users.make(
                session, name="ada", owner="l", role=Role.VIEWER, password=HASHED, now=clock.now
            )
        browsers = [logged_in(api, "ada") for _ in range(2)]
        told = [one.get("/api/jobs").headers["RateLimit"] for one in browsers]
    # another minute may begin in between
    assert [one.partition(";t=")[0] for one in told] in (
        ['"key";r=1', '"key";r=0'],
        ['"key";r=1', '"key";r=1'],
    )


def test_what_is_over_is_forgotten(api: AnApi) -> None:
    logged_in(api)
    enter(api.client, "operator", "wrong")
    now = datetime.now(UTC)
    for later, rows in ((timedelta(minutes=20), 1), (timedelta(hours=2), 0)):
        sweep(api.of, "", now + later)
        with api.of.reading() as session:
            assert len(session.scalars(select(Login)).all()) == rows
            assert bool(session.scalars(select(FailedTry)).all()) == bool(rows)
