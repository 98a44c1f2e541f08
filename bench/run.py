#!/usr/bin/env python3
"""Measure the system on this machine: upload, pick-up, concurrency, memory. See README.md."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import concurrency
import memory
import pickup
import streams
import upload

PARTS: dict[str, Callable[[Path], None]] = {
    "upload": upload.measure,
    "pickup": pickup.measure,
    "concurrency": concurrency.measure,
    "memory": memory.measure,
    "streams": streams.measure,
}


def main() -> None:
    """Run the chosen parts, each in a folder of its own that is deleted afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", help=f"which of {', '.join(PARTS)}; all without one")
    chosen = parser.parse_args().part or list(PARTS)
    for unknown in set(chosen) - set(PARTS):
        parser.error(f"there is no part {unknown}")
    for part in chosen:
        with tempfile.TemporaryDirectory(prefix=f"harmonizer-bench-{part}-") as folder:
            print(f"\n## {part}\n", flush=True)
            PARTS[part](Path(folder))


if __name__ == "__main__":
    main()
