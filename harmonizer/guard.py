"""Processes that never outlive the one that started them, even when that one dies by SIGKILL.

A shell stands between the two. It holds the reading end of a pipe and sends its process a signal
when the pipe closes, which the kernel does for a dead starter too.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

_GUARD = """
exec 3<&0
"$@" 3<&- </dev/null &
process=$!
(read -r _ <&3; kill -"$0" "$process") >/dev/null 2>&1 &
watch=$!
exec 3<&- >/dev/null 2>&1
wait "$process"
code=$?
kill "$watch"
exit "$code"
"""


def guarded(
    command: Sequence[str | Path], output: IO[bytes] | int, *, stop: str = "TERM", **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own, what it prints going to ``output``.

    Its own session keeps a Ctrl-C at the terminal away from it: who started it decides when it
    may go, with ``stop_guarded``. ``stop`` is the signal that asks it to; ``options`` are more
    arguments for ``subprocess.Popen``.
    """
    return subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, stop, *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **options,
    )


def stop_guarded(processes: Sequence["subprocess.Popen[bytes]"], seconds: float) -> None:
    """Ask all of them to stop, wait, and kill what is left of their sessions after ``seconds``.

    An exception while waiting, such as a second Ctrl-C, ends the wait and kills at once.
    """
    deadline = time.monotonic() + seconds
    for process in processes:
        if process.stdin is not None:
            process.stdin.close()
    try:
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0))
    finally:
        for process in processes:
            _kill_session(process.pid)
            process.wait()


def _kill_session(leader: int) -> None:
    """Kill every process of a session; some start process groups of their own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getsid(int(entry.name)) == leader:
                os.kill(int(entry.name), signal.SIGKILL)
