"""A real Chromium that looks at pages, and what every page owes: no complaint, nobody kept out."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from web.config import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
PATIENCE_MS = 60_000.0
WIDE, NARROW, NARROWEST = 1280, 375, 320

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")
_WATCH = """addEventListener("securitypolicyviolation", (one) =>
  console.error("policy", one.violatedDirective, one.blockedURI))"""


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
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.ok, (path, answer.status)

    def owes_nothing(self, name: str) -> None:
        """Hold the page that is shown to what every page owes, in both themes; keep pictures."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme)
            found = Axe().run(self.page)
            assert found.violations_count == 0, (name, theme, found.generate_report())
        self.page.emulate_media(color_scheme="light")
        for width in (NARROWEST, NARROW, WIDE):
            self.page.set_viewport_size({"width": width, "height": 800})
            spare = self.page.evaluate("innerWidth - document.documentElement.scrollWidth")
            assert spare >= 0, f"{name} is wider than {width} pixels"
            if width != NARROWEST:
                self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        assert self.page.locator("h1").count() == 1
        assert self.complaints == []


@contextmanager
def looking(browser: Browser, address: str, *, scripts: bool = True) -> Iterator[Looking]:
    """Open a window, with or without JavaScript, that notes every complaint of the browser."""
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": WIDE, "height": 800},
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
