"""How soon an idle system begins with an item after its submission."""

import datetime
import functools
import json
import statistics
import time
import urllib.request
from pathlib import Path
from typing import Any

from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT

RUNS = 30


def measure(folder: Path) -> None:
    """Submit a small file again and again, each time to an idle system."""
    waits, wholes = [], []
    with running_stack(folder / "home") as stack:
        for _ in range(RUNS):
            began = time.time()
            job_id = stack.api.submit([ROOT / "sample_data" / "patients.csv"], {})
            answered = time.time()
            eventually(functools.partial(stack.ended, job_id), "the job ended", 60)
            job = _job(stack, job_id)
            started = _seconds(job["items"][0]["attempts"][0]["started_at"])
            waits.append(started - answered)
            wholes.append(_seconds(job["finished_at"]) - began)
    print(f"One file of 18 kB to an idle system, {RUNS} runs:")
    print(
        f"  answer to claim      median {statistics.median(waits) * 1e3:.1f} ms,"
        f" worst {max(waits) * 1e3:.1f} ms (negative: claimed before the answer was read)"
    )
    print(f"  request to job's end  median {statistics.median(wholes) * 1e3:.0f} ms")


def _job(stack: RunningStack, job_id: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{stack.api.address}/api/jobs/{job_id}") as answer:
        document: dict[str, Any] = json.load(answer)
        return document


def _seconds(text: str) -> float:
    return datetime.datetime.fromisoformat(text).timestamp()
