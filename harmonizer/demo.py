"""The demo: the whole stack once over the sample files, told as it happens to a newcomer."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harmonizer.api import Api, ApiError
from harmonizer.client import ENDED, Job
from harmonizer.demo_report import report
from harmonizer.guard import guarded, stop_guarded
from harmonizer.ports import free_port, holder, is_taken
from harmonizer.progress import bar
from harmonizer.services import ServiceError
from harmonizer.stack import EXTRA_GRACE_SECONDS, listening
from web.config import PREFIX, ROOT, Settings

Say = Callable[[str], None]

START_SECONDS = 120.0
JOB_SECONDS = 600.0
LOOK_SECONDS = 0.2


def run(settings: Settings, say: Say) -> int:
    """Run the demo and return 0 when its job came to results.

    The stack's state is in ``demo`` below the home folder, so that a stack of the same home can
    run beside it, and the results in ``demo/results``.

    Raises:
        ServiceError: The stack could not start, or the job did not come to an end.
    """
    home = settings.home / "demo"
    here = {f"{PREFIX}HOST": "127.0.0.1", f"{PREFIX}AUTH": "off"}
    environ = os.environ | here | {f"{PREFIX}HOME": str(home)} | _free_ports(settings, say)
    settings = Settings.from_environ(environ)
    files = sample_files()
    results = home / "results"
    say(f"Starting the stack. State: {_shown(home)}. Logs: {_shown(settings.log_dir)}.")
    with _stack(settings, environ) as api:
        say(f"The API answers on {api.address}.")
        say("")
        say(f"Submitting {len(files)} files, as several hospitals might send them:")
        for file in files:
            say(f"  {file.name:<32} {file.stat().st_size:>9,} bytes")
        try:
            job_id = api.submit(
                files, {"operation": "harmonize", "options": '{"provenance": true}'}
            )
            say(f"Accepted as job {job_id}.")
            status = _follow(api, job_id, say)
            _download(Job(api, job_id), results)
        except ApiError as error:
            raise ServiceError(f"The demo's job came to no results: {error}") from error
        say("")
        report(results, say)
    say("")
    say(f"All results are in {_shown(results)}; report.html opens in a browser.")
    say(f"Keep the stack up and look at this job again: {PREFIX}HOME={_shown(home)} make run")
    return 0 if status in ("succeeded", "partial") else 1


def sample_files() -> list[Path]:
    """Return the sample files that the demo submits, by name."""
    folder = ROOT / "sample_data"
    return sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".json", ".ndjson"))


def _free_ports(settings: Settings, say: Say) -> dict[str, str]:
    """Return the ports of the demo; a taken one is replaced, which is said."""
    chosen = {}
    for name, (host, port) in listening(settings).items():
        if is_taken(host, port):
            chosen[name] = str(free_port())
            say(f"Port {port} is taken by {holder(port)}; the demo uses {chosen[name]}.")
        else:
            chosen[name] = str(port)
    return chosen


@contextlib.contextmanager
def _stack(settings: Settings, environ: dict[str, str]) -> Iterator[Api]:
    """Run the stack; it ends with this process, however that ends."""
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    log = settings.log_dir / "stack.log"
    with log.open("wb") as output:
        stack = guarded(
            [sys.executable, "-m", "harmonizer.launch", "run"], output, env=environ, cwd=ROOT
        )
    try:
        api = Api(f"http://127.0.0.1:{settings.port}")
        _await_ready(api, stack, log)
        yield api
    finally:
        stop_guarded([stack], settings.grace_seconds + 2 * EXTRA_GRACE_SECONDS)


def _await_ready(api: Api, stack: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not api.ready():
        if stack.poll() is not None or time.monotonic() > deadline:
            said = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
            raise ServiceError(f"The stack did not start; the end of {log}:\n{said}")
        time.sleep(LOOK_SECONDS)


def _follow(api: Api, job_id: str, say: Say) -> str:
    """Tell the progress of a job until it ended; return how."""
    began = time.monotonic()
    told = ""
    while True:
        status = api.status(job_id)
        state = str(status["status"])
        percent = (status.get("progress") or {}).get("percent")
        line = f"  {state}" if percent is None else f"  {state:<10} {bar(float(percent))}"
        if line != told:
            say(line)
            told = line
        took = time.monotonic() - began
        if state in ENDED:
            say(f"The job {state} after {took:.1f} s.")
            return state
        if took > JOB_SECONDS:
            raise ApiError(f"it is still {state} after {took:.0f} s.")
        time.sleep(LOOK_SECONDS)


def _download(job: Job, folder: Path) -> None:
    """Fetch every output of a job into a folder, which holds nothing else afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    job.download(folder)


def _shown(path: Path) -> str:
    """Return a path as a person in the repository would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
