"""Files to measure with: sample data repeated to a size."""

import subprocess
import sys
from pathlib import Path

from web.config import ROOT

SAMPLE_ROWS = 40_000
"""Rows that are generated before they are repeated: about 6 MB."""


def patients(folder: Path, size: int) -> Path:
    """Return a patients.csv of about ``size`` bytes; beyond 6 MB its rows repeat."""
    sample = folder / "patients.csv"
    if not sample.exists():
        subprocess.run(
            [
                *(sys.executable, ROOT / "scripts" / "generate_sample_data.py"),
                *("--rows", str(SAMPLE_ROWS), "--only", "patients.csv", "--out", folder),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    header, rows = sample.read_bytes().split(b"\n", 1)
    made = folder / f"patients-{size}.csv"
    with made.open("wb") as out:
        left = size - out.write(header + b"\n")
        while left > len(rows):
            left -= out.write(rows)
        out.write(rows[: rows.rindex(b"\n", 0, left) + 1])
    return made
