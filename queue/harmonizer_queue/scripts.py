"""The contract's Lua scripts: read from ``queue/contract/lua``, put together, run."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import NoScriptError

from harmonizer_queue.connection import send

CONTRACT = Path(__file__).resolve().parents[1] / "contract"
INCLUDE = "-- include: "

Argument = str | bytes | int


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
    ``lua/lib/b.lua``, in this order; a Redis script cannot load another. Go does the same.
    """
    lines = []
    for line in (CONTRACT / "lua" / f"{name}.lua").read_text().splitlines(keepends=True):
        if line.startswith(INCLUDE):
            for part in line.removeprefix(INCLUDE).split():
                lines.append((CONTRACT / "lua" / "lib" / f"{part}.lua").read_text())
        else:
            lines.append(line)
    source = "".join(lines)
    return Script(name, source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


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
    keys = [f"{prefix}:item:{item_id}" for item_id in item_ids]
    keys += [f"{prefix}:ready", f"{prefix}:generation"]
    rest = (*keys, f"{prefix}:", *arguments)
    try:
        return send(client, "EVALSHA", script.digest, len(keys), *rest)
    except NoScriptError:
        return send(client, "EVAL", script.source, len(keys), *rest)
