#!/usr/bin/env python3
"""Write the messy extracts of two invented hospitals, and the truth beside them.

The same seed and number of rows give the same bytes on every machine. No person in them is real.
"""

import argparse
from pathlib import Path

from samples import general, lakeside
from samples.write import write

HERE = Path(__file__).resolve().parents[1]


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2026, help="another seed, other persons")
    parser.add_argument("--rows", type=int, default=120, help="patients of the bigger hospital")
    parser.add_argument("--out", type=Path, default=HERE / "sample_data", help="folder to write to")
    parser.add_argument("--only", metavar="FILE", help="write only this file, such as patients.csv")
    chosen = parser.parse_args()
    if chosen.rows < 1:
        parser.error("--rows must be at least 1")
    extracts = [
        extract
        for hospital in (general, lakeside)
        for extract in hospital.extracts(chosen.seed, chosen.rows)
        if chosen.only in (None, extract.name)
    ]
    if not extracts:
        parser.error(f"there is no file called {chosen.only}")
    write(extracts, chosen.out)
    print(f"{len(extracts)} files and their truth are in {chosen.out}")


if __name__ == "__main__":
    main()
