"""``python app.py``: the API with what it needs, from one command; importing it starts nothing."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from harmonizer.api import Api
from running_stack import environment, eventually, processes_with
from web.config import ROOT

SECONDS = 60


def test_it_serves_with_redis_reconciler_and_tasks_until_it_is_stopped(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environ = environment(home)
    file = tmp_path / "a.csv"
    file.write_bytes(b"patient_id\n1\n")
    log = tmp_path / "app.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py")],
            env=environ,
            cwd=tmp_path,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        api = Api(f"http://127.0.0.1:{environ['HARMONIZER_PORT']}")
        eventually(lambda: api.ready() or process.poll() is not None, "it serves", SECONDS)
        assert process.poll() is None, log.read_text()
        job_id = api.submit([file], {"operation": "clean"})
        eventually(lambda: api.status(job_id)["status"] == "queued", "the relay runs", SECONDS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait()
    assert "Stopped." in log.read_text()
    eventually(
        lambda: not processes_with({"HARMONIZER_HOME": str(home)}), "nothing is left", SECONDS
    )


def test_a_taken_port_and_wrong_settings_are_named(tmp_path: Path) -> None:
    def run(**settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "app.py"],
            env=environment(tmp_path, **settings),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken by ")
    assert f"(process {os.getpid()})" in done.stderr
    done = run(PORT="none")
    assert done.returncode == 1
    assert done.stderr == "HARMONIZER_PORT must be a whole number from 1 to 65535.\n"


def test_importing_it_starts_nothing(tmp_path: Path) -> None:
    program = (
        "import os, threading, app\n"
        "assert callable(app.app)\n"
        "assert threading.active_count() == 1\n"
        "print(open('/proc/self/task/%d/children' % os.getpid()).read())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "\n"
    assert not (tmp_path / "harmonizer.db").exists()
