"""Whether a Redis is set as the queue needs it, from what INFO says: CONFIG is often forbidden."""

import re
from collections.abc import Mapping
from typing import Any

LEAST_REDIS, LEAST_VALKEY = (7, 0), (7, 2)


def refusal(info: Mapping[str, Any]) -> str | None:
    """Return why a server cannot be used, with what to do about it, or None.

    ``queue.CheckServer`` says the same in Go; ``vectors/redis_settings.json`` holds for both.
    """
    valkey = info.get("valkey_version")
    found = str(valkey or info.get("redis_version", ""))
    version = tuple(int(part) for part in re.findall(r"\d+", found)[:2])
    if not version:
        return "the server does not say its version: Redis 7.0 or Valkey 7.2 is needed"
    if version < (LEAST_VALKEY if valkey else LEAST_REDIS):
        return "the server is too old: Redis 7.0 or Valkey 7.2 is needed"
    policy = info.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        return f"maxmemory-policy is {policy}: set it to noeviction, or the queue is evicted"
    return None


def warning(info: Mapping[str, Any]) -> str | None:
    """Return what about a server costs time after a crash, never work, or None."""
    if str(info.get("aof_enabled", 1)) == "0":
        return "appendonly is off: after a restart of Redis the queue is rebuilt from SQL"
    return None
