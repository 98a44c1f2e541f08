"""The pages of operations in a real browser: what they show, their acts, and who may do them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

import some_persons
from a_browser import PATIENCE_MS, Looking, looking
from an_api import AnApi
from running_stack import eventually
from served_api import Served
from web.db import audit, generation, profiles, webhooks
from web.db.bulk_models import BulkAct
from web.db.models import Attempt, Item, ItemState, Job, JobStatus, Outcome
from web.db.profile_models import ProfileVersion
from web.db.task_models import Task
from web.db.words import TaskKind
from web.errors import UnavailableError
from web.tasks import bulk

expect.set_options(timeout=PATIENCE_MS)
NOW = datetime.now(UTC)
PLAN = b"version: 1\ntoday: 2026-11-26\nfiles: []\n"
WORKER = "ward/7f1c/1/4711/88123/k3XhQ2mP"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return SQLite alone: what is asked of SQL is asked by the API's functions."""
    return sqlite_url


@pytest.fixture
def api(served: Served) -> AnApi:
    return served.api


@pytest.fixture
def at(served: Served, browser: Browser) -> Iterator[Looking]:
    with looking(browser, served.address) as at:
        yield at
    assert at.complaints == []


@pytest.fixture
def plain(served: Served, browser: Browser) -> Iterator[Looking]:
    """Return a window without JavaScript."""
    with looking(browser, served.address, scripts=False) as at:
        yield at


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def die(api: AnApi, job_id: str, reason: str = "poison") -> str:
    """Let the item of a job be dead after an attempt, and return its id."""
    [item] = api.items(job_id)
    with api.of.sessions.begin() as session:
        dead = {"state": ItemState.DEAD, "ended_at": NOW, "reason": reason, "losses": 4}
        session.execute(update(Item).where(Item.id == item.id).values(dead))
        ended = {"status": JobStatus.FAILED, "finished_at": NOW, "reason": reason}
        session.execute(update(Job).where(Job.id == job_id).values(ended))
        tried = {"worker": WORKER, "started_at": NOW - timedelta(seconds=3), "ended_at": NOW}
        session.add(
            Attempt(
                item_id=item.id,
                epoch=1,
                claim="claim1",
                delivery=1,
                outcome=Outcome.DEAD,
                reason=reason,
                **tried,
            )
        )
    return item.id


def a_worker(api: AnApi) -> None:
    about: dict[str, str | int] = {
        "host": "ward",
        "pid": 4711,
        "version": "0.1.0",
        "slots": 5,
        "draining": 0,
    }
    api.queue.hello(WORKER, about)


def test_the_overview_says_how_all_is_and_charts_have_their_table(at: Looking, api: AnApi) -> None:
    at.go("/")
    expect(at.page.get_by_text("No worker is running.")).to_be_visible()
    expect(at.page.get_by_text("There is no job yet.")).to_be_visible()
    at.owes_nothing("overview-empty")
    a_worker(api)
    for hours in (0, 0, 1, 5, 5, 5, 9, 20):
        api.end(api.submit(), at=NOW - timedelta(hours=hours))
    die(api, api.submit())
    at.go("/")
    lately = at.page.locator("#lately")
    expect(lately.locator(".chart")).to_have_count(2)
    expect(lately.locator(".tiles > div").nth(2)).to_contain_text("9")
    expect(lately.locator(".tiles > div").nth(3)).to_contain_text("11 %")
    lately.get_by_text("The same as a table").click()
    rows = lately.get_by_role("row")
    expect(rows.first).to_contain_text("Succeeded")
    assert (
        sum(int(rows.nth(n).get_by_role("cell").first.inner_text()) for n in range(1, rows.count()))
        == 8
    )
    expect(at.page.get_by_role("link", name="1", exact=True).first).to_be_visible()
    at.owes_nothing("overview-full")


def test_jobs_are_filtered_and_all_that_match_are_cancelled(at: Looking, api: AnApi) -> None:
    wanted = [api.submit(("north.csv", b"a,b\n1,2\n")) for _ in range(2)]
    other = api.submit()
    at.go("/jobs")
    at.page.get_by_label("Name of a file, or id").fill("NORTH")
    press(at.page, "Filter")
    expect(at.page).to_have_url(f"{at.address}/jobs?text=NORTH")
    expect(at.page.get_by_text("2 jobs, the newest first")).to_be_visible()
    at.owes_nothing("jobs-filtered")
    at.page.get_by_role("link", name="Cancel those that have not ended…").click()
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Cancel 2 jobs")
    at.page.get_by_label("To confirm, type how many: 2").fill("3")
    press(at.page, "Cancel 2 jobs")
    expect(at.page.get_by_role("alert")).to_contain_text("There are 2 such jobs now.")
    at.complaints.clear()  # the browser notes the status
    at.owes_nothing("jobs-confirm")
    at.page.get_by_label("To confirm, type how many: 2").fill("2")
    press(at.page, "Cancel 2 jobs")
    expect(at.page.get_by_role("status")).to_contain_text("Cancelling 2 jobs: 0 done so far.")
    with api.of.reading() as session:
        due = session.scalars(select(Task.target).where(Task.kind == TaskKind.BULK)).all()
        assert due == session.scalars(select(BulkAct.id)).all()
    bulk.run(api.of, due[0], NOW)
    at.go("/jobs")
    expect(at.page.get_by_text("Cancelling")).to_have_count(0)
    found = {one: api.get(f"/api/jobs/{one}")["cancel_wanted"] for one in [*wanted, other]}
    assert list(found.values()) == [True, True, False]


def test_a_job_that_runs_says_how_far_how_fast_and_how_much_longer(at: Looking, api: AnApi) -> None:
    job_id = api.submit()
    [item] = api.items(job_id)
    assert api.queue.claim([(item.id, "claim1")], WORKER, 60_000)[0].answer == "ok"
    begun = NOW - timedelta(minutes=10)
    with api.of.sessions.begin() as session:
        running = {"status": JobStatus.RUNNING, "started_at": begun}
        session.execute(update(Job).where(Job.id == job_id).values(running))
        lost = {"delivery": 1, "started_at": begun, "outcome": Outcome.RETRY, "reason": "stalled"}
        session.add(Attempt(item_id=item.id, epoch=1, claim="claim0", ended_at=NOW, **lost))
        again = {"delivery": 2, "started_at": datetime.now(UTC) - timedelta(seconds=90)}
        session.add(Attempt(item_id=item.id, epoch=1, claim="claim1", **again))
    half = '{"stage":"transform","rows":203073,"bytes":9000000,"total_bytes":18000000}'
    assert api.queue.progress(item.id, "claim1", half) == "ok"
    at.go(f"/jobs/{job_id}")
    told = at.page.locator("#now").get_by_role("status")
    # Since the attempt that runs began, not since the first one, which came to nothing.
    expect(told).to_contain_text(
        re.compile(
            r"Transform: 203,073 rows, 9\.0 MB read, (9\d|100) kB a second; "
            r"62\.5 % done, at this pace about 5\d s more\."
        )
    )
    at.owes_nothing("job-running")
    for path in ("/jobs", "/"):
        at.go(path)
        expect(at.page.get_by_role("row").filter(has_text="running")).to_contain_text("62.5 %")


def test_a_worker_is_drained_and_takes_work_again(at: Looking, api: AnApi) -> None:
    at.go("/operations/workers")
    expect(at.page.get_by_text("No worker is running")).to_be_visible()
    at.owes_nothing("workers-none")
    a_worker(api)
    [item] = api.items(api.submit())
    assert api.queue.take(WORKER) == item.id
    at.go("/operations/workers")
    expect(at.page.get_by_role("link", name=item.id[-12:])).to_be_visible()
    press(at.page, "Drain ward, process 4711")
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("draining")
    assert api.queue.workers()[0]["draining"]
    at.owes_nothing("workers")
    press(at.page, "Resume ward, process 4711")
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("active")


def test_failures_are_run_again_or_dismissed_by_their_cause(at: Looking, api: AnApi) -> None:
    first, second = api.submit(), api.submit()
    die(api, first)
    die(api, second, "stalled")
    at.go("/operations/failures")
    at.owes_nothing("failures")
    row = at.page.get_by_role("row").filter(has_text="stalled")
    row.get_by_role("button", name="Run 1 again").click()
    expect(row).to_have_count(0)
    assert api.items(second)[0].state is ItemState.WAITING
    at.page.get_by_role("link", name="Dismiss…").click()
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Dismiss 1 item")
    at.owes_nothing("failures-dismiss")
    at.page.get_by_label("Why, in your words").fill("the file is withdrawn")
    press(at.page, "Dismiss 1 item")
    expect(at.page.get_by_text("Nothing is dead.")).to_be_visible()
    [entry, *_] = api.get("/api/audit")["entries"]
    assert (entry["what"], entry["detail"]["why"]) == (
        "failures.dismiss",
        "the file is withdrawn",
    )


def test_an_item_is_looked_at_moved_released_and_cancelled(at: Looking, api: AnApi) -> None:
    job_id = api.submit()
    [item] = api.items(job_id)
    at.go(f"/items/{item.id}")
    expect(at.page.get_by_text("Number 1 of those that wait")).to_be_visible()
    at.owes_nothing("item-waiting")
    assert api.queue.claim([(item.id, "claim1")], WORKER, 60_000)[0].answer == "ok"
    expect(at.page.get_by_text("A worker on ward runs it. Its lease ends in")).to_be_visible()
    at.owes_nothing("item-running")
    press(at.page, "Take it from its worker")
    expect(at.page.get_by_text("Number 1 of those that wait")).to_be_visible()
    at.page.get_by_label("Priority").select_option("high")
    press(at.page, "Let it wait with this priority")
    expect(at.page.get_by_text("It is not in the queue")).to_be_visible()
    assert api.items(job_id)[0].priority == "high"
    dead = die(api, api.submit())
    at.go(f"/items/{dead}")
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("ward")
    at.owes_nothing("item-dead")


def test_sides_are_compared_checked_and_put_right(at: Looking, api: AnApi) -> None:
    at.go("/operations/consistency")
    expect(at.page.get_by_text("Nothing was compared yet.")).to_be_visible()
    with api.of.sessions.begin() as session:
        generation.meet(session, "g1", NOW)
        generation.compared(session, "g1", "server")
        generation.swept(session, NOW, {"missing": 2})
    press(at.page, "Check now")
    expect(at.page.get_by_text("every item stands where it should")).to_be_visible()
    at.owes_nothing("consistency")
    api.queue.client.zadd(api.queue.key("leases"), {"lost": 1})
    press(at.page, "Check now")
    expect(at.page.get_by_role("row").filter(has_text="in leases")).to_be_visible()
    at.owes_nothing("consistency-broken")
    press(at.page, "Compare everything now and put it right")
    expect(at.page.get_by_text("not yet, it is being done")).to_be_visible()
    acts = [one["what"] for one in api.get("/api/audit")["entries"]]
    assert acts == ["consistency.repair", "consistency.check", "consistency.check"]


def test_a_key_is_shown_once_rotated_and_revoked(at: Looking, api: AnApi) -> None:
    at.go("/keys")
    at.page.get_by_label("Name", exact=True).fill("nightly")
    at.page.get_by_label("Owner, whose jobs it sees").fill("lab")
    at.page.get_by_label("Ends after days").fill("30")
    press(at.page, "Make the key")
    secret = at.page.get_by_label("The secret").inner_text()
    assert secret.startswith("hmz_")
    at.owes_nothing("keys")
    at.go("/keys")
    expect(at.page.get_by_text(secret)).to_have_count(0)
    at.page.get_by_label("Limits of nightly of lab", exact=True).click()
    own = at.page.get_by_role("row").filter(has_text="nightly")
    own.get_by_label("Bytes stored").fill("1,000,000")
    at.owes_nothing("keys-limits")
    press(at.page, "Set the limits of nightly of lab")
    assert api.get("/api/keys")["keys"][0]["max_bytes_stored"] == 1_000_000
    press(at.page, "Rotate nightly of lab")
    assert at.page.get_by_label("The secret").inner_text() != secret
    at.page.get_by_role("button", name="Revoke nightly of lab").first.click()
    expect(at.page.get_by_text("revoked")).to_be_visible()
    at.page.get_by_label("Ends after days").fill("soon")
    at.page.get_by_label("Name", exact=True).fill("n")
    at.page.get_by_label("Owner, whose jobs it sees").fill("lab")
    press(at.page, "Make the key")
    expect(at.page.get_by_text("must be a number")).to_be_visible()
    at.complaints.clear()  # the browser notes the status
    assert len(api.get("/api/keys")["keys"]) == 2


def test_an_endpoint_is_made_told_and_deleted(at: Looking, api: AnApi) -> None:
    at.go("/webhooks")
    at.owes_nothing("webhooks-none")
    at.page.get_by_label("Address").fill("https://lab.example/harmonizer")
    at.page.get_by_label("cancelled").uncheck()
    press(at.page, "Make the endpoint")
    assert at.page.get_by_label("The secret").inner_text().startswith("whsec_")
    at.owes_nothing("webhooks")
    job_id = api.submit()
    api.end(job_id)
    with api.of.sessions.begin() as session:
        webhooks.announce(session, session.get_one(Job, job_id), NOW)
    at.page.get_by_role("link", name="https://lab.example/harmonizer").click()
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("job.succeeded")
    at.owes_nothing("webhook")
    at.page.get_by_role("button", name="Deliver job.succeeded").click()
    press(at.page, "Disable")
    expect(at.page.get_by_text("disabled")).to_be_visible()
    press(at.page, "Enable")
    press(at.page, "Give it a new secret")
    expect(at.page.get_by_text("The new secret.")).to_be_visible()
    press(at.page, "Delete, with its deliveries")
    expect(at.page.get_by_text("There is no endpoint.")).to_be_visible()
    acts = [one["what"] for one in api.get("/api/audit")["entries"]][:6]
    assert [one.removeprefix("webhook.") for one in acts] == [
        "delete",
        "rotate",
        "enable",
        "disable",
        "redeliver",
        "job.submit",
    ]


def test_profiles_are_compared_and_a_document_stays_when_no_worker_reads_it(
    at: Looking, api: AnApi
) -> None:
    with api.of.sessions.begin() as session:
        for number, width in (("1", 8), ("2", 10)):
            profiles.add(session, a_version(number, width))
    at.go("/profiles")
    at.owes_nothing("profiles")
    at.page.get_by_role("link", name="ours").click()
    row = at.page.get_by_role("row").filter(has_text="tables[patient].fields[mrn].width")
    expect(row).to_contain_text("8")
    expect(row).to_contain_text("10")
    at.owes_nothing("profile")
    at.page.get_by_role("link", name="1", exact=True).click()
    expect(at.page.locator("pre")).to_contain_text("width: 8")
    at.owes_nothing("profile-version")
    at.go("/profiles/ours")
    at.page.get_by_role("link", name="New version").click()
    field = at.page.get_by_label("The document, YAML")
    expect(field).to_have_value("name: ours\nversion: '2'\nwidth: 10\n")
    press(at.page, "Try it")
    expect(at.page.get_by_role("alert")).to_contain_text("No worker answers.")
    at.complaints.clear()  # the browser notes the status
    expect(field).to_have_value("name: ours\nversion: '2'\nwidth: 10\n")
    at.owes_nothing("profile-new")


def a_version(number: str, width: int) -> ProfileVersion:
    fields = [{"name": "mrn", "width": width}]
    return ProfileVersion(
        owner="",
        name="ours",
        version=number,
        created_at=NOW,
        document=f"name: ours\nversion: '{number}'\nwidth: {width}\n",
        content={"name": "ours", "tables": [{"name": "patient", "fields": fields}]},
        sha256=number * 64,
        extends="us-core",
        tables={},
        fields={},
    )


def test_the_audit_log_is_read_verified_and_paged(at: Looking, api: AnApi) -> None:
    at.go("/audit")
    expect(at.page.get_by_text("Nothing was done yet.")).to_be_visible()
    with api.of.sessions.begin() as session:
        for n in range(60):
            audit.append(session, "queue.pause", None, at=NOW, who="ops", detail={"scope": str(n)})
    at.go("/audit")
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("scope: 59")
    at.page.get_by_role("link", name="Older").click()
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("scope: 9")
    at.page.get_by_role("link", name="Verify every seal").click()
    expect(at.page.get_by_role("status")).to_contain_text("60 entries wait for a seal.")
    at.owes_nothing("audit")
    with at.page.expect_download() as begun:
        at.page.get_by_role("link", name="Export all").click()
    assert len(begun.value.path().read_text(encoding="utf-8").splitlines()) == 60


def test_the_form_to_run_again_is_sent_before_its_files_are_read(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_sent = Event()

    def understood(*_: object, **__: object) -> dict[str, object]:
        assert is_sent.wait(PATIENCE_MS / 1000)
        raise UnavailableError("No worker answers.")

    monkeypatch.setattr("web.console.panels.panel", understood)
    job_id = api.submit()
    parts = api.client.get(f"/jobs/{job_id}/again", buffered=False).iter_encoded()
    form = next(parts).decode()
    is_sent.set()
    rest = b"".join(parts).decode()
    assert "Priority" in form
    assert "Start the job" not in form, "it would start without what was corrected"
    assert re.search("No worker answers.*Start the job.*</html>", rest, re.S)


def test_files_that_nobody_reads_now_run_again_unless_corrections_would_be_lost(
    at: Looking, api: AnApi
) -> None:
    at.go(f"/jobs/{api.submit()}/again")
    expect(at.page.locator(".panel")).to_contain_text("It cannot be shown: No worker answers.")
    at.owes_nothing("again-unread")
    press(at.page, "Start the job")
    expect(at.page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    corrected = api.submit(plan=(BytesIO(PLAN), "plan.yaml"))
    at.go(f"/jobs/{corrected}/again")
    press(at.page, "Start the job")
    expect(at.page.get_by_text("open the page again").first).to_be_visible()
    at.complaints.clear()  # the browser notes the status
    assert len(api.get("/api/jobs")["jobs"]) == 3


PAGES = (
    "/operations",
    "/operations/workers",
    "/operations/failures",
    "/operations/consistency",
    "/webhooks",
    "/keys",
    "/profiles",
    "/audit",
)


HELD_TO = {
    "again": "again",
    "ask_dismiss": "failures-dismiss",
    "audit": "audit",
    "confirm": "jobs-confirm",
    "consistency": "consistency",
    "failures": "failures",
    "index": "overview",
    "item": "item-running",
    "job": "job",
    "job_changes": "changes",
    "job_list": "jobs",
    "job_log": "log",
    "job_results": "results",
    "keys": "keys",
    "login": "login",
    "new": "new",
    "new_profile": "profile-new",
    "operations": "operations",
    "person": "person",
    "person_list": "persons",
    "person_of_job": "job-person",
    "persons_of_job": "job-persons",
    "profile": "profile",
    "profile_draft": "save-profile",
    "profile_version": "profile-version",
    "profiles": "profiles",
    "review": "review-pair",
    "rows": "quarantine",
    "webhook": "webhook",
    "webhooks": "webhooks",
    "workers": "workers",
}
"""Under which name a page is held to what every page owes, of all pages there are."""


def test_every_page_is_held_to_what_pages_owe(api: AnApi) -> None:
    own = [one for one in api.app.url_map.iter_rules() if one.endpoint.startswith("console.")]
    looked_at = {
        one.endpoint.removeprefix("console.") for one in own if "GET" in (one.methods or ())
    }
    drawn = {"profile_draft"}  # by a form alone
    assert looked_at - {"static"} | drawn == set(HELD_TO), "a new page: let a test look at it"
    tests = "".join(one.read_text() for one in Path(__file__).parent.glob("test_console*.py"))
    looks = re.findall(r'owes_nothing\("([\w-]+)"\)|^    "([\w-]+)": "/', tests, re.M)
    assert set(HELD_TO.values()) <= {name for pair in looks for name in pair}


def test_every_page_works_without_scripts(plain: Looking, api: AnApi) -> None:
    a_worker(api)
    die(api, api.submit())
    plain.go("/operations")
    sections = plain.page.get_by_role("navigation", name="Operations")
    names = sections.get_by_role("link").all_inner_texts()
    assert len(names) == len(PAGES)
    for name, path in zip(names, PAGES, strict=True):
        plain.page.get_by_role("link", name=name, exact=True).click()
        expect(plain.page).to_have_url(plain.address + path)
        expect(plain.page.get_by_role("heading", level=1)).to_have_text(name)
        current = sections.locator("[aria-current=page]")
        expect(current).to_have_text(name)
    plain.go("/operations/workers")
    press(plain.page, "Drain ward, process 4711")
    expect(plain.page.get_by_text("draining, empty")).to_be_visible()


def test_pages_are_walked_by_tab_from_the_top(at: Looking, api: AnApi) -> None:
    a_worker(api)
    die(api, api.submit())
    with api.of.sessions.begin() as session:
        some_persons.known(session, "", {"person": {"id": "P"}}, *some_persons.records({1: "P"}))
    for path in (*PAGES, "/persons", "/persons/P", "/profiles/new", "/jobs"):
        at.go(path)
        at.page.keyboard.press("Tab")
        expect(at.page.get_by_role("link", name="Skip to the content")).to_be_focused()
        at.page.keyboard.press("Enter")
        at.page.keyboard.press("Tab")
        focused = at.page.locator("main :focus")
        expect(focused, path).to_have_count(1)
        at.is_walked(path)


def test_the_keyboard_is_enough_to_operate(at: Looking, api: AnApi) -> None:
    die(api, api.submit())
    die(api, api.submit(), "stalled")
    at.go("/operations")
    at.by_keys(("nav.sections a[href='/operations/failures']", "Enter"))
    at.page.wait_for_url("**/operations/failures")
    row = at.page.get_by_role("row").filter(has_text="stalled")
    expect(row).to_have_count(1)
    at.by_keys(("form:has([value=stalled]) button", "Enter"))
    expect(row).to_have_count(0)
    at.by_keys(("a.button[href*='/dismiss']", "Enter"))
    at.page.wait_for_url("**/dismiss?**")
    at.by_keys(("#why", "known"))
    at.page.keyboard.press("Enter")
    expect(at.page.get_by_text("Nothing is dead.")).to_be_visible()

    a_worker(api)
    at.go("/operations/workers")
    at.by_keys(("[aria-label^=Drain]", "Space"))
    expect(at.page.get_by_role("row").nth(1)).to_contain_text("draining")

    at.go("/operations/consistency")
    at.by_keys(("form[action$=repair] button", "Enter"))
    eventually(lambda: "consistency.repair" in acts(api), "all is compared", 10)


def test_the_keyboard_is_enough_to_make_a_key_and_an_endpoint(at: Looking, api: AnApi) -> None:
    at.go("/keys")
    at.by_keys(("#name", "nightly"), ("#owner", "lab"), ("#role", "ArrowDown"))
    at.by_keys(("button.main", "Enter"))
    expect(at.page.get_by_label("The secret")).to_be_visible()
    at.by_keys(("summary", "Enter"), ("[id^=max_bytes_stored-]", "2000"))
    with at.page.expect_navigation():
        at.by_keys(("[aria-label^=Set]", "Space"))
    assert "key.limit" in acts(api)
    [key] = api.get("/api/keys")["keys"]
    assert (key["role"], key["max_bytes_stored"]) == ("admin", 2000)

    at.go("/webhooks")
    at.by_keys(("#url", "https://lab.example/"), ("[value='job.cancelled']", "Space"))
    at.by_keys(("button.main", "Enter"))
    expect(at.page.get_by_label("The secret")).to_be_visible()
    [endpoint] = api.get("/api/webhooks")["webhooks"]
    assert "job.cancelled" not in endpoint["events"]
    assert "job.failed" in endpoint["events"]


def test_what_is_opened_and_has_the_focus_stays_so_when_a_page_is_renewed(
    at: Looking, api: AnApi
) -> None:
    api.end(api.submit())
    at.go("/")
    at.by_keys(("#lately summary", "Enter"), ("#lately .scroll", "ArrowDown"))
    api.end(api.submit())
    expect(at.page.locator("#lately .tiles dd").nth(2)).to_have_text("2")
    expect(at.page.locator("#lately .scroll")).to_be_focused()


def acts(api: AnApi) -> list[str]:
    return [one["what"] for one in api.get("/api/audit")["entries"]]
