"""The most memory that web and worker ever take, for a small and for a large file."""

import functools
import time
from pathlib import Path

from files import patients

from running_stack import eventually, processes_with, running_stack

SIZES = (10_000_000, 1_000_000_000)
PROCESSES = {"web": "gunicorn", "worker": "go-worker/worker"}


def measure(folder: Path) -> None:
    """Process one file of each size in a stack of its own and print the peaks side by side."""
    print("Peak resident memory, one file in a fresh stack:")
    for size in SIZES:
        file = patients(folder, size)
        home = folder / f"home-{size}"
        with running_stack(home) as stack:
            idle = _peaks(home)
            began = time.perf_counter()
            job_id = stack.api.submit([file], {})
            eventually(functools.partial(stack.ended, job_id), "the job ended", 1800)
            took = time.perf_counter() - began
            status, peaks = stack.api.status(job_id), _peaks(home)
        file.unlink()
        print(
            f"  {size / 1e6:6.0f} MB  web {peaks['web']:4.0f} MB (idle {idle['web']:.0f})  "
            f"worker {peaks['worker']:4.0f} MB (idle {idle['worker']:.0f})  "
            f"{status['status']} in {took:.1f} s, {size / 1e6 / took:.1f} MB/s"
        )


def _peaks(home: Path) -> dict[str, float]:
    """Return the highest resident memory so far, in MB, of the largest process of each kind."""
    peaks = dict.fromkeys(PROCESSES, 0.0)
    for process, command in processes_with({"HARMONIZER_HOME": str(home)}).items():
        for name, part in PROCESSES.items():
            if part in command:
                peaks[name] = max(peaks[name], _peak(process))
    return peaks


def _peak(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
