"""Failpoints: nothing without the variables, and refused outside a test."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harmonizer_queue import faults
from web.config import ROOT

PROGRAM = """
import os
from harmonizer_queue import faults
faults.configure(os.environ)
assert faults.off("relay") and not faults.off("sweeper")
for point in ("stored", "committed", "pushed"):
    faults.at(faults.Point(point))
"""
TEST = {"HARMONIZER_TEST_MODE": "1"}
DOCUMENTED = re.findall(
    r"^\| `(\w+)` \| (worker|web|reconciler) \|", (ROOT / "docs" / "faults.md").read_text(), re.M
)
GO = (ROOT / "queue" / "faults" / "faults.go").read_text()
GO_POINTS = dict(re.findall(r'^\t(\w+) += "(\w+)" +// ', GO, re.M))
"""By constant, the points of the worker."""


@pytest.fixture(autouse=True)
def nothing_planned() -> None:
    assert faults._plan is None, "another test left its plan behind"


def test_nothing_is_planned_without_the_variables() -> None:
    faults.configure(TEST)
    faults.at(faults.Point.STORED)
    assert not faults.off("relay")


@pytest.mark.parametrize("name", ["HARMONIZER_FAILPOINTS", "HARMONIZER_REPAIRS_OFF"])
def test_outside_a_test_they_are_refused(name: str) -> None:
    with pytest.raises(faults.FaultsError, match="HARMONIZER_TEST_MODE=1"):
        faults.configure({name: "seed=1"})


@pytest.mark.parametrize("points", ["stored=kill", "stored=hold:1", "stored", "seed=x"])
def test_what_is_no_failpoint_is_refused(points: str) -> None:
    with pytest.raises(faults.FaultsError, match="is no failpoint"):
        faults.configure(TEST | {"HARMONIZER_FAILPOINTS": points})


def test_nothing_happens_when_the_time_is_over() -> None:
    points = "for=0,committed=kill:1"
    own = {"HARMONIZER_FAILPOINTS": points, "HARMONIZER_REPAIRS_OFF": "relay"}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | TEST | own, cwd=ROOT, check=False
    )
    assert ended.returncode == 0


def test_the_documented_points_are_those_of_the_code() -> None:
    assert [name for name, whose in DOCUMENTED if whose == "worker"] == list(GO_POINTS.values())
    assert [name for name, whose in DOCUMENTED if whose != "worker"] == list(faults.Point)


def test_every_point_is_somewhere() -> None:
    go = [path.read_text() for path in (ROOT / "go-worker").rglob("*.go")]
    python = [path.read_text() for part in ("web", "queue") for path in (ROOT / part).rglob("*.py")]
    for constant in GO_POINTS:
        assert any(f"faults.At(faults.{constant}, " in text for text in go), constant
    for point in faults.Point:
        assert any(f"faults.at(faults.Point.{point.name})" in text for text in python), point


def test_a_point_kills_and_tells(tmp_path: Path) -> None:
    log = tmp_path / "failpoints"
    points = f"seed=1,stored=hold:1:0.01,committed=kill:1,pushed=kill:1,log={log}"
    own = {"HARMONIZER_FAILPOINTS": points, "HARMONIZER_REPAIRS_OFF": "relay,canceller"}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | TEST | own, cwd=ROOT, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert log.read_text() == "stored hold\ncommitted kill\n"
