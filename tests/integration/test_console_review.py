"""Possible matches are reviewed in a real browser, by keys and by forms."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, expect

import some_persons
from a_browser import PATIENCE_MS, looking
from served_api import Served

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Return SQLite alone: what is asked of SQL is asked by the API's functions."""
    return sqlite_url


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
        at.by_keys(("#undo button", "Enter"))
        expect(likeness).to_have_text("Likeness 90 %")
        assert decisions(three_pairs)[1] == ("match", True)
        press("n")
        expect(at.page.get_by_role("status")).to_have_text("Decided.")
        press("u")
        expect(likeness).to_have_text("Likeness 90 %")
        assert decisions(three_pairs)[2] == ("no-match", True)


def test_many_pairs_are_decided_by_a_key_each(served: Served, browser: Browser) -> None:
    many = 30
    with served.api.of.sessions.begin() as session:
        persons = {n: f"P{n:02}" for n in range(1, 2 * many + 1)}
        pairs = [some_persons.pair(n, n + many, 1 - n / 100) for n in range(1, many + 1)]
        found = [{"person": {"id": one}} for one in persons.values()]
        some_persons.known(session, "", *found, *some_persons.records(persons), *pairs)
    with looking(browser, served.address) as at:
        asked: Counter[str] = Counter()
        at.page.on("request", lambda one: asked.update([one.resource_type]))
        at.go("/review")
        at.page.evaluate("sessionStorage.presses = 0")
        at.page.add_init_script("addEventListener('keydown', () => sessionStorage.presses++)")
        at.page.reload()
        asked.clear()
        for n in range(1, many + 1):
            expect(at.page.get_by_role("heading", level=2)).to_have_text(f"Likeness {100 - n} %")
            expect(at.page.locator("#pair")).to_be_focused()
            at.page.keyboard.press("n" if n % 3 else "m")
        expect(at.page.get_by_text("No pair waits for a decision.")).to_be_visible()
        assert at.page.evaluate("sessionStorage.presses") == str(many)
        assert asked["document"] == 2 * many, "a decision, and the page of the next pair"
        assert at.complaints == []
    assert Counter(one for one, _ in decisions(served)) == {"match": 10, "no-match": 20}


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
