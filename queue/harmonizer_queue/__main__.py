"""Look at the queue: ``python -m harmonizer_queue top`` or ``check``."""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Mapping

from redis.exceptions import RedisError

from harmonizer_queue.check import confirmed
from harmonizer_queue.connection import connect, redis_url
from harmonizer_queue.top import snapshot, table
from harmonizer_queue.transitions import Queue

OK, VIOLATED, UNREACHABLE = 0, 1, 2


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Run one command and return its exit code.

    0 all well, 1 ``check`` found violations, 2 Redis did not answer.
    """
    parser = argparse.ArgumentParser(prog="python -m harmonizer_queue", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (
        ("top", "print depths, counts and workers"),
        ("check", "print items that break an invariant of the contract"),
    ):
        commands.add_parser(name, help=about).add_argument(
            "--json", action="store_true", help="print JSON instead of text"
        )
    options = parser.parse_args(arguments)
    queue = Queue(
        connect(redis_url(environ)), environ.get("HARMONIZER_QUEUE_PREFIX") or "harmonizer"
    )
    try:
        return (
            _top(queue, options.json) if options.command == "top" else _check(queue, options.json)
        )
    except RedisError as error:
        print(f"redis did not answer: {error}", file=sys.stderr)
        return UNREACHABLE


def _top(queue: Queue, as_json: bool) -> int:
    seen = snapshot(queue)
    print(json.dumps(seen) if as_json else table(seen))
    return OK


def _check(queue: Queue, as_json: bool) -> int:
    found = confirmed(queue)
    if as_json:
        print(json.dumps([dataclasses.asdict(violation) for violation in found]))
    else:
        print("\n".join(map(str, found)) if found else "no violations")
    return VIOLATED if found else OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
