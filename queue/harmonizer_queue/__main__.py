"""Look at the queue and steer it, as with ``python -m harmonizer_queue top``."""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Mapping

from redis.exceptions import RedisError

from harmonizer_queue.check import confirmed
from harmonizer_queue.connection import connect, redis_url
from harmonizer_queue.requeue import ApiUnreachableError, api_url, requeue
from harmonizer_queue.top import snapshot, table
from harmonizer_queue.transitions import Queue
from harmonizer_queue.words import Scope

OK, FAILED, UNREACHABLE = 0, 1, 2


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Run one command and return its exit code.

    0 all well; 1 ``check`` found violations, or ``drain`` no such worker; 2 Redis, or for
    ``requeue`` the API, did not answer.
    """
    options = _parser(environ).parse_args(arguments)
    if options.command == "requeue":
        return _requeue(options, environ.get("HARMONIZER_API_KEY", ""))
    prefix = environ.get("HARMONIZER_QUEUE_PREFIX") or "harmonizer"
    queue = Queue(connect(redis_url(environ), prefix), prefix)
    try:
        if options.command in ("pause", "resume"):
            return _switch(queue, options.command, options.scope)
        if options.command == "drain":
            return _drain(queue, options.worker, not options.off)
        return (
            _top(queue, options.json) if options.command == "top" else _check(queue, options.json)
        )
    except RedisError as error:
        print(f"redis did not answer: {error}", file=sys.stderr)
        return UNREACHABLE


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harmonizer_queue", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, about in (
        ("top", "print depths, counts and workers"),
        ("check", "print items that break an invariant of the contract"),
    ):
        commands.add_parser(name, help=about).add_argument(
            "--json", action="store_true", help="print JSON instead of text"
        )
    for name, about in (
        ("pause", "hand out nothing more of a priority, or of all"),
        ("resume", "undo a pause of the same scope"),
    ):
        commands.add_parser(name, help=about).add_argument(
            "scope",
            nargs="?",
            default=Scope.ALL,
            choices=[one.value for one in Scope],
            help="default: all",
        )
    drain = commands.add_parser("drain", help="have a worker take nothing more")
    drain.add_argument("worker", help="its id, as `top --json` prints it")
    drain.add_argument("--off", action="store_true", help="have it take work again")
    again = commands.add_parser(
        "requeue", help="run dead items again; asks the API, with the key of HARMONIZER_API_KEY"
    )
    again.add_argument("--kind", help="only items of this kind")
    again.add_argument("--reason", help="only those that died for this reason code")
    again.add_argument("--job", help="only those of this job")
    again.add_argument("--api", default=api_url(environ), help="its URL (default: %(default)s)")
    return parser


def _switch(queue: Queue, command: str, scope: str) -> int:
    (queue.pause if command == "pause" else queue.resume)(scope)
    print(f"paused: {' '.join(sorted(queue.paused())) or '-'}")
    return OK


def _drain(queue: Queue, worker: str, on: bool) -> int:
    if queue.drain(worker, on) == "unknown":
        print("There is no worker with this id.", file=sys.stderr)
        return FAILED
    print("drains" if on else "takes work")
    return OK


def _requeue(options: argparse.Namespace, key: str) -> int:
    wanted = {"kind": options.kind, "reason": options.reason, "job_id": options.job}
    try:
        jobs, items = requeue(options.api, key, wanted)
    except ApiUnreachableError as error:
        print(error, file=sys.stderr)
        return UNREACHABLE
    print(f"{items} items of {jobs} jobs run again")
    return OK


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
    return FAILED if found else OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
