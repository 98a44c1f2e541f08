"""A real Chromium that looks at pages, and what every page owes: no complaint, nobody kept out."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Error, Page, Response, sync_playwright

from accessible import violations
from web.config import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
PATIENCE_MS = 60_000.0
WIDE, NARROW, NARROWEST = 1280, 375, 320
TALL, TALLEST = 800, 8_000
"""So much of a page is kept as a picture: a taller one of the API took minutes to paint."""

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_WATCH = """addEventListener("securitypolicyviolation", (one) =>
  console.error("policy", one.violatedDirective, one.blockedURI))"""

_ACTS = """
  const acts = "a, button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const name = (one) => one.outerHTML.slice(0, 120);
  const acting = () =>
    [...document.querySelectorAll(acts)].filter((one) => shown(one) && !one.disabled);
"""
_OUT_OF_REACH = (
    """() => {"""
    + _ACTS
    + """
  const wrong = [];
  const other = "[role=button], [onclick]";
  for (const one of [...acting(), ...document.querySelectorAll(other)]) {
    if (one.tabIndex !== 0) wrong.push(`Tab does not reach ${name(one)} where it stands`);
    if (one.matches(`a:not([href]), ${other}`)) wrong.push(`Enter does nothing on ${name(one)}`);
  }
  for (const one of [...document.forms].filter(shown))
    if (![...one.elements].some((act) => act.type === "submit"))
      wrong.push(`nothing sends ${name(one)}`);
  for (const one of [...document.querySelectorAll(".scroll")].filter(shown))
    if (one.tabIndex !== 0) wrong.push(`no key scrolls ${name(one)}`);
  return wrong;
}"""
)
"""What of a page is not set off, or not scrolled, from the keyboard.

All that acts is a link, a button or a field of HTML, of which browsers know what Enter and the
space bar do.
"""
_STOPS = "() => {" + _ACTS + "return acting().length; }"
_STOP = (
    """() => {"""
    + _ACTS
    + """
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getClientRects()[0];
  const wrong = [];
  if (one !== document.body) {
    const [x, y] = [[box.left, box.right, innerWidth], [box.top, box.bottom, innerHeight]].map(
      ([from, to, most]) => (Math.max(from, 0) + Math.min(to, most)) / 2);
    const seen = document.elementFromPoint(x, y);
    if (!one.contains(seen) && !seen?.contains(one))
      wrong.push(`the focus is hidden on ${name(one)}`);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)
      wrong.push(`no focus is seen on ${name(one)}`);
  }
  if (!window.stops?.includes(one)) window.stops = acting();
  return { at: window.stops.indexOf(one), wrong };
}"""
)
"""Which of all that acts has the focus, and what keeps somebody from seeing that."""
_ELSEWHERE = -1
"""Nothing of the page has the focus: it is where the browser's own buttons are."""
_PARTS_OF_A_TIME = 8
"""As often is Tab pressed in a field for a date and a time."""
MOST_STOPS = 100
"""So far is a page walked; the description of the API has 1,000 stops, all of three kinds."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; without it the test fails, naming what to install."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("Chromium is needed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Looking:
    """A page, and what the browser complained about while it was shown."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the console."""
        answer = self._answer(path)
        assert answer is not None
        assert answer.ok, (path, answer.status)

    def _answer(self, path: str) -> Response | None:
        # What an act before led to may come only now, and then takes this page's place.
        try:
            return self.page.goto(self.address + path)
        except Error as error:
            if "interrupted by another navigation" not in error.message:
                raise
        self.page.wait_for_load_state()
        return self.page.goto(self.address + path)

    def owes_nothing(self, name: str) -> None:
        """Hold the page that is shown to what every page owes, in both themes; keep pictures."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        assert violations(self.page) == [], name
        assert self.page.evaluate(_OUT_OF_REACH) == [], name
        self.is_walked(name)
        for width in (NARROWEST, NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": TALL})
            spare = self.page.evaluate("innerWidth - document.documentElement.scrollWidth")
            assert spare >= 0, f"{name} is wider than {width} pixels"
            if width != NARROWEST:
                tall = self.page.evaluate("document.documentElement.scrollHeight")
                self.page.set_viewport_size({"width": width, "height": min(tall, TALLEST)})
                self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png")
        self.page.set_viewport_size({"width": WIDE, "height": TALL})
        assert self.page.locator("h1").count() == 1
        assert self.complaints == []

    def tab_to(self, wanted: str) -> None:
        """Press Tab until what a selector names has the focus."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"Tab does not come to {wanted}")

    def by_keys(self, *acts: tuple[str, str]) -> None:
        """Press Tab to each of these, and there a key, or write what is no key's name."""
        for wanted, key in acts:
            self.tab_to(wanted)
            if key in ("Enter", "Space", "ArrowDown"):
                self.page.keyboard.press(key)
            else:
                self.page.keyboard.type(key)

    def is_walked(self, name: str) -> None:
        """Press Tab until it has come to all that acts and begins anew; each is once its turn."""
        stops = self.page.evaluate(_STOPS)
        times = self.page.locator("[type=datetime-local]").count()
        came: list[int] = []
        for _ in range(min(stops + times * _PARTS_OF_A_TIME, MOST_STOPS) + 2):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(_STOP)
            assert stop["wrong"] == [], (name, stop["wrong"])
            if stop["at"] not in (_ELSEWHERE, *came[-1:]):
                came.append(stop["at"])
        assert came == [(came[0] + n) % stops for n in range(len(came))], name
        assert len(came) >= min(stops, MOST_STOPS), name


@contextmanager
def looking(browser: Browser, address: str, *, scripts: bool = True) -> Iterator[Looking]:
    """Open a window, with or without JavaScript, that notes every complaint of the browser."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": WIDE, "height": TALL},
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    at = Looking(page, address)
    page.on("console", lambda one: at.complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: at.complaints.append(str(error)))
    if scripts:
        page.add_init_script(_WATCH)
    yield at
    context.close()
