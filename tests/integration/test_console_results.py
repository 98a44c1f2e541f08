"""What a job found out, in a real browser: its changes, its persons, and what follows from them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from a_browser import PATIENCE_MS, Looking
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT

SAMPLES = ROOT / "sample_data"
FILES = ("patients.csv", "lakeside_patients.json", "lab_results.csv")
SECONDS = PATIENCE_MS / 1000

pytestmark = pytest.mark.usefixtures("binaries")
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def stack(binaries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("results"), WEB_PROCESSES="1") as stack:
        yield stack


@pytest.fixture(scope="module")
def job_id(stack: RunningStack) -> str:
    """Return a job that has linked three files."""
    job_id = stack.api.submit([SAMPLES / name for name in FILES], {"operation": "link"})
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    return job_id


@pytest.fixture
def person_id(stack: RunningStack, job_id: str) -> str:
    """Return a person of records that disagree."""
    found = stack.api.document(f"/api/jobs/{job_id}/persons?records=several")["persons"]
    return str(found[0]["person_id"])


PAGES = {
    "changes": "/jobs/{job_id}/changes",
    "changes-of-a-rule": "/jobs/{job_id}/changes?rule_id=NAME-005",
    "changes-none": "/jobs/{job_id}/changes?rule_id=NONE-001",
    "job-persons": "/jobs/{job_id}/persons",
    "job-person": "/jobs/{job_id}/persons/{person_id}",
    "persons": "/persons",
    "person": "/persons/{person_id}",
    "again": "/jobs/{job_id}/again",
    "log": "/jobs/{job_id}/log",
    "log-warnings": "/jobs/{job_id}/log?level=error",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_owes_nothing(at: Looking, job_id: str, person_id: str, name: str) -> None:
    at.go(PAGES[name].format(job_id=job_id, person_id=person_id))
    at.owes_nothing(name)


def test_changes_are_narrowed_paged_and_masked_until_somebody_says_to_show_them(
    plain: Looking, stack: RunningStack, job_id: str
) -> None:
    plain.go(f"/jobs/{job_id}/results")
    plain.page.get_by_role("link", name="See what changed in 402 rows").click()
    rows = plain.page.get_by_role("row")
    expect(rows).to_have_count(51)
    plain.by_keys(("#field", "birth_date"), ("form.filters button", "Enter"))
    first = rows.nth(1)
    expect(first).to_contain_text("99/99/9999")
    expect(first).to_contain_text("STD-001")
    expect(plain.page.get_by_text("25/1997")).to_have_count(0)
    plain.page.get_by_role("button", name="Show the values").click()
    expect(first).to_contain_text("01/25/1997")
    expect(first).to_contain_text("1997-01-25")
    [entry, *_] = stack.api.document("/api/audit")["entries"]
    assert (entry["what"], entry["target"]) == ("rows.reveal", job_id)
    assert entry["detail"] == {"output": "changes.ndjson.gz", "rows": 50, "field": "birth_date"}
    lines = rows.locator("th[scope=row]").all_inner_texts()
    plain.page.get_by_role("link", name="Further").click()
    expect(plain.page.get_by_text("Values are masked")).to_be_visible()
    assert rows.locator("th[scope=row]").all_inner_texts() != lines
    assert re.fullmatch(r".*/changes\?cursor=\d+-\d+&field=birth_date", plain.page.url)


def test_a_finding_leads_to_its_changes(plain: Looking, job_id: str) -> None:
    plain.go(f"/jobs/{job_id}/results")
    plain.page.get_by_role("link", name="see the changes by NAME-005 in name_family").click()
    expect(plain.page.get_by_role("row").nth(1)).to_contain_text("name_family")
    expect(plain.page.get_by_label("Rule")).to_have_value("NAME-005")


def test_files_that_failed_are_named_with_their_reasons_whatever_they_are_called(
    at: Looking, stack: RunningStack, tmp_path: Path
) -> None:
    long = f"extract_{'of_the_second_quarter_' * 9}.csv"
    contents = {
        long: b"MRN,DOB,Last Name,First Name\nA17,13/04/1985,Kim,Lee\n",
        "empty.csv": b"",
        "scan.csv": b"%PDF-1.7\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    job_id = stack.api.submit([tmp_path / name for name in contents], {})
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    said = at.page.locator(".notice.bad")
    for page in ("", "/results", "/again"):
        at.go(f"/jobs/{job_id}{page}")
        expect(said).to_have_count(2)
        expect(said.first).to_contain_text("FILE-001")
        expect(said.last).to_contain_text("FILE-005")
        at.owes_nothing(f"failed-files{page.replace('/', '-')}")
    at.go(f"/jobs/{job_id}/results")
    expect(said.first).to_contain_text("empty.csv: The file is empty")
    expect(said.last).to_contain_text("scan.csv: This is a PDF document, not a table; export")
    failed = stack.api.submit([tmp_path / "scan.csv"], {})
    eventually(lambda: stack.ended(failed), "the job ends", SECONDS)
    at.go(f"/jobs/{failed}/results")
    expect(at.page.get_by_text("1 finding", exact=True)).to_be_visible()
    expect(at.page.get_by_role("heading", name="Before and after")).to_have_count(0)


def test_a_person_is_taken_apart_and_put_together_again(
    plain: Looking, stack: RunningStack, job_id: str, person_id: str
) -> None:
    def records() -> int:
        return int(stack.api.document(f"/api/persons/{person_id}")["record_count"])

    plain.go(f"/jobs/{job_id}/results")
    plain.page.get_by_role("link", name=re.compile("See [0-9]+ persons")).click()
    plain.page.get_by_label("Persons of").select_option("several")
    plain.page.get_by_role("button", name="Filter").click()
    plain.page.get_by_role("link", name=person_id).click()
    row = plain.page.get_by_role("row").filter(has_text="address_line1").first
    expect(row).to_contain_text("1859 Lake Street")
    expect(row).to_contain_text("lakeside_patients record 1")
    expect(row).to_contain_text("1859 Lake St")
    plain.page.get_by_role("link", name="The same person now").click()
    before = records()
    plain.by_keys(("[aria-label='patients, record 1 is somebody else']", "Space"))
    plain.by_keys(("#why", "another birth place"), (".filters button", "Enter"))
    expect(plain.page.get_by_text("another birth place")).to_be_visible()
    assert records() == before - 1
    plain.page.get_by_role("button", name="Take it back").click()
    expect(plain.page.get_by_text("taken back since")).to_be_visible()
    assert records() == before


def test_nothing_is_unlinked_when_nothing_is_chosen(plain: Looking, person_id: str) -> None:
    plain.go(f"/persons/{person_id}")
    plain.page.get_by_role("button", name="Unlink the chosen records").click()
    expect(
        plain.page.get_by_text("choose which records are of somebody else").first
    ).to_be_visible()


def clean(stack: RunningStack, job_id: str, name: str = "patient.clean.csv") -> list[str]:
    """Wait for a job and return the columns of a clean table."""
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    head, _, _ = stack.api.output(job_id, name).partition(b"\n")
    return head.decode().split(",")


def of_page(at: Looking) -> str:
    """Return the id of the job that a page is about."""
    at.page.wait_for_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    return at.page.url.rpartition("/")[2]


def test_files_run_again_as_they_are_corrected(
    at: Looking, stack: RunningStack, job_id: str
) -> None:
    at.go(f"/jobs/{job_id}/results")
    at.page.get_by_role("link", name="Run again with an edited plan").click()
    expect(at.page.locator(".panel h2")).to_have_text([*FILES])
    patients = at.page.locator(".panel").first
    patients.get_by_label("Taken for: MI").select_option("x_mi")
    expect(patients).to_contain_text("Read as you corrected it.")
    at.page.locator("#operation").select_option("clean")
    expect(at.page.get_by_text("Read that way.")).to_be_visible()
    expect(patients.get_by_label("Taken for: MI")).to_have_value("x_mi")
    at.by_keys((".skip.here", "Enter"), ("#acts button", "Enter"))
    new = of_page(at)
    assert "x_mi" in clean(stack, new)
    found = stack.api.document(f"/api/jobs/{new}")
    assert (found["operation"], len(found["files"])) == ("clean", len(FILES))
    at.go(f"/jobs/{new}/again")
    expect(at.page.locator(".panel").first.get_by_label("Taken for: MI")).to_have_value("x_mi")


def test_files_run_again_without_scripts(plain: Looking, stack: RunningStack, job_id: str) -> None:
    plain.go(f"/jobs/{job_id}/again")
    labs = plain.page.locator(".panel").last
    labs.get_by_label("Taken for: Accession").select_option("x_accession")
    plain.page.get_by_role("button", name="See what the corrections do").click()
    expect(labs).to_contain_text("Read as you corrected it.")
    plain.page.get_by_role("button", name="Start the job").click()
    assert "x_accession" in clean(stack, of_page(plain), "observation.clean.csv")


def test_the_log_of_a_job_is_read_by_level(plain: Looking, job_id: str) -> None:
    plain.go(f"/jobs/{job_id}")
    plain.page.get_by_role("link", name="Log of the job").click()
    expect(plain.page.get_by_role("row").filter(has_text="File planned").first).to_be_visible()
    plain.page.get_by_label("Level").select_option("error")
    plain.page.get_by_role("button", name="Filter").click()
    expect(plain.page.get_by_text("Nothing as grave as that was said.")).to_be_visible()


def test_what_was_corrected_becomes_a_profile(
    at: Looking, stack: RunningStack, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("Fallnummer,Nachname,geboren\n1,Kim,05/06/1990\n2,Lee,04/03/1991\n")
    at.go("/new")
    at.page.get_by_label("Files:").set_input_files(odd)
    panel = at.page.locator(".panel")
    panel.get_by_label("Taken for the table").select_option("patient")
    expect(panel).to_contain_text("Say below which column that is.")
    for header, field in (
        ("Fallnummer", "mrn"),
        ("Nachname", "name_family"),
        ("geboren", "birth_date"),
    ):
        panel.get_by_label(f"Taken for: {header}").select_option(field)
        expect(panel).to_contain_text("Read as you corrected it.")
        expect(panel.get_by_label(f"Taken for: {header}")).to_be_focused()
    at.page.get_by_label("Date order: geboren").select_option("day_first")
    expect(panel).to_contain_text("1990-06-05")
    at.page.get_by_role("button", name="Save as a profile").click()
    expect(at.page.get_by_label("What it says")).to_have_value(re.compile("Fallnummer"))
    expect(at.page.get_by_label("What it says")).to_have_value(re.compile("date_order: dmy"))
    at.page.get_by_label("Name").fill("clinic")
    at.owes_nothing("save-profile")
    body = at.page.get_by_label("What it says").input_value()
    at.page.get_by_label("What it says").fill(body + "\nwishes: none\n")
    at.page.get_by_role("button", name="Save the profile").click()
    expect(at.page.get_by_role("alert")).to_contain_text("wishes")
    at.complaints.clear()  # the browser notes the status
    at.page.get_by_label("What it says").fill(body)
    at.page.get_by_role("button", name="Save the profile").click()
    expect(at.page.get_by_text("Version 1 of the profile clinic is saved")).to_be_visible()
    expect(at.page.locator("#profile")).to_have_value("clinic")
    at.page.get_by_label("Files:").set_input_files(odd)
    expect(panel).to_contain_text("1990-06-05")
    at.page.get_by_role("button", name="Start the job").click()
    assert {"mrn", "name_family", "birth_date"} < set(clean(stack, of_page(at)))


_DROPPED = """(files) => {
  const dropped = new DataTransfer();
  for (const [name, text] of files) dropped.items.add(new File([text], name));
  return dropped;
}"""
_KEEP_WHAT_IS_SAID = """() => new MutationObserver(() => {
  sessionStorage.said = (sessionStorage.said ?? "") + document.getElementById("said").textContent;
}).observe(document.getElementById("said"), { childList: true })"""


def test_many_files_are_dropped_at_once_and_their_upload_is_followed(
    at: Looking, stack: RunningStack
) -> None:
    at.go("/new")
    given = [[name, (SAMPLES / name).read_text(encoding="utf-8")] for name in FILES]
    dropped = at.page.evaluate_handle(_DROPPED, given)
    place = at.page.locator(".drop")
    place.dispatch_event("dragenter", {"dataTransfer": dropped})
    expect(place).to_have_class("drop over")
    place.dispatch_event("drop", {"dataTransfer": dropped})
    expect(place).to_have_class("drop")
    expect(at.page.locator(".panel h2")).to_have_text([*FILES])
    expect(at.page.get_by_text("Looked at 3 files.")).to_be_visible()
    at.page.evaluate(_KEEP_WHAT_IS_SAID)
    at.page.get_by_role("button", name="Start the job").click()
    job_id = of_page(at)
    assert "Uploading: 100 %" in at.page.evaluate("sessionStorage.said")
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    assert stack.api.document(f"/api/jobs/{job_id}")["file_count"] == len(FILES)


def test_a_file_of_many_columns_is_corrected_too(
    at: Looking, stack: RunningStack, tmp_path: Path
) -> None:
    wide = tmp_path / "wide.csv"
    names = ["MRN", "Last Name", "First Name", "DOB", *(f"Question {n}" for n in range(600))]
    wide.write_text(
        ",".join(names) + "\n" + ",".join(["1", "Kim", "Ann", "1990-01-02", *"7" * 600])
    )
    at.go("/new")
    at.page.get_by_label("Files:").set_input_files(wide)
    panel = at.page.locator(".panel")
    panel.get_by_label("Taken for: Question 0", exact=True).select_option("city")
    expect(panel).to_contain_text("Read as you corrected it.")
    assert len(panel.locator("textarea").input_value()) > 64 * 1024
    at.page.get_by_role("button", name="Start the job").click()
    assert "city" in clean(stack, of_page(at))
