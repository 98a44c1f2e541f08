"""Connections between two uses."""

import os
from typing import Any

import redis
from redis.exceptions import RedisError


class Pool(redis.ConnectionPool):
    """The library's pool, which hands a connection on as it came back.

    What the library notes down at each handing out and taking back costs as much as all else that
    Python does for a command. It still makes and closes all connections: for it those that
    are spare are in use.
    """

    _spare: set[Any]

    def reset(self) -> None:
        """Forget all connections, as in a process that was forked."""
        super().reset()
        self._spare = set()

    def get_connection(self, *unused: Any, **ignored: Any) -> Any:
        """Return a connection that nothing is to be read from."""
        try:
            connection = self._spare.pop()
        except KeyError:
            return super().get_connection()
        if _is_fit(connection) and not _has_data(connection):
            return connection
        connection.disconnect()  # the library might hand it on with what is to be read
        super().release(connection)
        return super().get_connection()

    def release(self, connection: Any) -> None:
        """Take a connection back."""
        if _is_fit(connection):
            self._spare.add(connection)
        else:
            super().release(connection)


def _is_fit(connection: Any) -> bool:
    """Whether it is this process's own, open, and not to be closed for a server that moves."""
    return (
        connection.pid == os.getpid()
        and connection.is_connected
        and not connection.should_reconnect()
    )


def _has_data(connection: Any) -> bool:
    """Whether something waits to be read, such as that the server has closed it."""
    try:
        return bool(connection.can_read())
    except (RedisError, OSError):
        return True
