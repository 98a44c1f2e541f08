"""The console in a real browser, over a whole stack."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

import a_workbook
from a_browser import PATIENCE_MS, Looking
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
    with running_stack(tmp_path_factory.mktemp("console"), WEB_PROCESSES="1") as stack:
        yield stack


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
    eventually(
        lambda: stack.api.status(job_id)["status"] == "succeeded", "the job succeeds", SECONDS
    )


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
    expect(plain.page.get_by_role("link", name="patients.csv").first).to_be_visible()


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
    at.page.get_by_label("Operation").select_option("clean")
    expect(at.page.get_by_text("Read that way.")).to_be_visible()
    expect(patients.get_by_label("Taken for: MI")).to_have_value("x_mi")
    at.page.get_by_label("Operation").select_option("harmonize")
    at.page.get_by_role("button", name="Start the job").click()
    expect(at.page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    at.page.get_by_role("link", name="See the results").click()
    link = at.page.get_by_role("link", name="patient.clean.csv")
    with at.page.expect_download() as begun:
        link.click()
    head = begun.value.path().read_text(encoding="utf-8").partition("\n")[0].split(",")
    assert "x_mi" in head
    assert "name_middle" in head, "the other file has one, and nothing was said of it"


HOSPITAL = """N° patient;Nom de famille;Prénom;Date de naissance;Sexe;Téléphone;Poids (kg)
H-1;DUPONT;Émilie;19/11/1983;Féminin;+33 6 34 28 52 49;65,6
H-2; Lefèvre;Jean-Pierre;03/05/2013;Masculin;+33 6 62 49 48 14;66,1
H-2; Lefèvre;Jean-Pierre;03/05/2013;Masculin;+33 6 62 49 48 14;66,1
;;;;;;
Total : 2 patients;;;;;;
"""
CLINIC = [
    ("Riverbend Clinic",),
    (),
    ("Chart #", "Patient Name", "DOB", "Gender", "Cell Phone", "Home Address", "ZIP"),
    ("RC1", "Garcia, Ana", "10/08/85", "F", "(250) 555-0110", "625 Oak St", "97205"),
    ("RC2", "John Smith", "12/28/2006", "male", "(517) 555-0181", "175 Oak St", "4101"),
]
APP = """\
{"id":"a-1","name":{"first":"Ana","last":"GARCIA"},"birth":{"date":"1985-10-08"},"sex":"F",\
"contact":{"phones":[{"number":"2505550110"}],"email":"ana@mail.example"}}
{"id":"a-2","name":{"first":"Émilie","last":"Dupont"},"birth":{"date":"1983-11-19"},"sex":"F",\
"contact":{"phones":[{"number":"+33634285249"}],"email":null}}
{"id":"a-3","name":
"""


def test_three_files_that_nobody_made_for_this_become_persons(
    at: Looking, stack: RunningStack, tmp_path: Path
) -> None:
    """As somebody goes who has read nothing: what to press next is always said."""
    sheet = "".join(a_workbook.row(*cells) for cells in CLINIC)
    contents = {
        "hôpital.csv": HOSPITAL.replace("\n", "\r\n").encode("cp1252"),
        "Registrations Nov.xlsx": a_workbook.workbook(sheet),
        "app.ndjson": APP.encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    at.go("/")
    at.page.get_by_role("link", name="New job").click()
    at.page.get_by_label("Files:").set_input_files([tmp_path / name for name in contents])
    said = at.page.locator("#said")
    expect(said).to_contain_text("Choose the operation link to find each person in all of them.")
    hospital = at.page.locator(".panel").first
    expect(hospital.get_by_label("Taken for: N° patient")).to_have_value("patient_id")
    expect(hospital.get_by_label("Date order: Date de naissance")).to_have_value("day_first")
    at.page.get_by_label("Operation").select_option("link")
    expect(said).to_have_text("Read that way.")
    at.page.get_by_role("button", name="Start the job").click()
    at.page.get_by_role("link", name="See the results").click()
    expect(at.page.get_by_text("link: clean, and find each person in all files")).to_be_visible()
    at.owes_nothing("results-linked")
    expect(at.page.get_by_role("link", name="See 1 row set aside")).to_be_visible()
    at.page.get_by_role("link", name=re.compile("See [0-9] persons")).click()
    several = at.page.get_by_role("row").filter(has_text=", app")
    expect(several).to_have_count(2)
    several.filter(has_text="pital").get_by_role("link").click()
    expect(at.page.get_by_role("row").filter(has_text="birth_date").first).to_contain_text("1983")


def test_files_that_cannot_be_read_or_are_not_known_say_so_before_anything_starts(
    at: Looking, tmp_path: Path
) -> None:
    def written(name: str, content: bytes) -> Path:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    said = at.page.locator("#said")
    start = at.page.get_by_role("button", name="Start the job")
    empty = written("empty.csv", b"")
    at.go("/new")
    at.page.get_by_label("Files:").set_input_files([empty])
    expect(at.page.locator(".panel")).to_contain_text("The file is empty")
    expect(said).to_have_text("Looked at 1 file. It cannot be read.")
    start.click()
    expect(said).to_contain_text("File is empty.")
    expect(start).to_be_enabled()
    at.complaints.clear()  # the browser notes the status

    picture = written("scan.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9)
    unnamed = written("list.csv", b"1,Kim,1990-04-05\n2,Lee,1991-04-03\n")
    other = written("b/list.csv", b"Nachname;geboren\nKim;05.04.1990\nLee;03.04.1991\n")
    at.page.get_by_label("Files:").set_input_files([picture, unnamed, other])
    expect(said).to_contain_text("1 of them cannot be read. Two are called list.csv")
    panels = at.page.locator(".panel")
    expect(panels.nth(0)).to_contain_text("This is a PDF document, not a table; export its table")
    expect(panels.nth(1)).to_contain_text("without a line of headers, so columns are numbered")
    expect(panels.nth(2)).to_contain_text("This is no table that is known here")
    expect(panels.nth(2).locator(".cells thead th")).to_have_text(["Line", "Nachname", "geboren"])
    at.owes_nothing("new-unread")
    start.click()
    at.page.get_by_role("link", name="See the results").click()
    note = at.page.locator(".notice").filter(has_text="fit no table that is known here")
    expect(note).to_contain_text("list.csv, list.csv")
    at.owes_nothing("results-unknown")
    note.get_by_role("link").click()
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Run again")


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
    plain.page.wait_for_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    job_id = plain.page.url.rpartition("/")[2]
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    assert b",x_mi" in stack.api.output(job_id, "patient.clean.csv").partition(b"\n")[0]


def test_the_keyboard_is_enough(at: Looking) -> None:
    # Asked for long before: the browser may open a dialog of its own until it has heard of it.
    at.page.on("filechooser", lambda _: None)
    at.go("/")
    at.page.keyboard.press("Tab")
    expect(at.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    at.tab_to("[href='/new']")
    at.page.keyboard.press("Enter")
    at.page.wait_for_url("**/new")
    at.tab_to("#file")
    with at.page.expect_file_chooser() as chooser:
        at.page.keyboard.press("Enter")
    chooser.value.set_files([PATIENTS])
    expect(at.page.get_by_text("Looked at 1 file.")).to_be_visible()
    at.tab_to("td.changed")
    told = at.page.locator(".told")
    expect(told).to_contain_text("NAME-005: The name was written in its customary case.")
    at.page.keyboard.press("ArrowRight")
    at.page.keyboard.press("ArrowRight")
    expect(told).to_contain_text("STD-001")
    at.page.keyboard.press("ArrowDown")
    expect(at.page.locator("td.changed:focus del")).to_have_text("19440611")
    at.page.locator("#file").focus()
    at.tab_to("button.main")
    at.page.keyboard.press("Enter")
    at.page.wait_for_url("**/jobs/*")
    expect(at.page.get_by_role("link", name="See the results")).to_be_visible()
    at.tab_to(".button.main")
    at.page.keyboard.press("Enter")
    expect(at.page.get_by_role("heading", level=1)).to_have_text("Results")
