"""Twenty files of 5 MB as one job and as twenty jobs, against one after another."""

import shutil
import time
from pathlib import Path

from files import patients

from running_stack import RunningStack, eventually, running_stack

FILES, SIZE = 20, 5_000_000


def measure(folder: Path) -> None:
    """Print how long each way takes and how many items ran at once."""
    one = patients(folder, SIZE)
    files = [Path(shutil.copy(one, folder / f"patients_{nth}.csv")) for nth in range(FILES)]
    with running_stack(folder / "home") as stack:
        _warm_up(stack, one)
        apart = _timed(stack, [[file] for file in files], together=False)
        at_once = _timed(stack, [[file] for file in files], together=True)
        one_job = _timed(stack, [files], together=True)
    total = FILES * SIZE / 1e6
    print(f"{FILES} files of {SIZE / 1e6:.0f} MB ({total:.0f} MB), from the first byte sent:")
    for name, seconds in (
        ("one after another", apart),
        ("twenty jobs at once", at_once),
        ("one job of twenty files", one_job),
    ):
        print(f"  {name:<24} {seconds:6.1f} s   {total / seconds:6.1f} MB/s")


def _warm_up(stack: RunningStack, file: Path) -> None:
    _timed(stack, [[file]], together=False)


def _timed(stack: RunningStack, jobs: list[list[Path]], *, together: bool) -> float:
    began = time.perf_counter()
    waiting = []
    for files in jobs:
        waiting.append(stack.api.submit(files, {}))
        if not together:
            _await(stack, waiting.pop())
    for job_id in waiting:
        _await(stack, job_id)
    return time.perf_counter() - began


def _await(stack: RunningStack, job_id: str) -> None:
    eventually(lambda: stack.ended(job_id), "the job ended", 600)
    status = stack.api.status(job_id)["status"]
    if status != "succeeded":
        raise SystemExit(f"a job ended {status}")
