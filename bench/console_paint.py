"""How soon a browser shows a page of a running console: `python bench/console_paint.py URL…`.

Prints of each address the median time to the first contentful paint over some loads in a new
window each, the same of an empty page that no server sends, loaded in turn, and how many bytes its
scripts, styles and pictures have, packed by gzip.
"""

import gzip
import shutil
import statistics
import sys

from playwright.sync_api import Browser, sync_playwright

LOADS = 7
EMPTY = "data:text/html,<p>empty"

_PAINTED = """() => new Promise((tell) => new PerformanceObserver((seen) => {
  const one = seen.getEntriesByName("first-contentful-paint")[0];
  if (one) tell(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


def first_paint(browser: Browser, url: str) -> float:
    """Return the milliseconds to the first contentful paint, nothing being kept from before."""
    with browser.new_context() as window:
        page = window.new_page()
        page.goto(url)
        return float(page.evaluate(_PAINTED))


def weight(browser: Browser, url: str) -> int:
    """Return the bytes of the files that a page brings along, each packed."""
    with browser.new_context() as window:
        page = window.new_page()
        files: set[str] = set()
        page.on("request", lambda one: files.add(one.url) if "/static/" in one.url else None)
        page.goto(url, wait_until="networkidle")
        return sum(len(gzip.compress(page.request.get(one).body())) for one in files)


def main() -> None:
    """Look at each address of the command line."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        first_paint(browser, sys.argv[1])  # the browser itself is warm after the first one
        for url in sys.argv[1:]:
            pairs = [(first_paint(browser, url), first_paint(browser, EMPTY)) for _ in range(LOADS)]
            times, empty = zip(*pairs, strict=True)
            told = f"{statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f}"
            told += f" (an empty page {statistics.median(empty):.0f} ms)"
            print(f"{url}: first contentful paint {told}; assets {weight(browser, url)} bytes")
        browser.close()


if __name__ == "__main__":
    main()
