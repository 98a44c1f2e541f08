"""Measure the engine, with all of its work, against other tools that do the core of it.

    python bench/engine/measure.py --harmonize go-worker/harmonize [--sizes 10 100 1000]

Each tool runs in turn, several times; wall and processor time are the least of these, memory the
most.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import messy

HERE = Path(__file__).resolve().parent
PEERS = ("polars", "duckdb", "pandas")
EXPECTED = (0, 1)
"""1: written, with rows set aside."""


class Cost(NamedTuple):
    """What one run took."""

    wall: float
    cpu: float
    peak: float


def run(command: Sequence[str | Path]) -> Cost:
    """Run a command and return what the operating system says that it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in EXPECTED:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def commands(harmonize: Path, source: Path, folder: Path) -> dict[str, list[str | Path]]:
    """Return what is run, by name."""
    ours: list[str | Path] = [harmonize, "--force", "-o", folder / "out"]
    tables = [source, folder / "clean.csv", folder / "rejects.csv"]
    found: dict[str, list[str | Path]] = {
        "harmonize": [*ours, source],
        "validate": [*ours, "--operation", "validate", source],
    }
    for peer in PEERS:
        found[peer] = [sys.executable, HERE / f"peer_{peer}.py", *tables]
    return found


def measure(harmonize: Path, source: Path, folder: Path, runs: int) -> None:
    """Print a line for each tool, and how many times faster the engine was."""
    all_runs: dict[str, list[Cost]] = {}
    for _ in range(runs):
        for name, command in commands(harmonize, source, folder).items():
            shutil.rmtree(folder / "out", ignore_errors=True)
            all_runs.setdefault(name, []).append(run(command))
    costs = {
        name: Cost(min(c.wall for c in many), min(c.cpu for c in many), max(c.peak for c in many))
        for name, many in all_runs.items()
    }
    ours, check = costs["harmonize"], costs["validate"]
    print(f"\n{source.stat().st_size / 1e6:.0f} MB, {runs} runs")
    print("| tool | wall s | CPU s | peak MB | wall / harmonize | wall / validate |")
    print("|---|---|---|---|---|---|")
    for name, cost in costs.items():
        print(
            f"| {name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f} "
            f"| {cost.wall / ours.wall:.2f} | {cost.wall / check.wall:.2f} |"
        )


def main() -> None:
    """Read the arguments and measure each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--harmonize", type=Path, required=True, help="the program to measure")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100], help="in MB")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in chosen.sizes:
            source = messy.write(folder / "patients.csv", size * 1_000_000)
            measure(chosen.harmonize.resolve(), source, folder, chosen.runs)


main()
