"""Measure the queue beside other task systems, on the same servers and the same payload.

    python bench/queue/measure.py --peers-in FOLDER [--runs 5] [--only asynq …] [--steps drain …]

Every system does the same nothing. In each run the systems take turns, so that what else the
machine does falls on all of them: read a figure beside the others of its table. A figure is the
median of the runs.
"""

import argparse
import contextlib
import math
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import steps
from servers import Postgres, Redis, environment
from steps import Bench, Recovery
from systems import System, all_systems

TUNABLE = ("drain", "latency", "recovery")
"""Steps in which settings of a peer that are not its usual ones matter."""

STEPS = ("drain", "latency", "enqueue", "size", "recovery")
Figures = dict[str, dict[str, list[float]]]


def rates(bench: Bench, system: System) -> dict[str, float]:
    """Return items a second with 10 and 50 at a time."""
    if system.name == "rq":  # a process for each
        return {"c=10": steps.drain(bench, system, 10)}
    return {f"c={slots}": steps.drain(bench, system, slots) for slots in (10, 50)}


def waits(bench: Bench, system: System) -> dict[str, float]:
    """Return the time to start."""
    p50, p99 = steps.latency(bench, system)
    return {"p50 ms": p50, "p99 ms": p99}


def sizes(bench: Bench, system: System) -> dict[str, float]:
    """Return what an item costs Redis."""
    if system.name == "river":
        return {}
    wire, ran = steps.commands(bench, system)
    return {"on the wire": wire, "run": ran, "bytes": steps.size(bench, system)}


def enqueued(bench: Bench, system: System) -> dict[str, float]:
    """Return items a second from one producer."""
    found = {"one by one": steps.enqueue(bench, system, "one", bench.items(system))}
    if system.batches:
        found["batches"] = steps.enqueue(bench, system, "batch", bench.items(system))
    return found


def recoveries(bench: Bench, system: System) -> dict[str, float]:
    """Return how soon killed work runs again."""
    found: dict[str, float] = {}
    for name, other in (("started again", False), ("another takes over", True)):
        one: Recovery = steps.recovery(bench, system, other)
        found[f"{name}, s"] = math.inf if one.seconds is None else one.seconds
        found[f"{name}, lost"], found[f"{name}, twice"] = one.lost, one.twice
    return found


MEASURES: dict[str, Callable[[Bench, System], dict[str, float]]] = dict(
    zip(STEPS, (rates, waits, enqueued, sizes, recoveries), strict=True)
)


def table(title: str, figures: Figures) -> str:
    """Return the medians, a line for each system."""
    columns = list(dict.fromkeys(name for one in figures.values() for name in one))
    lines = [f"\n### {title}\n", f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for label, found in figures.items():
        cells = [_cell(found.get(column, [])) for column in columns]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(values: list[float]) -> str:
    values = [value for value in values if not math.isnan(value)]
    if not values:
        return "–"
    median = statistics.median(values)
    if math.isinf(median):
        return "not in time"
    return f"{median:,.0f}" if median >= 100 or median == int(median) else f"{median:.2f}"


def main() -> None:
    """Read the arguments, measure, print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers-in", type=Path, required=True, help="where install.sh put them")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument(
        "--seconds", type=int, default=5, help="of steady work, for the time to start"
    )
    parser.add_argument(
        "--patience", type=float, default=60, help="seconds to wait for killed work"
    )
    parser.add_argument("--share", type=float, default=0.25, help="of the items of a full drain")
    parser.add_argument("--only", nargs="+", help="systems whose names begin so")
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=STEPS)
    chosen = parser.parse_args()
    peers = chosen.peers_in.resolve()
    systems = [
        system
        for system in all_systems(peers).values()
        if not chosen.only or any(system.label.startswith(one) for one in chosen.only)
    ]
    for missing in [one for one in systems if one.needs and not Path(one.needs).exists()]:
        print(f"not installed, so not measured: {missing.label}", file=sys.stderr)
        systems.remove(missing)
    with tempfile.TemporaryDirectory(prefix="harmonizer-bench-") as name:
        Path(name).chmod(0o755)
        measure(Path(name), peers, systems, chosen)


def measure(folder: Path, peers: Path, systems: list[System], chosen: argparse.Namespace) -> None:
    """Run every step and print its table at once."""
    redis = Redis(folder / "redis")
    postgres = Postgres(folder) if any(one.name == "river" for one in systems) else None
    told = environment(redis, postgres, peers, folder / "out")
    bench = Bench(redis, postgres, told, chosen.seconds, chosen.patience, chosen.share)
    try:
        for system in systems:
            if system.name == "river":
                system.run(told, "migrate")
                break
        for step in chosen.steps:
            figures: Figures = {system.label: defaultdict(list) for system in systems}
            for _ in range(chosen.runs):
                for system in systems:
                    if system.tuned and step not in TUNABLE:
                        continue
                    with contextlib.suppress(subprocess.SubprocessError):
                        print(f"{step}: {system.label}", file=sys.stderr, flush=True)
                        for column, value in MEASURES[step](bench, system).items():
                            figures[system.label][column].append(value)
            print(table(step, {label: one for label, one in figures.items() if one}), flush=True)
    finally:
        redis.stop()
        if postgres:
            postgres.stop()


if __name__ == "__main__":
    main()
