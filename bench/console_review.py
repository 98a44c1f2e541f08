"""How soon the next pair of a review is there: `PYTHONPATH=tests python bench/console_review.py`.

Serves a registry with pairs that wait, decides some by a key each in a real browser, and prints the
time from the key to the next pair having the focus, and the processor time of the server of a pair.
"""

import argparse
import logging
import statistics
import tempfile
import time
from pathlib import Path

import structlog
from playwright.sync_api import Page

import some_persons
from a_browser import chromium, looking
from harmonizer.services import RedisServer
from served_api import Served, served_api
from web.config import Settings
from web.db.schema import migrate
from web.db.session import engine_for


def fill(served: Served, count: int) -> None:
    """Let pairs wait, each of two persons of its own."""
    persons = {n: f"P{n}" for n in range(1, 2 * count + 1)}
    found = [{"person": {"id": one}} for one in persons.values()]
    pairs = [some_persons.pair(n, n + count, 1 - n / count / 2) for n in range(1, count + 1)]
    with served.api.of.sessions.begin() as session:
        some_persons.known(session, "", *found, *some_persons.records(persons), *pairs)


def decide(page: Page, number: int) -> float:
    """Decide about the pair that is shown; return the seconds until the next one has the focus."""
    began = time.perf_counter()
    page.keyboard.press("n" if number % 3 else "m")
    page.locator(f"form[action='/review/{number + 1}']").wait_for()
    page.locator("#pair:focus").wait_for()
    return time.perf_counter() - began


def main() -> None:
    """Serve, decide and print as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=5_000)
    parser.add_argument("--decide", type=int, default=100)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        redis = RedisServer(Path(folder) / "redis").start()
        names = {"HOME": folder, "REDIS_URL": redis.url, "STORE_URL": f"file://{folder}"}
        names |= {"DATABASE_URL": f"sqlite:///{folder}/harmonizer.db"}
        settings = Settings.from_environ({f"HARMONIZER_{n}": one for n, one in names.items()})
        migrate(engine_for(settings.database_url))
        with served_api(settings) as served, chromium() as browser:
            fill(served, asked.waiting)
            with looking(browser, served.address) as at:
                at.go("/review")
                spent = time.process_time()
                times = [decide(at.page, n) for n in range(1, asked.decide + 1)]
                spent = (time.process_time() - spent) / asked.decide
        redis.stop()
    middle, longest = statistics.median(times), max(times)
    print(
        f"{asked.decide} of {asked.waiting:,} pairs, a key each: {middle * 1e3:.0f} ms to the next"
    )
    print(f"one, the longest {longest * 1e3:.0f} ms; {spent * 1e3:.0f} ms of a processor a pair")


if __name__ == "__main__":
    main()
