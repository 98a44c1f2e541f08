"""A loop goes on whatever its step does, says so once, and stops when told."""

import io
import json
import logging
import threading
from collections.abc import Iterator

import pytest

from reconciler import loop
from reconciler.loop import Loop
from web import logs

SECONDS = 60.0


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers = root.handlers[:]
    stream = io.StringIO()
    logs.configure("reconciler", "info", stream)
    yield stream
    root.handlers[:] = handlers


def test_a_step_that_fails_is_called_again_and_told_about_once(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(loop, "LONGEST_PAUSE", 0.0)
    calls: list[int] = []
    works = threading.Event()

    def step() -> float:
        calls.append(len(calls))
        if len(calls) < 4:
            raise ValueError("a value that stays out of the log")
        works.set()
        return 60

    one = Loop("one", step)
    one.start()
    assert works.wait(SECONDS)
    one.stop()
    assert one.join(SECONDS)
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["msg"], line["loop"]) for line in lines] == [
        ("loop fails, it goes on trying", "one"),
        ("loop works again", "one"),
    ]
    assert lines[0]["error"] == "builtins.ValueError"
    assert "stays out" not in log.getvalue()


def test_waking_ends_a_pause_also_when_it_comes_before_it() -> None:
    called = threading.Semaphore(0)

    def step() -> float:
        called.release()
        return 600

    one = Loop("one", step)
    one.wake()
    one.start()
    for _ in range(3):
        assert called.acquire(timeout=SECONDS)
        one.wake()
    one.stop()
    assert one.join(SECONDS)


def test_a_step_that_hangs_is_left_behind() -> None:
    begun, end = threading.Event(), threading.Event()

    def step() -> float:
        begun.set()
        end.wait(SECONDS)
        return 0

    one = Loop("one", step)
    one.start()
    assert begun.wait(SECONDS)
    one.stop()
    assert not one.join(0.0)
    end.set()
    assert one.join(SECONDS)
