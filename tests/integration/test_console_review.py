"""Possible matches are reviewed in a real browser, by keys and by forms; so are failures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update
from werkzeug.serving import make_server

import some_persons
from a_browser import PATIENCE_MS, chromium, looking
from an_api import AnApi, an_api
from web.config import Settings
from web.db.models import Item, ItemState, JobStatus

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Return SQLite alone: what is asked of SQL is asked by the API's functions."""
    return f"sqlite:///{tmp_path}/harmonizer.db"


@dataclass(frozen=True)
class Served:
    """An application that a browser reaches."""

    api: AnApi
    address: str


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    with an_api(settings) as api:
        server = make_server("127.0.0.1", 0, api.app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Served(api, f"http://127.0.0.1:{server.port}")
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def three_pairs(served: Served) -> Served:
    with served.api.of.sessions.begin() as session:
        some_persons.known(
            session,
            "",
            *({"person": {"id": one}} for one in "PQRST"),
            *some_persons.records({1: "P", 2: "Q", 3: "R", 4: "S", 5: "T"}),
            some_persons.pair(1, 2, 0.9),
            some_persons.pair(1, 3, 0.8),
            some_persons.pair(4, 5, 0.7),
        )
    return served


def decisions(served: Served) -> list[tuple[str, bool]]:
    found = served.api.get("/api/review/decisions")["decisions"]
    return [(one["decision"], one["undone_at"] is not None) for one in found]


def test_pairs_are_decided_left_and_taken_back_by_keys(
    three_pairs: Served, browser: Browser
) -> None:
    with looking(browser, three_pairs.address) as at:
        at.go("/review")
        press, likeness = at.page.keyboard.press, at.page.get_by_role("heading", level=2)
        expect(likeness).to_have_text("Likeness 90 %")
        row = at.page.get_by_role("row").filter(has_text="birth_date")
        expect(row).to_contain_text("1985-04-05")
        expect(row).to_contain_text("= equal")
        at.owes_nothing("review-pair")
        press("l")
        expect(likeness).to_have_text("Likeness 80 %")
        press("n")
        expect(likeness).to_have_text("Likeness 70 %")
        at.owes_nothing("review-decided")
        press("m")
        expect(at.page.get_by_text("No more pairs behind those")).to_be_visible()
        assert decisions(three_pairs) == [("no-match", False), ("match", False)]
        at.page.get_by_role("button", name="Undo the decision").click()
        expect(likeness).to_have_text("Likeness 90 %")
        assert decisions(three_pairs)[1] == ("match", True)
        press("n")
        expect(at.page.get_by_role("status")).to_have_text("Decided.")
        press("u")
        expect(likeness).to_have_text("Likeness 90 %")
        assert decisions(three_pairs)[2] == ("no-match", True)


def test_keys_do_nothing_while_the_focus_is_elsewhere(
    three_pairs: Served, browser: Browser
) -> None:
    with looking(browser, three_pairs.address) as at:
        at.go("/review")
        at.page.get_by_role("link", name="Overview").focus()
        at.page.keyboard.press("m")
        at.go("/review")
        assert decisions(three_pairs) == []


def test_a_pair_is_decided_without_scripts(three_pairs: Served, browser: Browser) -> None:
    with looking(browser, three_pairs.address, scripts=False) as at:
        at.go("/review")
        at.page.get_by_role("button", name="One person").click()
        at.page.get_by_role("button", name="Undo the decision").click()
        expect(at.page.get_by_role("heading", level=2)).to_have_text("Likeness 90 %")
        assert decisions(three_pairs) == [("match", True)]


def test_a_page_of_another_site_decides_nothing(three_pairs: Served) -> None:
    client = three_pairs.api.client
    pair = three_pairs.api.get("/api/review")["pairs"][0]["pair_id"]
    for told in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        form = {"decision": "match"}
        assert client.post(f"/review/{pair}", data=form, headers=told).status_code == 403
    assert decisions(three_pairs) == []


def test_failures_are_run_again_by_their_cause(served: Served, browser: Browser) -> None:
    job_id = served.api.submit()
    served.api.end(job_id, JobStatus.FAILED)
    with served.api.of.sessions.begin() as session:
        dead = {"state": ItemState.DEAD, "ended_at": datetime.now(UTC), "reason": "poison"}
        session.execute(update(Item).values(**dead))
    with looking(browser, served.address) as at:
        at.go("/operations")
        at.owes_nothing("operations-failures")
        at.page.get_by_role("button", name="Run 1 again").click()
        expect(at.page.get_by_text("Nothing is dead.")).to_be_visible()
    [item] = served.api.items(job_id)
    assert item.state is ItemState.WAITING
