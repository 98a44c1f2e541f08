"""The console in a real browser, over a whole stack."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from a_browser import PATIENCE_MS, Looking, chromium, looking
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT

SAMPLES = ROOT / "sample_data"
PATIENTS = SAMPLES / "patients.csv"
SECONDS = PATIENCE_MS / 1000
LARGEST_ASSETS = 100_000

pytestmark = pytest.mark.usefixtures("binaries")
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def stack(binaries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("console")) as stack:
        yield stack


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def at(stack: RunningStack, browser: Browser) -> Iterator[Looking]:
    with looking(browser, stack.api.address) as at:
        yield at
    assert at.complaints == []


@pytest.fixture
def plain(stack: RunningStack, browser: Browser) -> Iterator[Looking]:
    """Return a window without JavaScript."""
    with looking(browser, stack.api.address, scripts=False) as at:
        yield at


@pytest.fixture(scope="module")
def job_id(stack: RunningStack) -> str:
    """Return a job that has ended, with rows set aside and duplicates."""
    job_id = stack.api.submit([PATIENTS], {"operation": "harmonize"})
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    return job_id


PAGES = {
    "overview": "/",
    "new": "/new",
    "jobs": "/jobs",
    "review": "/review",
    "operations": "/operations",
    "job": "/jobs/{job_id}",
    "results": "/jobs/{job_id}/results",
    "quarantine": "/jobs/{job_id}/rows/patient.quarantine.csv",
    "duplicates": "/jobs/{job_id}/rows/patient.duplicates.csv",
    "api": "/api/docs",
    "problem": "/problems/no-result",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_owes_nothing(at: Looking, job_id: str, name: str) -> None:
    at.go(PAGES[name].format(job_id=job_id))
    at.owes_nothing(name)


def test_an_error_is_a_page_that_says_what_to_do(at: Looking) -> None:
    answer = at.page.goto(f"{at.address}/jobs/none")
    assert answer is not None
    assert answer.status == 404
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Nothing is here")
    expect(at.page.get_by_text("There is no job with this id.")).to_be_visible()
    at.complaints.clear()  # the browser notes the status
    at.owes_nothing("error")


def test_assets_are_small_and_kept(at: Looking, job_id: str) -> None:
    asked: set[str] = set()
    at.page.on("request", lambda one: asked.add(one.url) if "/static/" in one.url else None)
    for path in PAGES.values():
        at.go(path.format(job_id=job_id))
    assert len(asked) >= 2
    answers = [at.page.request.get(url) for url in asked]
    assert all("immutable" in one.headers["cache-control"] for one in answers)
    assert sum(len(one.body()) for one in answers) < LARGEST_ASSETS, "even before compression"


def test_a_job_is_followed_to_its_end_while_one_looks(at: Looking, stack: RunningStack) -> None:
    stack.api.post("/api/queue/pause")
    waiting = stack.api.submit([PATIENTS], {})
    try:
        at.go(f"/jobs/{waiting}")
        expect(at.page.get_by_text("Number 1 in its queue.")).to_be_visible()
        at.owes_nothing("job-waiting")
    finally:
        stack.api.post("/api/queue/resume")
    at.page.get_by_role("link", name="See the results").click()
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Results")


def test_cancel_and_run_again_are_forms(plain: Looking, stack: RunningStack) -> None:
    stack.api.post("/api/queue/pause")
    try:
        job_id = stack.api.submit([PATIENTS], {})
        plain.go(f"/jobs/{job_id}")
        plain.page.get_by_role("button", name="Cancel the job").click()
        eventually(lambda: stack.ended(job_id), "the job is cancelled", SECONDS)
        plain.go(f"/jobs/{job_id}")
        expect(plain.page.locator("#now .state")).to_contain_text("cancelled")
    finally:
        stack.api.post("/api/queue/resume")
    plain.page.get_by_role("button", name="Run what failed again").click()
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    assert stack.api.status(job_id)["status"] == "succeeded"


def test_values_set_aside_are_masked_until_somebody_says_to_show_them(
    plain: Looking, stack: RunningStack, job_id: str
) -> None:
    with PATIENTS.open(encoding="utf-8", newline="") as lines:
        [one] = [row for row in csv.reader(lines) if row[1] == "silva" and not row[0]]
    plain.go(f"/jobs/{job_id}/results")
    plain.page.get_by_role("link", name="See 2 rows set aside").click()
    row = plain.page.get_by_role("row").filter(has_text="PAT-001").first
    expect(row).to_contain_text("neither an identifier nor family name")
    expect(row).not_to_contain_text(one[1])
    expect(row).to_contain_text("xxxxx")
    plain.page.get_by_role("button", name="Show the values").click()
    expect(row).to_contain_text(one[1])
    [entry, *_] = stack.api.document("/api/audit")["entries"]
    assert (entry["what"], entry["target"]) == ("rows.reveal", job_id)
    assert entry["detail"] == {"output": "patient.quarantine.csv", "first": 1, "rows": 2}


def test_lists_are_filtered_and_paged_without_scripts(
    plain: Looking, stack: RunningStack, job_id: str
) -> None:
    plain.go("/jobs?status=succeeded&limit=1")
    plain.page.get_by_label("Operation").select_option("validate")
    plain.page.get_by_role("button", name="Filter").click()
    expect(plain.page).to_have_url(f"{plain.address}/jobs?status=succeeded&operation=validate")
    expect(plain.page.get_by_text("No job is like that.")).to_be_visible()
    plain.page.get_by_role("link", name="Show all").click()
    assert plain.page.get_by_role("link", name="patients.csv").count() >= 1


def test_a_priority_and_all_of_the_queue_are_paused_and_resumed(
    plain: Looking, stack: RunningStack
) -> None:
    plain.go("/operations")
    plain.page.get_by_role("button", name="Pause low").click()
    plain.page.get_by_role("button", name="Pause all").click()
    assert sorted(stack.api.document("/api/queue")["paused"]) == ["*", "low"]
    plain.go("/")
    expect(plain.page.get_by_text("Paused: everything, low.")).to_be_visible()
    plain.go("/operations")
    plain.page.get_by_role("button", name="Resume all").click()
    plain.page.get_by_role("button", name="Resume low").click()
    assert stack.api.document("/api/queue")["paused"] == []


def test_the_result_is_downloaded(plain: Looking, job_id: str) -> None:
    plain.go(f"/jobs/{job_id}/results")
    with plain.page.expect_download() as begun:
        plain.page.get_by_role("link", name="Download the result").click()
    text = begun.value.path().read_text(encoding="utf-8")
    assert re.match("mrn,name_family,name_given,", text)
    assert text.count("\n") == 124


def test_messy_files_become_a_result_that_is_downloaded(at: Looking, stack: RunningStack) -> None:
    names = ("patients.csv", "vitals.csv", "lakeside_patients.json")
    at.go("/")
    at.page.get_by_role("link", name="New job").click()
    at.page.get_by_label("Files:").set_input_files([SAMPLES / name for name in names])
    expect(at.page.get_by_text("Looked at 3 files.")).to_be_visible()
    panels = at.page.locator(".panel")
    assert [panels.nth(n).get_by_role("heading").first.inner_text() for n in range(3)] == [*names]
    patients = panels.first
    expect(patients).to_contain_text("0 values have a first number above 12")
    row = patients.get_by_role("row").filter(has_text="CATHERINE")
    expect(row.locator("td").filter(has_text="01/25/1997").locator("ins")).to_have_text(
        "1997-01-25"
    )
    assert at.page.get_by_label("Unit: Temp").input_value() == "[degF]"
    at.owes_nothing("new-job")

    patients.get_by_label("Taken for: MI").select_option("x_mi")
    expect(patients).to_contain_text("Read as you corrected it.")
    expect(patients.get_by_label("Taken for: MI")).to_be_focused()
    at.page.get_by_role("button", name="Start the job").click()
    expect(at.page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    at.page.get_by_role("link", name="See the results").click()
    link = at.page.get_by_role("link", name="patient.clean.csv")
    with at.page.expect_download() as begun:
        link.click()
    head = begun.value.path().read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert "x_mi" in head
    assert "name_middle" in head, "the other file has one, and nothing was said of it"


def test_a_file_that_cannot_be_read_says_so_before_anything_starts(
    at: Looking, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    at.go("/new")
    at.page.get_by_label("Files:").set_input_files([empty])
    expect(at.page.locator(".panel")).to_contain_text("The submission cannot be accepted as it is.")
    at.page.get_by_role("button", name="Start the job").click()
    expect(at.page.get_by_role("status")).to_contain_text("cannot be accepted")
    expect(at.page.get_by_role("button", name="Start the job")).to_be_enabled()
    at.complaints.clear()  # the browser notes the status of both


def test_a_new_job_needs_no_scripts(plain: Looking, stack: RunningStack) -> None:
    def choose() -> None:
        plain.page.get_by_label("Files:").set_input_files([PATIENTS])

    plain.go("/new")
    choose()
    plain.page.get_by_role("button", name="Preview").click()
    panel = plain.page.locator(".panel")
    expect(panel.get_by_role("heading").first).to_have_text("patients.csv")
    panel.get_by_label("Taken for: MI").select_option("x_mi")
    choose()
    plain.page.get_by_role("button", name="Preview again").click()
    expect(panel).to_contain_text("Read as you corrected it.")
    expect(panel.get_by_label("Taken for: MI")).to_have_value("x_mi")
    choose()
    plain.page.get_by_role("button", name="Start the job").click()
    job_id = plain.page.url.rpartition("/")[2]
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    assert b",x_mi" in stack.api.output(job_id, "patient.clean.csv").partition(b"\n")[0]


def test_the_keyboard_is_enough(at: Looking) -> None:
    def tab_to(wanted: str) -> None:
        for _ in range(100):
            at.page.keyboard.press("Tab")
            if at.page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"Tab does not come to {wanted}")

    # Asked for long before: the browser may open a dialog of its own until it has heard of it.
    at.page.on("filechooser", lambda _: None)
    at.go("/")
    at.page.keyboard.press("Tab")
    expect(at.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    tab_to("[href='/new']")
    at.page.keyboard.press("Enter")
    at.page.wait_for_url("**/new")
    tab_to("#file")
    with at.page.expect_file_chooser() as chooser:
        at.page.keyboard.press("Enter")
    chooser.value.set_files([PATIENTS])
    expect(at.page.get_by_text("Looked at 1 file.")).to_be_visible()
    tab_to("td.changed")
    told = at.page.locator(".told")
    expect(told).to_contain_text("NAME-005: The name was written in its customary case.")
    at.page.keyboard.press("ArrowRight")
    at.page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("STD-001")
    at.page.keyboard.press("ArrowDown")
    expect(at.page.locator("td.changed:focus del")).to_have_text("19440611")
    at.page.locator("#file").focus()
    tab_to("button.main")
    at.page.keyboard.press("Enter")
    at.page.wait_for_url("**/jobs/*")
    expect(at.page.get_by_role("link", name="See the results")).to_be_visible()
    tab_to(".button.main")
    at.page.keyboard.press("Enter")
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Results")
