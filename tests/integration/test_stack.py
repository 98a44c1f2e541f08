"""The stack on one machine starts as a whole and leaves nothing behind."""

import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from harmonizer.api import Api
from harmonizer.ports import free_port
from harmonizer.services import RedisServer
from running_stack import RunningStack, environment, eventually, processes_with, running_stack
from web.config import ROOT

LAUNCH = [sys.executable, "-m", "harmonizer.launch"]
LEFT_SECONDS = 60.0

pytestmark = pytest.mark.usefixtures("binaries")


def nothing_left(home: Path) -> None:
    eventually(
        lambda: not processes_with({"HARMONIZER_HOME": str(home)}),
        "every process of the stack has ended",
        LEFT_SECONDS,
    )


def launch(command: str, environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*LAUNCH, command], env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_a_stack_runs_whole_refuses_another_one_and_a_stop_leaves_none(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        other = taken.getsockname()[1]
        with running_stack(tmp_path, REDIS_PORT=str(other)) as stack:
            _every_process_runs(stack)
            port = _a_taken_redis_port_was_replaced(stack, other)
            _the_home_folder_is_for_one_stack(stack)
            stopped = launch("stop", environment(tmp_path))
            assert (stopped.returncode, stopped.stdout) == (0, "Stopped.\n")
            assert stack.process.wait(LEFT_SECONDS) == 0
    nothing_left(tmp_path)
    assert not (tmp_path / "redis.port").exists()
    for name in ("web", "worker", "reconciler", "tasks"):
        assert (tmp_path / "logs" / f"{name}.log").exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)
    again = launch("stop", environment(tmp_path))
    assert (again.returncode, again.stdout) == (0, f"No stack runs in {tmp_path}.\n")


def _every_process_runs(stack: RunningStack) -> None:
    running = " ".join(processes_with({"HARMONIZER_HOME": str(stack.home)}).values())
    for part in ("gunicorn", "go-worker/worker", "reconciler", "web.tasks"):
        assert part in running
    eventually(Api(stack.worker).ready, "the worker is ready", LEFT_SECONDS)


def _a_taken_redis_port_was_replaced(stack: RunningStack, taken: int) -> int:
    """Return the port that the private Redis has instead."""
    port = int((stack.home / "redis.port").read_text())
    assert port != taken
    assert f"the private Redis uses {port}" in stack.log.read_text()
    with redis.Redis(port=port) as client:
        assert client.ping()
    return port


def _the_home_folder_is_for_one_stack(stack: RunningStack) -> None:
    done = launch("run", environment(stack.home))
    assert done.returncode == 1
    assert done.stderr == (
        f"A stack runs in {stack.home} already (process {stack.process.pid}): "
        "stop it, or set HARMONIZER_HOME to another folder.\n"
    )


def test_ctrl_c_at_the_terminal_stops_everything_but_a_redis_of_ones_own(tmp_path: Path) -> None:
    """The terminal sends SIGINT to its whole foreground group, not to the launcher alone."""
    home = tmp_path / "home"
    server = RedisServer(tmp_path / "redis").start()
    environ = environment(home, REDIS_URL=server.url)
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [*LAUNCH, "run"],
        env=environ,
        cwd=ROOT,
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
    )
    os.close(its_end)
    printed = b""
    while b"Ctrl-C stops everything" not in printed:
        printed += os.read(terminal, 4096)
    with redis.Redis.from_url(server.url) as client:
        eventually(lambda: client.keys("harmonizer:*"), "the stack uses it", LEFT_SECONDS)
    assert not (home / "redis").exists()
    os.killpg(process.pid, signal.SIGINT)
    while True:
        try:
            printed += os.read(terminal, 4096)
        except OSError:
            break
    os.close(terminal)
    assert process.wait(LEFT_SECONDS) == 0
    assert b"Stopped." in printed
    nothing_left(home)
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    server.stop()


def test_a_launcher_that_is_killed_leaves_nothing_and_its_folder_can_be_used_again(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    with running_stack(home) as stack:
        stack.process.send_signal(signal.SIGKILL)
        stack.process.wait()
        nothing_left(home)
    with running_stack(home) as stack:
        _a_process_that_dies_ends_the_stack_and_is_named(stack)
    nothing_left(home)


def _a_process_that_dies_ends_the_stack_and_is_named(stack: RunningStack) -> None:
    [reconciler] = [
        process
        for process, command in processes_with({"HARMONIZER_HOME": str(stack.home)}).items()
        if command.endswith("python -m reconciler") and "exec" not in command
    ]
    os.kill(reconciler, signal.SIGKILL)
    assert stack.process.wait(LEFT_SECONDS) != 0
    assert "reconciler ended with code" in stack.log.read_text()


def test_a_taken_port_is_refused_with_its_holder_and_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = launch("run", environment(tmp_path, PORT=str(port)))
    assert done.returncode == 1
    me = Path("/proc/self/comm").read_text().strip()
    assert done.stderr == (
        f"Port {port} is taken by {me} (process {os.getpid()}): "
        "stop it, or set HARMONIZER_PORT to another port.\n"
    )


def test_settings_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    done = launch("run", environment(tmp_path, PORT="none"))
    assert done.returncode == 64
    assert done.stderr == "HARMONIZER_PORT must be a whole number from 1 to 65535.\n"


def test_the_embedded_default_brings_what_an_api_needs(tmp_path: Path) -> None:
    program = (
        "import os, sys\n"
        "from harmonizer.stack import embedded\n"
        "from web.config import Settings\n"
        "with embedded(Settings.from_environ(os.environ)):\n"
        "    print('up', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    environ = environment(tmp_path, PORT=str(free_port()))
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=environ,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    running = " ".join(processes_with({"HARMONIZER_HOME": str(tmp_path)}).values())
    assert "reconciler" in running
    assert "web.tasks" in running
    assert "gunicorn" not in running
    with redis.Redis(port=int((tmp_path / "redis.port").read_text())) as client:
        assert client.ping()
    process.communicate("", 60)
    assert process.returncode == 0
    nothing_left(tmp_path)
