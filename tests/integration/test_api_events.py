"""Events of jobs: what is sent, how it goes on, how many there may be, and that it ends."""

import dataclasses
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from a_gunicorn import serving
from an_api import CSV, AnApi, an_api
from harmonizer.services import RedisServer
from running_stack import eventually
from web.api import events, live
from web.config import Settings
from web.db.models import JobStatus

SECONDS = 60.0


def asked(api: AnApi, job_id: str, known: str | None = None) -> TestResponse:
    headers = {"Last-Event-ID": known} if known else {}
    return api.client.get(f"/api/jobs/{job_id}/events", headers=headers)


def parsed(text: str) -> list[dict[str, Any]]:
    """Return the events of a stream; comments and the time to wait are none."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "data" in fields:
            found.append({**fields, "data": json.loads(fields["data"])})
    return found


def test_what_an_ended_job_sends_and_that_it_sends_no_more(api: AnApi) -> None:
    job_id = api.submit(("a.csv", CSV), ("b.csv", CSV))
    api.end(job_id, JobStatus.PARTIAL, counts={"rows_in": 2})
    answer = asked(api, job_id)
    assert answer.headers["Content-Type"].startswith(events.MEDIA)
    assert answer.headers["Cache-Control"] == "no-store"
    files, status = parsed(answer.text)
    assert answer.text.startswith("retry: ")
    assert files["event"] == "files"
    assert [one["file_no"] for one in files["data"]["files"]] == [1, 2]
    assert "id" not in files, "who saw the files alone has not seen all"
    assert status["event"] == "status"
    assert status["data"]["status"] == "partial"
    assert status["data"]["counts"] == {"rows_in": 2}
    assert asked(api, job_id, status["id"]).status_code == 204
    assert len(parsed(asked(api, job_id, "another").text)) == 2


def test_changes_come_as_they_happen(api: AnApi) -> None:
    job_id = api.submit()
    stream: Iterator[Any] = iter(asked(api, job_id).response)

    def following() -> dict[str, Any]:
        for chunk in stream:
            for event in parsed(bytes(chunk).decode()):
                return event
        raise AssertionError("the stream ended")

    first = following()
    assert first["data"]["status"] in ("accepted", "queued")
    assert first["data"]["progress"]["stage"] == "waiting"
    api.end(job_id, counts={"rows_in": 2})
    seen = [following()]
    while seen[-1]["event"] != "status":
        seen.append(following())
    assert seen[-1]["data"]["status"] == "succeeded"
    assert seen[-1]["id"] != first["id"]
    assert list(stream) == []


class Ticking:
    """A clock that goes on by a tenth of a second each time it is looked at."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 0.1
        return self.now


def test_a_stream_ends_and_the_next_one_goes_on(
    api: AnApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = api.submit()
    monkeypatch.setattr(events, "time", Ticking())
    monkeypatch.setattr(events, "STREAM_SECONDS", 1.0)
    monkeypatch.setattr(events, "SILENCE_SECONDS", 0.0)
    monkeypatch.setattr(events, "GONE_SECONDS", 0.05)
    first = asked(api, job_id).text
    assert ":\n\n" in first, "comments keep it alive"
    [status] = parsed(first)
    assert parsed(asked(api, job_id, status["id"]).text) == [], "nothing is told twice"
    api.end(job_id)
    assert parsed(asked(api, job_id, status["id"]).text)[-1]["data"]["status"] == "succeeded"


def test_more_streams_than_there_may_be(settings: Settings) -> None:
    with an_api(dataclasses.replace(settings, web_streams=2, web_threads=1)) as api:
        job_id = api.submit()
        with ExitStack() as stack:
            for _ in range(2):
                stack.enter_context(closing(asked(api, job_id)))
            # The one request that may run is not theirs.
            refused = asked(api, job_id)
            assert refused.status_code == 503
            assert refused.get_json(force=True)["type"] == "/problems/unavailable"
            assert int(refused.headers["Retry-After"]) > 0
        with closing(asked(api, job_id)) as again:
            assert again.status_code == 200


def test_one_look_is_for_all_who_watch(api: AnApi, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many streams are open, their jobs are asked for together, by one thread."""
    looks: list[tuple[str, int]] = []
    real = live.views

    def counted(of: Any, job_ids: Any) -> Any:
        looks.append((threading.current_thread().name, len(job_ids)))
        return real(of, job_ids)

    monkeypatch.setattr(live, "views", counted)
    monkeypatch.setattr(live, "SHARE", 1.0)  # or a first look that is slow puts the next one off
    jobs = [api.submit() for _ in range(3)]
    threads = [
        threading.Thread(target=lambda job_id=job_id: asked(api, job_id).text)
        for job_id in jobs * 5
    ]
    for thread in threads:
        thread.start()
    eventually(lambda: any(count == 3 for _, count in looks), "all are asked for", SECONDS)
    for job_id in jobs:
        api.end(job_id)
    for thread in threads:
        thread.join(SECONDS)
    assert {name for name, _ in looks} == {"live"}


def test_a_look_is_over_before_its_connections_are_closed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, look = threading.Event(), threading.Event()
    over: list[bool] = []

    def slow(of: Any, job_ids: Any) -> dict[str, live.View]:
        looking.set()
        over.append(look.wait(SECONDS))
        return {}

    monkeypatch.setattr(live, "views", slow)
    with an_api(settings) as api:
        watching = live.Live(api.of)
        api.of.closing.callback(watching.close)
        with watching.watch(api.submit()):
            assert looking.wait(SECONDS)
            closing = threading.Thread(target=api.of.close)
            closing.start()
            closing.join(0.1)
            assert closing.is_alive()
            look.set()
            closing.join(SECONDS)
    assert over == [True]


def test_gunicorn_keeps_streams_beside_requests_and_ends_them_when_it_stops(
    tmp_path: Path,
) -> None:
    redis = RedisServer(tmp_path / "redis").start()
    sent = tmp_path / "a.csv"
    sent.write_bytes(CSV)
    with serving(
        tmp_path, redis.url, WEB_PROCESSES="1", WEB_THREADS="2", WEB_STREAMS="20"
    ) as server:
        job_id = server.api.submit([sent], {"operation": "clean"})
        request = f"GET /api/jobs/{job_id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        with ExitStack() as stack:
            opened = []
            for _ in range(20):
                connection = socket.create_connection(("127.0.0.1", server.port), SECONDS)
                stack.enter_context(closing(connection))
                connection.sendall(request)
                assert b" 200 " in connection.recv(100)
                opened.append(connection)
            other = server.api.submit([sent], {"operation": "clean"})
            assert server.api.status(other)["status"] in ("accepted", "queued")
            with closing(socket.create_connection(("127.0.0.1", server.port), SECONDS)) as one_more:
                one_more.sendall(request)
                assert b" 503 " in one_more.recv(100)
            opened.pop().close()
            eventually(lambda: _status(server.port, request) == 200, "its place is free", SECONDS)
            server.process.terminate()
            began = time.monotonic()
            for connection in opened:
                while connection.recv(65536):
                    pass
            eventually(lambda: server.process.poll() is not None, "it stops", SECONDS)
            assert time.monotonic() - began < SECONDS
    redis.stop()


def _status(port: int, request: bytes) -> int:
    with closing(socket.create_connection(("127.0.0.1", port), SECONDS)) as connection:
        connection.sendall(request)
        return int(connection.recv(100).split()[1])
