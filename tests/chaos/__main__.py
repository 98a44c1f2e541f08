"""``python -m chaos``: one run, its report printed and written under ``var/chaos``."""

import argparse
import random
import sys

from chaos.run import Plan, run
from web.config import ROOT


def main() -> int:
    """Run; return 1 when an invariant was violated."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of faults")
    parser.add_argument("--seed", type=int, help="of everything random; none: a new one")
    parser.add_argument("--pace", type=float, default=Plan.pace, help="seconds between faults")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    print(f"chaos: seed {seed}, {given.seconds:.0f} s of faults", flush=True)
    folder = ROOT / "var" / "chaos"
    report = run(Plan(seed, given.seconds, given.pace), folder / f"logs-{seed}")
    print(report.text())
    print(f"report: {report.write(folder)}")
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
