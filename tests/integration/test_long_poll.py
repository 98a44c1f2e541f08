"""Answers that wait for news of a job, and keep nobody from anything meanwhile."""

import dataclasses
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.test import TestResponse

from an_api import CSV, AnApi, an_api
from web.api import long_poll
from web.api.places import aside
from web.config import Settings
from web.db.models import Job, JobStatus

SECONDS = 60.0


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return what is set once an answer is waited for."""
    told = threading.Event()

    @contextmanager
    def telling(environ: Mapping[str, Any]) -> Iterator[None]:
        with aside(environ):
            told.set()
            yield

    monkeypatch.setattr(long_poll, "aside", telling)
    monkeypatch.setattr(long_poll, "LONGEST_SECONDS", 60)
    return told


def ask(api: AnApi, path: str, prefer: str, **headers: str) -> TestResponse:
    sent = {"Prefer": prefer} | {name.replace("_", "-"): one for name, one in headers.items()}
    return api.client.get(f"/api/jobs/{path}", headers=sent)


@contextmanager
def asking(
    api: AnApi, waits: threading.Event, path: str, **headers: str
) -> Iterator[Future[TestResponse]]:
    """Ask with patience; the context begins when the answer is waited for."""
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(ask, api, path, "wait=60", **headers)
        assert waits.wait(SECONDS)
        yield asked


@pytest.mark.parametrize("path", ["", "/status"])
def test_it_waits_for_the_end(api: AnApi, waits: threading.Event, path: str) -> None:
    job_id = api.submit()
    with asking(api, waits, job_id + path) as asked:
        assert not asked.done()
        api.end(job_id, JobStatus.FAILED)
        answer = asked.result(SECONDS)
    assert answer.get_json()["status"] == "failed"
    assert answer.headers["Preference-Applied"] == "wait=60"


def test_it_waits_for_what_is_not_known(api: AnApi, waits: threading.Event) -> None:
    job_id = api.submit()
    known = ask(api, job_id, "return=minimal").headers["ETag"]
    with asking(api, waits, job_id, If_None_Match=known) as asked:
        with api.of.sessions.begin() as session:
            session.get_one(Job, job_id).status = JobStatus.RUNNING
        assert asked.result(SECONDS).get_json()["status"] == "running"
    assert ask(api, job_id, "wait=0", If_None_Match=known).status_code == 200
    now = ask(api, job_id, "wait=0").headers["ETag"]
    assert ask(api, job_id, "wait=1", If_None_Match=now).status_code == 304
    api.end(job_id)
    now = ask(api, job_id, "wait=60").headers["ETag"]
    assert ask(api, job_id, "wait=60", If_None_Match=now).status_code == 304, "it has ended"


def test_what_is_no_wish_to_wait_is_not_heard(api: AnApi) -> None:
    job_id = api.submit()
    for wish in ("wait", "wait=-1", "wait=soon", "wait=" + "9" * 40, "await=60", 'x="wait=60'):
        answer = ask(api, f"{job_id}/status", wish)
        assert (answer.status_code, "Preference-Applied" in answer.headers) == (200, False), wish
    for wish in ("WAIT=0", "respond-async, wait=0", 'wait="0"; x, y'):
        assert ask(api, f"{job_id}/status", wish).headers["Preference-Applied"] == "wait=0"


def test_who_waits_has_no_place_and_not_all_may(settings: Settings, waits: threading.Event) -> None:
    few = dataclasses.replace(settings, web_threads=1, web_streams=1)
    with an_api(few) as api:
        job_id = api.submit(("patients.csv", CSV))
        with asking(api, waits, f"{job_id}/status") as asked:
            other = ask(api, f"{job_id}/status", "wait=60")
            assert "Preference-Applied" not in other.headers
            assert other.get_json()["status"] == "accepted"
            api.end(job_id)
            assert asked.result(SECONDS).get_json()["status"] == "succeeded"
