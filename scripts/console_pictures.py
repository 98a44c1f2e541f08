"""Take the pictures of the documentation anew: `python scripts/console_pictures.py ADDRESS`.

ADDRESS is that of a running console without keys; a job over sample files is started there. The
picture of the overview stays as it is, for what it shows takes a day to come about.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FILES = ("patients.csv", "lakeside_patients.json", "lab_results.csv")
WIDTH = 1280


def picture(page: Page, name: str, height: int = 900) -> None:
    """Keep what is seen of a page in a window of some height."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


def take(page: Page) -> None:
    """Go from files to their results and to a person, as somebody does."""
    page.goto("/new")
    page.set_input_files("#file", [ROOT / "sample_data" / name for name in FILES])
    page.get_by_text(f"Looked at {len(FILES)} files").wait_for()
    page.select_option("#operation", "link")
    page.get_by_text("Read that way.").wait_for()
    picture(page, "new-job")
    rows = page.locator("table.cells").first
    rows.evaluate("(one) => scrollTo(0, one.getBoundingClientRect().top + scrollY - 210)")
    rows.locator(".changed").first.hover()
    picture(page, "preview")
    page.get_by_role("button", name="Start the job").click()
    page.get_by_role("link", name="See the results").click()
    page.get_by_role("heading", name="Findings by rule").wait_for()
    picture(page, "results")
    page.get_by_role("link", name="persons").filter(has_text="See").click()
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="The same person now").click()
    page.get_by_role("heading", name="Records", exact=True).wait_for()
    picture(page, "person", 1180)


def main() -> None:
    """Take them at the address of the command line."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        size = {"width": WIDTH, "height": 900}
        take(browser.new_page(base_url=sys.argv[1], viewport=size))  # type: ignore[arg-type]
        browser.close()


if __name__ == "__main__":
    main()
