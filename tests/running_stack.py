"""The whole stack as a user starts it, for tests: its own folder, ports that are free."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harmonizer.api import Api
from harmonizer.client import ENDED
from harmonizer.ports import free_port
from web.config import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 60.0


@dataclass
class RunningStack:
    """One stack. ``log`` holds what it printed."""

    process: "subprocess.Popen[bytes]"
    home: Path
    log: Path
    api: Api
    worker: str

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to the launcher, wait for its end, and return its exit code."""
        self.process.send_signal(by)
        return self.process.wait(STOP_SECONDS)

    def ended(self, job_id: str) -> bool:
        """Return whether a job has ended, however it did."""
        return self.api.status(job_id)["status"] in ENDED


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a stack of its own: its folder, ports that are free now."""
    inherited = {name: value for name, value in os.environ.items() if "HARMONIZER_" not in name}
    ports = {name: str(free_port()) for name in ("PORT", "WORKER_PORT", "REDIS_PORT")}
    own = {"HOME": str(home)} | ports | settings
    return inherited | {f"HARMONIZER_{name}": value for name, value in own.items()}


@contextlib.contextmanager
def running_stack(home: Path, **settings: str) -> Iterator[RunningStack]:
    """Start a stack whose state is in ``home``, and stop it at the end.

    ``settings`` are more of them, without their prefix: one process of web starts sooner where
    several would show nothing more. The worker must have been built.
    """
    home.mkdir(parents=True, exist_ok=True)
    environ = environment(home, **settings)
    log = home / "launcher.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "harmonizer.launch", "run"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environ,
            cwd=ROOT,
            start_new_session=True,
        )
    stack = RunningStack(
        process,
        home,
        log,
        Api(f"http://127.0.0.1:{environ['HARMONIZER_PORT']}"),
        f"http://127.0.0.1:{environ['HARMONIZER_WORKER_PORT']}",
    )
    try:
        eventually(
            lambda: stack.api.ready() or process.poll() is not None,
            "the stack is ready",
            START_SECONDS,
        )
        assert process.poll() is None, log.read_text()
        yield stack
    finally:
        if process.poll() is None:
            stack.stop()


def eventually(happened: Callable[[], object], what: str, seconds: float) -> None:
    """Wait until something holds; fail with its name when it does not in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)


def processes_with(setting: Mapping[str, str]) -> dict[int, str]:
    """Return the processes that have these variables in their environment, with their commands."""
    wanted = {f"{name}={value}".encode() for name, value in setting.items()}
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted <= set((folder / "environ").read_bytes().split(b"\0")):
                command = (folder / "cmdline").read_bytes().split(b"\0")
                found[int(folder.name)] = b" ".join(command).decode().strip()
    return found
