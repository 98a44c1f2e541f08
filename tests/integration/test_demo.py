"""`make demo`, as a newcomer runs it: with its usual ports taken, and told in plain words."""

import csv
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from running_stack import environment, eventually, processes_with
from web.config import ROOT

DEMO_SECONDS = 180


@pytest.mark.usefixtures("binaries")
def test_the_demo_runs_on_a_busy_machine_and_leaves_results_only(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "harmonizer.launch", "demo"],
            cwd=ROOT,
            env=environment(tmp_path, PORT=str(port)),
            capture_output=True,
            text=True,
            timeout=DEMO_SECONDS,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Port {port} is taken by " in done.stdout
    assert f"(process {os.getpid()})" in done.stdout
    for heading in ("what became of its rows", "before and after", "Why rows were set aside"):
        assert heading in done.stdout
    _results_agree(tmp_path / "demo" / "results", done.stdout)
    eventually(
        lambda: not processes_with({"HARMONIZER_HOME": str(tmp_path / "demo")}),
        "the demo left no process",
        60,
    )


def _results_agree(results: Path, told: str) -> None:
    """Every row is accounted for, and the tables hold as many rows as the demo tells."""
    manifest = json.loads((results / "manifest.json").read_text())
    assert {one["status"] for one in manifest["files"]} == {"ok"}
    counts = manifest["counts"]
    gone = sum(
        number
        for name, number in counts.items()
        if name in ("rows_out", "quarantined", "duplicates_removed") or name.startswith("dropped_")
    )
    assert counts["rows_in"] + counts["rows_unpivoted"] == gone > 0
    for output in manifest["outputs"]:
        path = results / output["name"]
        assert path.stat().st_size == output["bytes"]
        if output["kind"] in ("clean", "quarantine"):
            with path.open(encoding="utf-8", newline="") as lines:
                assert sum(1 for _ in csv.DictReader(lines)) == output["rows"]
    kept = sum(one["rows"] for one in manifest["outputs"] if one["kind"] == "clean")
    assert kept == counts["rows_out"]
    assert f"{kept:,}" in told
