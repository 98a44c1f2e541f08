"""Logging in to the console in a real browser, over a whole stack that asks for keys."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from a_browser import PATIENCE_MS, Looking, looking
from harmonizer.api import Api
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT
from web.db.keys import MARK

PATIENTS = ROOT / "sample_data" / "patients.csv"
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.usefixtures("binaries")
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def stack(binaries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Return a stack with a viewer and an operator of the owner of its first key, and one job."""
    with running_stack(
        tmp_path_factory.mktemp("login"), AUTH="keys", TRUSTED_PROXIES="127.0.0.1/32"
    ) as stack:
        for role in ("viewer", "operator"):
            command = ["add", role, "--owner", "admin", "--role", role]
            subprocess.run(
                [sys.executable, "-m", "web.admin", "user", *command],
                cwd=ROOT,
                env=os.environ | {"HARMONIZER_HOME": str(stack.home)},
                input=PASSWORD,
                text=True,
                check=True,
            )
        [key] = re.findall(rf"{MARK}[\w-]+", stack.log.read_text())
        stack.api = Api(stack.api.address, key)
        job_id = stack.api.submit([PATIENTS], {})
        eventually(lambda: stack.ended(job_id), "the job ends", PATIENCE_MS / 1000)
        yield stack


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def at(stack: RunningStack, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Looking]:
    with looking(browser, stack.api.address, scripts=request.param) as at:
        yield at
    assert at.complaints == []


def log_in(at: Looking, name: str, password: str = PASSWORD) -> None:
    at.page.get_by_label("Name").fill(name)
    at.page.get_by_label("Password").fill(password)
    at.page.get_by_role("button", name="Log in").click()


def heading(at: Looking, text: str) -> None:
    expect(at.page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_viewer_looks_is_refused_an_act_and_leaves_nothing_behind(at: Looking) -> None:
    at.go("/jobs")
    heading(at, "Log in")
    expect(at.page.get_by_label("Name")).to_be_focused()
    log_in(at, "viewer", "wrong")
    expect(at.page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    at.complaints.clear()  # the browser notes the status
    log_in(at, "viewer")
    heading(at, "Jobs")
    assert at.page.url == f"{at.address}/jobs"
    expect(at.page.get_by_text("viewer, viewer")).to_be_visible()
    at.page.get_by_role("link", name="patients.csv").click()
    heading(at, "patients.csv")
    at.go("/operations")
    expect(at.page.get_by_role("button", name="Pause normal")).to_have_count(0)
    value = at.page.locator('.who input[name="token"]').input_value()
    form: dict[str, str | float | bool] = {"scope": "normal", "token": value}
    refused = at.page.request.post(f"{at.address}/operations/queue/pause", form=form)
    assert (refused.status, refused.json()["detail"]) == (403, "This needs the role operator.")

    at.page.get_by_role("button", name="Log out").click()
    heading(at, "Log in")
    assert at.page.context.cookies() == []
    at.page.go_back()
    heading(at, "Log in")
    expect(at.page.get_by_text("Operations")).to_have_count(0)


def test_an_operator_acts_by_forms_that_have_the_token(at: Looking) -> None:
    at.go("/operations")
    log_in(at, "operator")
    for act in ("Pause low", "Resume low"):
        at.page.get_by_role("button", name=act).click()
    expect(at.page.get_by_role("button", name="Pause low")).to_be_visible()
    at.go("/new")
    at.page.get_by_label("Files").set_input_files(PATIENTS)
    if at.page.evaluate("document.getElementById('preview').hidden"):
        expect(at.page.get_by_text("Looked at 1 file.")).to_be_visible()
    else:
        at.page.get_by_role("button", name="Preview").click()
        expect(at.page.get_by_text("Nothing was kept.")).to_be_visible()
        at.page.get_by_label("Files").set_input_files(PATIENTS)
    at.page.get_by_role("button", name="Start the job").click()
    at.page.wait_for_url(re.compile("/jobs/"))
    heading(at, "patients.csv")


def test_the_login_owes_nothing(stack: RunningStack, browser: Browser) -> None:
    with looking(browser, stack.api.address) as at:
        at.go("/login")
        at.owes_nothing("login")
        log_in(at, "viewer", "wrong")
        expect(at.page.get_by_role("alert")).to_be_visible()
        at.complaints.clear()  # the browser notes the status
        at.owes_nothing("login-refused")
        log_in(at, "viewer")
        heading(at, "Overview")
        at.owes_nothing("logged-in")


def test_behind_a_proxy_that_ends_tls_a_session_is_of_tls_alone(stack: RunningStack) -> None:
    place = urlsplit(stack.api.address)
    with closing(HTTPConnection(place.netloc, timeout=PATIENCE_MS / 1000)) as proxy:
        headers = {
            "Host": "harmonizer.example",
            "Origin": "https://harmonizer.example",
            "X-Forwarded-Proto": "https",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        proxy.request(
            "POST", "/login", urlencode({"name": "viewer", "password": PASSWORD}), headers
        )
        answer = proxy.getresponse()
    assert answer.status == 303
    assert re.fullmatch(r"__Host-harmonizer=.*; Secure; .*", answer.headers["Set-Cookie"])


def test_a_page_that_is_open_when_the_session_ends_shows_nothing_any_more(
    stack: RunningStack, browser: Browser
) -> None:
    with looking(browser, stack.api.address) as at:
        at.go("/")
        log_in(at, "viewer")
        heading(at, "Overview")
        at.page.context.clear_cookies()
        heading(at, "Log in")
