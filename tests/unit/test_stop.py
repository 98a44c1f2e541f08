"""A wish to stop is heard whenever it comes."""

import os
import signal
import sys
import threading
from itertools import count
from types import FrameType
from typing import Any

from web.stop import Stop

SECONDS = 0.05


def test_a_wish_that_interrupts_waiting_at_any_line_is_heard() -> None:
    """As a handler of a signal does, which runs between two steps of the thread that waits."""
    wished = 0
    while (heard := waits_until(wished)) is not None:
        assert heard, f"at line {wished}"
        wished += 1
    assert wished > 2


def waits_until(line: int) -> bool | None:
    """Wait, and wish the end at a line on the way; None when there are fewer."""
    stop, lines = Stop(), count()

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and next(lines) == line:
            stop.set()
        return trace

    sys.settrace(trace)
    try:
        heard = stop.wait(SECONDS)
    finally:
        sys.settrace(None)
    return heard if stop.is_set() else None


def test_a_signal_ends_the_waiting_of_all_threads() -> None:
    stop = Stop()
    heard: list[bool] = []
    threads = [threading.Thread(target=lambda: heard.append(stop.wait())) for _ in range(3)]
    for thread in threads:
        thread.start()
    before = signal.signal(signal.SIGUSR1, lambda *_: stop.set())
    try:
        threading.Timer(SECONDS, os.kill, [os.getpid(), signal.SIGUSR1]).start()
        assert stop.wait()
    finally:
        signal.signal(signal.SIGUSR1, before)
    for thread in threads:
        thread.join()
    assert heard == [True] * 3
    assert stop.is_set()
    assert stop.wait(0)


def test_nobody_wishes_it() -> None:
    stop = Stop()
    assert not stop.wait(0)
    assert not stop.is_set()
