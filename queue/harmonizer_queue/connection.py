"""Which Redis, and how to talk to it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.retry import Retry

from harmonizer_queue import group
from harmonizer_queue.pool import Pool

DEFAULT_PORT = 6390
CONNECT_TIMEOUT = 5.0
REPLY_TIMEOUT = 10.0


def redis_url(environ: Mapping[str, str]) -> str:
    """Return the URL of the queue's Redis, as every process of a stack finds it.

    ``HARMONIZER_REDIS_URL`` when set. Otherwise the private Redis on loopback: its port stands
    in ``$HARMONIZER_HOME/redis.port`` (default home ``var``) once it runs, else it is
    ``HARMONIZER_REDIS_PORT`` (default 6390). ``queue.RedisURL`` is the same in Go.
    """
    url = environ.get("HARMONIZER_REDIS_URL")
    if url:
        return url
    port = environ.get("HARMONIZER_REDIS_PORT") or str(DEFAULT_PORT)
    with suppress(FileNotFoundError):
        port = Path(environ.get("HARMONIZER_HOME") or "var", "redis.port").read_text().strip()
    return f"redis://127.0.0.1:{port}/0"


def connect(url: str, prefix: str = "harmonizer") -> redis.Redis:
    """Return a client that answers bytes and never sends a command twice.

    The library's own retries are off: they resend a command whose reply was lost, and a
    caller that hears of the error can do better. Nothing is sent yet.

    Args:
        url: One server, or a group of them, see ``group.Group``.
        prefix: Key prefix without the colon: in a Cluster, the keys' slot decides the server.
    """
    settings: dict[str, Any] = {
        "retry": Retry(NoBackoff(), 0),
        "retry_on_error": [],
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": REPLY_TIMEOUT,
        "health_check_interval": 0,
    }
    several = group.Group.from_url(url)
    if several is not None:
        return group.connect(several, prefix, **settings)
    return redis.Redis.from_pool(Pool.from_url(url, **settings))


def send(client: redis.Redis, *parts: str | bytes | float) -> Any:
    """Send one command and return its reply as the client library gives it."""
    return client.execute_command(*parts)  # type: ignore[no-untyped-call]


def call(client: redis.Redis, *parts: str | bytes | int) -> Any:
    """Send one command and return its reply as it came.

    Past the library's own way, which spends as much on a message as Redis does: what it does more,
    retries and reshaped replies, is not wanted here. A connection that fails is closed by itself.
    """
    pool = client.connection_pool
    connection = pool.get_connection()
    try:
        _send(connection, parts)
        return connection.read_response()
    finally:
        pool.release(connection)


def call_each(client: redis.Redis, commands: Iterable[Sequence[str | bytes | int]]) -> list[Any]:
    """Send commands and return their replies, in order; the reply to the last may be an error.

    While Redis works for one the next is put together and sent. Behind an error no more are sent:
    one may have been, its reply is not returned.
    """
    commands = iter(commands)
    parts = next(commands, None)
    if parts is None:
        return []
    pool = client.connection_pool
    connection = pool.get_connection()
    replies: list[Any] = []
    try:
        _send(connection, parts)
        for parts in commands:
            _send(connection, parts)
            replies.append(_reply(connection))
            if isinstance(replies[-1], ResponseError):
                _reply(connection)
                return replies
        replies.append(_reply(connection))
        return replies
    except BaseException:
        # A reply may be on its way, and would be taken for that to the next command.
        connection.disconnect()  # type: ignore[no-untyped-call]
        raise
    finally:
        pool.release(connection)


def _send(connection: Any, parts: Sequence[str | bytes | int]) -> None:
    connection.send_packed_command(connection.pack_command(*parts))


def _reply(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error
