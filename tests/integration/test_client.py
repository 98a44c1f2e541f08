"""From an installed package and a key to downloaded results: the client and its command line."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from a_receiver import a_receiver
from harmonizer import ApiError, Client, Job
from harmonizer.__main__ import main
from harmonizer.ports import free_port
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT
from web.db.keys import MARK

PATIENTS = ROOT / "sample_data" / "patients.csv"
COMMAND = str(Path(sys.executable).with_name("harmonizer"))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, binaries: Path) -> Iterator[RunningStack]:
    """Return a stack that asks for keys, and tells endpoints on this machine."""
    settings = {"AUTH": "keys", "WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_HTTP": "1"}
    with running_stack(tmp_path_factory.mktemp("client"), **settings) as running:
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
    assert f'"job_id": "{job_id}"' in command(stack, key, "status", job_id, "--json").stdout
    assert command(stack, key, "status", job_id).stdout.startswith("succeeded: rows_in ")
    assert command(stack, key, "result", job_id, "-o", str(tmp_path / "two")).returncode == 0
    three = str(tmp_path / "three")
    done = command(stack, key, "result", job_id, "-o", three, "--format", "parquet")
    assert done.returncode == 0, done.stderr
    [file] = Path(three).iterdir()
    assert file.name == f"{job_id}-patient.clean.parquet"
    assert '"waiting"' in command(stack, key, "queue", "--json").stdout
    assert "\nnormal" in command(stack, key, "queue").stdout
    assert "takes work" in command(stack, key, "workers").stdout
    assert '"plan"' in command(stack, key, "preview", str(PATIENTS), "--json").stdout
    assert "birth_date" in command(stack, key, "preview", str(PATIENTS)).stdout


def test_a_plan_is_followed_again_and_options_are_a_dict(
    stack: RunningStack, key: str, tmp_path: Path
) -> None:
    # An address without its scheme, as curl takes it.
    client = Client(stack.api.address.removeprefix("http://"), key)
    day = {"today": "2026-11-01"}
    job = client.submit(PATIENTS, options=day)
    assert job.wait(120)["status"] == "succeeded"
    plan, *_ = (one for one in job.download(tmp_path) if one.name == "plan.yaml")
    again = client.submit(PATIENTS, plan=plan, options=day | {"again": True})
    assert again.wait(120)["status"] == "succeeded"
    assert job.outputs()["plan_id"] == again.outputs()["plan_id"]
    [table] = client.preview(PATIENTS, plan=plan, options=day)["tables"]
    assert table["table"] == "patient"
    done = command(stack, key, "submit", str(PATIENTS), "--plan", str(plan), "--wait")
    assert done.returncode == 0, done.stderr


def test_what_is_no_table_is_told_in_a_sentence(stack: RunningStack, key: str) -> None:
    done = command(stack, key, "preview", sys.executable)
    assert (done.returncode, done.stderr) == (0, "")
    assert "This is a program, not a table. (FILE-005)" in done.stdout


def test_who_has_read_enough_is_no_error(stack: RunningStack, key: str) -> None:
    environ = os.environ | {"HARMONIZER_URL": stack.api.address, "HARMONIZER_API_KEY": key}
    shown = f"{COMMAND} preview {PATIENTS} --json"
    done = subprocess.run(f"{shown} | true", shell=True, env=environ, capture_output=True)
    assert done.stderr == b""


def test_an_endpoint_is_told_of_the_end_of_a_job(stack: RunningStack, key: str) -> None:
    client = Client(stack.api.address, key)
    with a_receiver() as receiver:
        webhook = client.api.make("/api/webhooks", {"url": receiver.url, "events": []})
        job = client.submit(PATIENTS, webhook_url=receiver.url)
        status = job.wait(120)
        eventually(lambda: receiver.got, "it is told", 60)
        [event] = receiver.events(webhook["secret"])
    assert (event["type"], event["data"]["job_id"]) == ("job.succeeded", job.id)
    assert event["data"]["counts"] == status["counts"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["submit", "nowhere.csv"], 64, "argument FILE: nowhere.csv is no file"),
        (["submit", str(PATIENTS), "--operation", "polish"], 2, "operation must be one of"),
        (["preview", "."], 64, "argument file: . is no file"),
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


def test_a_wrong_key_is_told_with_what_to_do(stack: RunningStack) -> None:
    done = command(stack, "hmz_wrong", "queue")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "The API key is unknown, was revoked or has expired.",
        "Set HARMONIZER_API_KEY to your key; who runs the API makes keys.",
    ]


def test_without_a_server_it_is_told_at_once_where_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Client.__init__, "__defaults__", (None, None, 2.0, lambda error: None))
    address = f"http://127.0.0.1:{free_port()}"
    assert main(["--url", address, "submit", str(PATIENTS)]) == 2
    refused = f"{address}/api/jobs did not answer: Connection refused"
    assert capsys.readouterr().err.splitlines() == [
        refused,
        "Trying again for a while; Ctrl-C stops.",
        refused,
        "Is it running there? HARMONIZER_URL or --url says where the API is.",
    ]


def test_ctrl_c_says_what_becomes_of_the_job(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stops(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "submit", stops)
    assert main(["submit", str(PATIENTS)]) == 130
    assert capsys.readouterr().err == "Stopped.\n"
    monkeypatch.setattr(Client, "submit", lambda client, *files, **more: Job(client.api, "7"))
    monkeypatch.setattr(Job, "wait", stops)
    assert main(["submit", str(PATIENTS), "--wait"]) == 130
    told = capsys.readouterr()
    assert (told.out, told.err) == (
        "7\n",
        "Stopped looking; the job goes on: harmonizer status 7\n",
    )
