"""The model in ``queue/contract/model``: Spin finds nothing wrong, unless a guard is gone.

``HARMONIZER_LONG=1`` looks at more faults at once, for an hour and more.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harmonizer_queue import CONTRACT

MODEL = CONTRACT / "model" / "contract.pml"
LONG = os.environ.get("HARMONIZER_LONG") == "1"
DEPTH = "-m200000"
MEMORY_MB = 16_000 if LONG else 2_000

SIZES: dict[str, tuple[str, ...]] = {
    "one fault": ("FAULTS=1",),
    "a rollback, one item": ("ONE_ITEM", "FAULTS=0", "ROLLBACKS=1"),
}
if LONG:
    SIZES |= {
        "two faults": ("FAULTS=2",),
        "a rollback and a fault, one item": ("ONE_ITEM", "FAULTS=1", "ROLLBACKS=1"),
        "a rollback, one worker": ("ONE_WORKER", "FAULTS=0", "ROLLBACKS=1"),
        "a rollback": ("FAULTS=0", "ROLLBACKS=1"),
        "a rollback and a fault": ("FAULTS=1", "ROLLBACKS=1"),
    }

UNGUARDED: dict[str, tuple[bool, tuple[str, ...], str]] = {
    "the claim check": (False, ("WITHOUT_CLAIM_CHECK",), r"assertion violated .*current"),
    "the state check": (False, ("WITHOUT_STATE_CHECK",), r"assertion violated .*(current|ended)"),
    "the epoch check": (False, ("WITHOUT_EPOCH_CHECK",), r"assertion violated .*ended"),
    "the check of the row": (
        False,
        ("WITHOUT_ROW_CHECK", "ONE_ITEM", "FAULTS=0", "ROLLBACKS=1"),
        r"assertion violated .*ends",
    ),
    "commit before trim": (
        True,
        ("WITHOUT_COMMIT_BEFORE_TRIM", "WITHOUT_ANTI_ENTROPY"),
        "acceptance cycle",
    ),
    "anti-entropy": (
        True,
        ("WITHOUT_ANTI_ENTROPY", "ONE_ITEM", "FAULTS=0", "ROLLBACKS=1"),
        "acceptance cycle",
    ),
}


NOT_TRIMMED_TOO_EARLY = "nothing is rolled back, and commit comes before trim"

Search = tuple[bool, tuple[str, ...]]
"""Whether it looks for what does not end, else for invariants; and what is defined."""

SEARCHES: dict[str, Search] = {
    **{f"{size}, {ends}": (ends, given) for size, given in SIZES.items() for ends in (False, True)},
    **{guard: (ends, given) for guard, (ends, given, _) in UNGUARDED.items()},
    NOT_TRIMMED_TOO_EARLY: (True, ("WITHOUT_ANTI_ENTROPY",)),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Return what gives the checker's words about a search; all are under way, one on each core.

    Spin and a compiler may be missing on a user's machine, in CI never.
    """
    missing = [tool for tool in ("spin", "gcc") if shutil.which(tool) is None]
    if missing:
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say(f"the model is not checked without {' and '.join(missing)}: apt-get install spin gcc")
    with ThreadPoolExecutor(1 if LONG else os.cpu_count()) as pool:
        found = {
            name: pool.submit(run, tmp_path_factory.mktemp("spin"), *search)
            for name, search in SEARCHES.items()
        }
        yield lambda name: found[name].result()
        pool.shutdown(cancel_futures=True)


def run(folder: Path, ends: bool, given: tuple[str, ...]) -> str:
    """Return what the checker says of invariants, or of whether everything accepted ends."""
    subprocess.run(
        ["spin", "-a", *(f"-D{one}" for one in given), MODEL],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    kind = [] if ends else ["-DSAFETY", "-DNOCLAIM"]
    subprocess.run(
        ["gcc", "-O1", "-w", *kind, "-DCOLLAPSE", f"-DMEMLIM={MEMORY_MB}", "-o", "pan", "pan.c"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    done = subprocess.run(
        ["./pan", DEPTH, *(["-a"] if ends else [])],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("ends", [False, True], ids=["invariants", "accepted ends"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_found(size: str, ends: bool, said: Callable[[str], str]) -> None:
    found = said(f"{size}, {ends}")
    assert "errors: 0" in found, found
    assert "Search not completed" not in found, found
    assert "too small" not in found, found
    states = re.search(r"(\d\S*) states, stored", found)
    assert states is not None
    print(f"{size}: {states[1]} states")


@pytest.mark.parametrize("guard", UNGUARDED)
def test_taking_a_guard_away_is_found(guard: str, said: Callable[[str], str]) -> None:
    found = said(guard)
    assert "errors: 1" in found, found
    assert re.search(UNGUARDED[guard][-1], found), found


def test_commit_before_trim_is_what_the_model_without_it_lacks(said: Callable[[str], str]) -> None:
    """With anti-entropy off and nothing rolled back, everything still ends."""
    found = said(NOT_TRIMMED_TOO_EARLY)
    assert "errors: 0" in found, found
