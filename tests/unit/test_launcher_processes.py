"""Processes of a stack: none outlives its starter, output is kept, the end is orderly."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harmonizer.guard import guarded, stop_guarded
from harmonizer.ports import free_port, holder, is_taken
from harmonizer.processes import Processes, read_procfile

DEADLINE_SECONDS = 60.0


def wait_for(path: Path) -> str:
    """Return what a process wrote into a file, once there is a whole line."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().endswith("\n"):
            return path.read_text().strip()
        time.sleep(0.01)
    raise AssertionError(f"{path.name} was not written")


def wait_for_end(process: int) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or read
            return
        if state == "Z":
            return
        time.sleep(0.01)
    raise AssertionError(f"process {process} still runs")


def several(commands: dict[str, str], folder: Path, grace: float = 5.0) -> Processes:
    return Processes(
        commands,
        environ=dict(os.environ),
        folder=folder,
        logs=folder / "logs",
        grace=grace,
        output=None,
    )


def test_a_guarded_process_is_asked_first(tmp_path: Path) -> None:
    program = (
        f"trap 'echo asked >{tmp_path}/end; exit 3' TERM; echo up >{tmp_path}/up; "
        "while :; do sleep 0.01; done"
    )
    process = guarded(["/bin/sh", "-c", program], subprocess.DEVNULL)
    wait_for(tmp_path / "up")
    stop_guarded([process], DEADLINE_SECONDS)
    assert process.returncode == 3
    assert wait_for(tmp_path / "end") == "asked"


def test_a_guarded_process_that_will_not_go_is_killed_with_its_children(tmp_path: Path) -> None:
    sleeper = "import os, time; os.setpgid(0, 0); time.sleep(600)"
    program = (
        f"trap '' TERM; {sys.executable} -c '{sleeper}' & echo $! >{tmp_path}/child; "
        f"echo $$ >{tmp_path}/up; while :; do sleep 0.01; done"
    )
    process = guarded(["/bin/sh", "-c", program], subprocess.DEVNULL)
    parent, child = int(wait_for(tmp_path / "up")), int(wait_for(tmp_path / "child"))
    while os.getpgid(child) == os.getpgid(parent):
        time.sleep(0.01)
    stop_guarded([process], 0.1)
    wait_for_end(parent)
    wait_for_end(child)


def test_the_exit_code_of_a_guarded_process_is_its_own() -> None:
    process = guarded(["/bin/sh", "-c", "exit 7"], subprocess.DEVNULL)
    assert process.wait(DEADLINE_SECONDS) == 7
    stop_guarded([process], 0)


def test_processes_die_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "from harmonizer.guard import guarded\n"
        "command = f'echo $$ >{sys.argv[1]}/up; exec sleep 600'\n"
        "guarded(['/bin/sh', '-c', command], subprocess.DEVNULL)\n"
        "input()\n"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE)
    process = int(wait_for(tmp_path / "up"))
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    wait_for_end(process)


def test_what_processes_print_is_kept_and_shown(tmp_path: Path) -> None:
    shown = io.StringIO()
    commands = {"one": "echo first; echo second >&2; exec sleep 600", "three": "sleep 600"}
    running = Processes(
        commands,
        environ=dict(os.environ),
        folder=tmp_path,
        logs=tmp_path / "logs",
        grace=5,
        output=shown,
    )
    with running:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while "second" not in shown.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert (tmp_path / "logs/one.log").read_text() == "first\nsecond\n"
    assert [line[9:] for line in shown.getvalue().splitlines()] == [
        "one   | first",
        "one   | second",
    ]


def test_the_end_of_one_is_noticed_and_ends_the_others(tmp_path: Path) -> None:
    with several(
        {"long": f"echo $$ >{tmp_path}/up; exec sleep 600", "short": "exit 4"}, tmp_path
    ) as running:
        other = int(wait_for(tmp_path / "up"))
        assert running.wait() == ("short", 4)
    wait_for_end(other)


def test_the_environment_and_the_folder_are_those_given(tmp_path: Path) -> None:
    running = Processes(
        {"one": 'echo "$ONLY" "$PWD"'},
        environ={"ONLY": "this", "PATH": os.environ["PATH"]},
        folder=tmp_path,
        logs=tmp_path,
        grace=5,
        output=None,
    )
    with running:
        assert running.wait() == ("one", 0)
    assert (tmp_path / "one.log").read_text() == f"this {tmp_path}\n"


def test_a_taken_port_is_told_with_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert is_taken("127.0.0.1", port)
        assert holder(port).endswith(f"(process {os.getpid()})")
    assert not is_taken("127.0.0.1", port)


def test_a_port_taken_on_every_address_is_taken() -> None:
    with socket.create_server(("", 0)) as server:
        assert is_taken("127.0.0.1", server.getsockname()[1])


def test_a_free_port_is_kept_for_who_names_it() -> None:
    port = free_port()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    assert not is_taken("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        assert is_taken("127.0.0.1", port)
    assert not is_taken("127.0.0.1", port)


def test_the_holder_of_a_free_port_is_not_invented() -> None:
    assert holder(free_port()) == "another process"


@pytest.mark.parametrize("name", ["web", "worker", "reconciler", "tasks"])
def test_each_command_of_the_procfile_replaces_its_shell(name: str) -> None:
    """A signal must reach the process itself, not a shell that stands in front of it."""
    root = Path(__file__).resolve().parents[2]
    assert read_procfile(root / "Procfile")[name].startswith("exec ")
