"""A connection is used again as it came back; what became of it meanwhile is noticed."""

import os
from collections.abc import Callable
from typing import Any

import pytest
import redis
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import ResponseError

from harmonizer_queue import connect
from harmonizer_queue.connection import call, send


@pytest.fixture(params=[call, send], ids=["call", "send"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Return each of the two ways to send a command."""
    found: Callable[..., Any] = request.param
    return found


def who(client: redis.Redis) -> int:
    """Return what the server calls the connection."""
    return int(call(client, "CLIENT", "ID"))


def test_one_connection_serves_one_after_the_other(
    redis_client: redis.Redis, ask: Callable[..., Any]
) -> None:
    first = who(redis_client)
    ask(redis_client, "PING")
    assert who(redis_client) == first
    with pytest.raises(ResponseError):
        ask(redis_client, "NO SUCH COMMAND")
    assert who(redis_client) == first


def test_two_at_once_have_two(redis_client: redis.Redis) -> None:
    pool = redis_client.connection_pool
    taken = pool.get_connection()
    assert pool.get_connection() is not taken
    pool.release(taken)
    pool.release(taken)
    assert pool.get_connection() is taken
    assert pool.get_connection() is not taken


def test_one_that_the_server_closed_is_opened_anew(
    redis_client: redis.Redis, redis_url: str, ask: Callable[..., Any]
) -> None:
    first = who(redis_client)
    with connect(redis_url) as other:
        assert send(other, "CLIENT KILL", "ID", first) == 1
    ask(redis_client, "PING")
    assert who(redis_client) != first


def test_one_that_has_a_reply_too_many_is_opened_anew(redis_client: redis.Redis) -> None:
    connection: Any = redis_client.connection_pool.get_connection()
    connection.send_command("ECHO", "for somebody else")
    redis_client.connection_pool.release(connection)
    assert connection.can_read(5)
    assert call(redis_client, "ECHO", "mine") == b"mine"


def test_a_client_that_is_closed_has_none_open(redis_client: redis.Redis) -> None:
    call(redis_client, "PING")
    pool = redis_client.connection_pool
    connection = pool.get_connection()
    pool.release(connection)
    redis_client.close()
    assert not connection.is_connected
    assert who(redis_client)  # and opens one when it is used again


def test_an_unreachable_server_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = connect("redis://127.0.0.1:1/0").connection_pool
    connection: Any = pool.make_connection()
    tried = []

    def refuse(_: object) -> None:
        tried.append(1)
        raise OSError("nobody listens")

    monkeypatch.setattr(type(connection), "_connect", refuse)
    pool.release(connection)
    with pytest.raises(NoConnectionError):
        pool.get_connection()
    assert tried == [1]


def test_a_forked_process_has_its_own(redis_client: redis.Redis) -> None:
    mine = who(redis_client)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(who(redis_client)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != mine
    os.close(reading)
    os.close(writing)
    assert who(redis_client) == mine
