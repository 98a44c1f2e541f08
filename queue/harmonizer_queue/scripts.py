"""The contract's Lua scripts: read from ``queue/contract/lua``, put together, run."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import NoScriptError, ResponseError

from harmonizer_queue.connection import call, call_each

CONTRACT = Path(__file__).resolve().parents[1] / "contract"
INCLUDE = "-- include: "

Argument = str | bytes | int
Call = tuple[Sequence[str], Sequence[Argument]]
"""The items of one call, and its arguments, as for ``run``."""


@dataclass(frozen=True)
class Script:
    """One transition as Redis gets it."""

    name: str
    source: str
    digest: str


def names() -> list[str]:
    """Return the names of all scripts, in order."""
    return sorted(path.stem for path in (CONTRACT / "lua").glob("*.lua"))


@cache
def load(name: str) -> Script:
    """Return a script with its shared parts in place.

    The line ``-- include: a b`` is replaced by the files ``lua/lib/a.lua`` and
    ``lua/lib/b.lua``, in this order, and so are such lines in these; a Redis script cannot load
    another. Go does the same.
    """
    source = _assemble(CONTRACT / "lua" / f"{name}.lua")
    return Script(name, source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


def _assemble(path: Path) -> str:
    lines = []
    for line in path.read_text().splitlines(keepends=True):
        if line.startswith(INCLUDE):
            parts = line.removeprefix(INCLUDE).split()
            lines += [_assemble(CONTRACT / "lua" / "lib" / f"{part}.lua") for part in parts]
        else:
            lines.append(line)
    return "".join(lines)


def run(
    client: redis.Redis,
    prefix: str,
    name: str,
    item_ids: Sequence[str] = (),
    arguments: Sequence[Argument] = (),
) -> Any:
    """Run a transition: EVALSHA, or EVAL on a server that has forgotten the script.

    Args:
        client: Connection to the queue's Redis.
        prefix: Key prefix without the colon.
        name: Name of the script.
        item_ids: The items it is about; their hashes become KEYS.
        arguments: ARGV behind the prefix, in the order of the script's header.

    Returns:
        The reply as the client library gives it.
    """
    script = load(name)
    rest = _rest(prefix, item_ids, arguments)
    try:
        return call(client, "EVALSHA", script.digest, *rest)
    except NoScriptError:
        return call(client, "EVAL", script.source, *rest)


def run_each(client: redis.Redis, prefix: str, name: str, calls: Iterable[Call]) -> Iterator[Any]:
    """Run a transition for each of several calls, in order, and yield the replies.

    A call is sent while Redis works for the one before it. When one fails the next may have been
    run, which no reply tells; any may be run again, as ever.
    """
    script, sent, done = load(name), list[Call](), 0

    def commands() -> Iterator[Sequence[Argument]]:
        for one in waiting:
            sent.append(one)
            yield "EVALSHA", script.digest, *_rest(prefix, *one)

    waiting = iter(calls)
    while replies := call_each(client, commands()):
        for reply in replies:
            if isinstance(reply, NoScriptError):
                break
            if isinstance(reply, ResponseError):
                raise reply
            done += 1
            yield reply
        for one in sent[done:]:
            done += 1
            yield run(client, prefix, name, *one)


def _rest(
    prefix: str, item_ids: Sequence[str], arguments: Sequence[Argument]
) -> Sequence[Argument]:
    """Return what follows the script in its command: KEYS, with their number, and ARGV."""
    keys = [f"{prefix}:item:{item_id}" for item_id in item_ids]
    return len(keys) + 2, *keys, f"{prefix}:ready", f"{prefix}:generation", f"{prefix}:", *arguments
