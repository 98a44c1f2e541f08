"""From an installed package and a key to downloaded results: the client and its command line."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harmonizer import ApiError, Client
from running_stack import RunningStack, running_stack
from web.config import ROOT
from web.db.keys import MARK

PATIENTS = ROOT / "sample_data" / "patients.csv"
COMMAND = str(Path(sys.executable).with_name("harmonizer"))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, binaries: Path) -> Iterator[RunningStack]:
    """Return a stack that asks for keys, on this machine."""
    with running_stack(tmp_path_factory.mktemp("client"), AUTH="keys") as running:
        yield running


@pytest.fixture(scope="module")
def key(stack: RunningStack) -> str:
    """Return the key that the first start printed."""
    [found] = re.findall(rf"{MARK}\S+", stack.log.read_text())
    return str(found)


def command(stack: RunningStack, key: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environ = os.environ | {"HARMONIZER_URL": stack.api.address, "HARMONIZER_API_KEY": key}
    return subprocess.run(
        [COMMAND, *arguments], env=environ, capture_output=True, text=True, timeout=120
    )


def test_the_lines_of_the_readme(
    stack: RunningStack, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [lines] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARMONIZER_API_KEY", key)
    (tmp_path / "patients.csv").write_bytes(PATIENTS.read_bytes())
    exec(lines.replace("http://localhost:8080", stack.api.address))
    made = {file.name for file in (tmp_path / "results").iterdir()}
    assert {"patient.clean.csv", "manifest.json", "report.html"} <= made


def test_submit_wait_and_download_by_the_command_line(
    stack: RunningStack, key: str, tmp_path: Path
) -> None:
    done = command(stack, key, "submit", str(PATIENTS), "--download", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    job_id, told, *table = done.stdout.splitlines()
    assert told.startswith("succeeded: rows_in ")
    assert any(line.startswith("patient.clean.csv") for line in table)
    assert (tmp_path / "out" / "patient.clean.csv").read_bytes().count(b"\n") > 100
    assert f'"job_id": "{job_id}"' in command(stack, key, "status", job_id).stdout
    assert command(stack, key, "result", job_id, "-o", str(tmp_path / "two")).returncode == 0
    three = str(tmp_path / "three")
    done = command(stack, key, "result", job_id, "-o", three, "--format", "parquet")
    assert done.returncode == 0, done.stderr
    [file] = Path(three).iterdir()
    assert file.name == f"{job_id}-patient.clean.parquet"
    assert '"waiting"' in command(stack, key, "queue").stdout
    assert "worker" in command(stack, key, "workers").stdout
    assert '"plan"' in command(stack, key, "preview", str(PATIENTS)).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["submit", "nowhere.csv"], 2, "nowhere.csv"),
        (["submit", str(PATIENTS), "--operation", "polish"], 2, "operation must be one of"),
        (["status", "x"], 2, "There is no job with this id."),
        (["submit"], 64, "FILE"),
        (["dance"], 64, "dance"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    stack: RunningStack, key: str, arguments: list[str], code: int, told: str
) -> None:
    done = command(stack, key, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_key_the_reason_is_told(stack: RunningStack) -> None:
    with pytest.raises(ApiError, match="Send an API key") as raised:
        Client(stack.api.address).queue()
    assert raised.value.status == 401
