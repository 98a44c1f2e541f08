"""What a Redis holds, read by type: equal content need not be kept in equal bytes."""

from typing import Any

import redis

PREFIX = "harmonizer"


def dump(client: redis.Redis, prefix: str = PREFIX) -> dict[str, Any]:
    """Return everything Redis holds by key, without the prefix, in the form of the vectors."""
    found: dict[str, Any] = {}
    for key in client.scan_iter():
        found[key.decode().removeprefix(f"{prefix}:")] = as_text(read(client, key))
    return found


def read(client: redis.Redis, key: bytes) -> Any:
    """Return the value of a key, whatever its type and however the server keeps it."""
    kind = client.type(key)
    if kind == b"list":
        return client.lrange(key, 0, -1)
    if kind == b"hash":
        return client.hgetall(key)
    if kind == b"zset":
        scores: Any = client.zrange(key, 0, -1, withscores=True)
        return {member: int(score) for member, score in scores}
    if kind == b"set":
        return sorted(client.smembers(key))
    if kind == b"stream":
        entries: Any = client.xrange(key)
        return [fields for _, fields in entries]
    return client.get(key)


def as_text(reply: Any) -> Any:
    """Return a reply with text in place of bytes."""
    if isinstance(reply, bytes):
        return reply.decode()
    if isinstance(reply, list):
        return [as_text(part) for part in reply]
    if isinstance(reply, dict):
        return {as_text(key): as_text(value) for key, value in reply.items()}
    return reply
