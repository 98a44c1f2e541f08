"""Link the labelled sets with other tools, and hold them against the truth as our own.

    python peers.py [--tool TOOL] [--seconds N] FOLDER [SET…]

FOLDER holds what data.py writes; TOOL is splink or recordlinkage. Prints a line for each tool and
set: F1 by pairs of records after clustering at the tool's usual threshold (.95 for Splink, as in
its tutorials; .5 for recordlinkage) and, of up to 200,000 records, at the best of a grid, which
only who knows the truth can choose; wall and CPU seconds, and the peak of memory. Each runs in a
process of its own, which is ended after N seconds: the line says so, with what was found until
then. A file without duplicates in itself is not announced to them, as it is not to ours.
"""

import argparse
import itertools
import json
import logging
import math
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

# Of more records a tool clusters once: each further threshold takes a million records minutes.
MOST_IN_GRID = 200_000
GRID = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 0.99999]
Found = Callable[[float], Iterable[tuple[str, str]]]


def read(folder: Path) -> Any:
    """Return the records of a set, with the columns unique_id, entity and source."""
    import pandas as pd

    truth = pd.read_csv(folder / "truth.csv", dtype=str)
    parts = []
    for path in sorted(folder.glob("*.csv")):
        if path.name != "truth.csv":
            part = pd.read_csv(path, dtype=str, keep_default_na=False)
            part["entity"] = truth.entity[truth.file == path.name].to_numpy()
            part["source"] = path.stem
            parts.append(part)
    frame = pd.concat(parts, ignore_index=True).replace("", None)
    frame["unique_id"] = frame.index.astype(str)
    return frame.drop(columns=[c for c in frame if frame[c].isna().all()])


def splink(frame: Any, least: float) -> Found:
    """Return what finds persons with Splink: comparisons by the kind of each column, EM.

    No threshold below ``least`` can be asked for. Files of several sources are linked one to one,
    which is Splink's way for them.
    """
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    has = set(frame.columns)
    kinds = {
        "name_given": lambda: cl.NameComparison("name_given").configure(
            term_frequency_adjustments=True
        ),
        "name_family": lambda: cl.NameComparison("name_family").configure(
            term_frequency_adjustments=True
        ),
        "birth_date": lambda: cl.DateOfBirthComparison("birth_date", input_is_string=True),
        "email": lambda: cl.EmailComparison("email"),
        "zip": lambda: cl.LevenshteinAtThresholds("zip", 1),
        "ssn": lambda: cl.LevenshteinAtThresholds("ssn", [1, 2]),
        "phone_home": lambda: cl.LevenshteinAtThresholds("phone_home", 1),
        "address_line1": lambda: cl.JaroWinklerAtThresholds("address_line1", [0.9, 0.8]),
        "city": lambda: cl.JaroWinklerAtThresholds("city", 0.9).configure(
            term_frequency_adjustments=True
        ),
        "administrative_gender": lambda: cl.ExactMatch("administrative_gender"),
    }
    rules = [
        block_on(*columns)
        for columns in [
            ("birth_date",),
            ("ssn",),
            ("email",),
            ("phone_home",),
            ("name_given", "name_family"),
            ("name_given", "zip"),
            ("name_family", "zip"),
            ("name_given", "city"),
            ("address_line1",),
            *([("name_given",), ("name_family",)] if len(frame) < 20_000 else []),
        ]
        if has.issuperset(columns)
    ]
    sources = sorted(frame.source.unique())
    settings = SettingsCreator(
        link_type="dedupe_only" if len(sources) == 1 else "link_only",
        comparisons=[make() for name, make in kinds.items() if name in has],
        blocking_rules_to_generate_predictions=rules,
    )
    api = DuckDBAPI()
    tables = [
        api.register(
            frame[frame.source == s].drop(columns=["entity", "source"]), dataset_display_name=s
        )
        for s in sources
    ]
    linker = Linker(tables, settings)
    sure = [("ssn",), ("name_given", "name_family", "birth_date"), ("email",)]
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*c) for c in sure if has.issuperset(c)], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for columns in [("birth_date",), ("name_given", "name_family")]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    scored = linker.inference.predict(threshold_match_probability=least)

    def found(threshold: float) -> Iterable[tuple[str, str]]:
        if len(sources) == 1:
            found = linker.clustering.cluster_pairwise_predictions_at_threshold(
                scored, threshold_match_probability=threshold
            )
        else:
            found = linker.clustering.cluster_using_single_best_links(
                scored, sources, threshold_match_probability=threshold
            )
        clusters = found.as_pandas_dataframe()
        return zip(clusters.unique_id, clusters.cluster_id, strict=True)

    return found


def recordlinkage(frame: Any, least: float) -> Found:
    """Return what finds persons with recordlinkage: its ECM classifier over binary agreements."""
    import recordlinkage as rl

    has = set(frame.columns)
    index = rl.Index()
    for column in ("birth_date", "name_family", "ssn", "email", "phone_home"):
        if column in has and frame[column].value_counts().max() < 2000:
            index.block(column)
    index.block(["name_given", "zip" if "zip" in has else "city"])
    pairs = index.index(frame)
    compare = rl.Compare()
    for column in ("name_given", "name_family", "address_line1", "city"):
        if column in has:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ("birth_date", "ssn", "zip", "phone_home", "email", "administrative_gender"):
        if column in has:
            compare.exact(column, column, label=column)
    vectors = compare.compute(pairs, frame)
    chances = rl.ECMClassifier(use_col_names=True)
    chances.fit(vectors)
    prob = chances.prob(vectors)
    prob = prob[prob >= least]

    def found(threshold: float) -> Iterable[tuple[str, str]]:
        parent = list(range(len(frame)))

        def root(x: int) -> int:
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            return x

        for a, b in prob.index[prob >= threshold]:
            parent[root(a)] = root(b)
        return ((str(i), str(root(i))) for i in range(len(frame)))

    return found


def f1(truth: dict[str, str], found: Iterable[tuple[str, str]]) -> float:
    """Return F1 by pairs of records."""

    def pairs(sizes: Counter[Any]) -> int:
        return sum(math.comb(n, 2) for n in sizes.values())

    of = dict(found)
    right = pairs(Counter((truth[i], of.get(i, i)) for i in truth))
    return 2 * right / (pairs(Counter(truth.values())) + pairs(Counter(of.values())))


def measure(tool: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the figures of one tool on one set; those of the grid, which takes longer, follow."""
    frame = read(folder)
    truth = dict(zip(frame.unique_id, frame.entity, strict=True))
    usual = {"splink": 0.95, "recordlinkage": 0.5}[tool]
    grid = GRID if len(frame) <= MOST_IN_GRID else [usual]
    start, used = time.monotonic(), time.process_time()
    found = {"splink": splink, "recordlinkage": recordlinkage}[tool](frame, grid[0])
    at_usual = list(found(usual))
    wall, cpu = time.monotonic() - start, time.process_time() - used
    figures = {
        "set": folder.name,
        "tool": f"{tool} {version(tool)}",
        "records": len(frame),
        "f1": round(f1(truth, at_usual), 4),
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    yield figures
    if grid is GRID:
        best = max((f1(truth, found(t)), t) for t in GRID)
        yield figures | {"best": round(best[0], 4), "at": best[1]}


def measured(tool: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Return the figures of one tool on one set, those it has after so many seconds at most."""
    command = [sys.executable, __file__, "--here", "--tool", tool, str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    ended: dict[str, Any] = {}
    try:
        lines, _ = child.communicate(timeout=seconds)
        if child.returncode:
            ended = {"failed": True}
    except subprocess.TimeoutExpired:
        child.kill()
        lines, _ = child.communicate()
        ended = {"ended": f"not in {seconds:g} s"}
    last = lines.splitlines()[-1:] or [json.dumps({"set": folder.name, "tool": tool})]
    return {**json.loads(last[0]), **ended}


def main() -> None:
    """Measure each tool on each set, in a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--tool", choices=["splink", "recordlinkage"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--here", action="store_true", help="in this process; FOLDER is one set")
    args = parser.parse_args()
    if args.here:
        for figures in measure(args.tool, args.folder):
            print(json.dumps(figures), flush=True)
        return
    names = args.sets or sorted(p.parent.name for p in args.folder.glob("*/truth.csv"))
    tools = [args.tool] if args.tool else ["splink", "recordlinkage"]
    for name, tool in itertools.product(names, tools):
        print(json.dumps(measured(tool, args.folder / name, args.seconds)), flush=True)


if __name__ == "__main__":
    main()
