"""A Redis behind several addresses: a Cluster, or a master that Sentinels watch.

All keys of the queue are in one slot, so one server has them all. Which one it is, is asked for
each new connection; the client is that of a single server, and a reply that says "not here any
more" ends the connection.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import redis
from redis.connection import Connection, SSLConnection, parse_url
from redis.crc import key_slot
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import MovedError, ReadOnlyError, RedisError

from harmonizer_queue.pool import Pool

CLUSTER, SENTINEL = "cluster", "sentinel"
KINDS = (CLUSTER, SENTINEL)

Address = tuple[str, int]


class GroupUrlError(ValueError):
    """A URL of several addresses that is none; the text is the end of a sentence."""


@dataclass(frozen=True)
class Group:
    """What a URL says: ``redis+cluster://ADDRESSES`` or ``redis+sentinel://ADDRESSES/MASTER/NUMBER``.

    ADDRESSES is ``USER:PASSWORD@HOST:PORT,HOST:PORT``; the account is that of Redis.
    """

    kind: str
    addresses: tuple[Address, ...]
    master: str
    plain: str
    """The URL of one server: the account, database and options that all share."""

    @classmethod
    def from_url(cls, url: str) -> "Group | None":
        """Return the group that a URL names, or None when it names a single server.

        Raises:
            GroupUrlError: It names a group in another form.
        """
        scheme, _, rest = url.partition("://")
        base, _, kind = scheme.partition("+")
        if not kind:
            return None
        if base not in ("redis", "rediss") or kind not in KINDS:
            raise GroupUrlError("must begin with redis+cluster:// or redis+sentinel://")
        rest, mark, query = rest.partition("?")
        authority, _, path = rest.partition("/")
        account, at, hosts = authority.rpartition("@")
        master, _, number = path.partition("/") if kind == SENTINEL else ("", "", path)
        if kind == SENTINEL and not master:
            raise GroupUrlError("must name the master, as in redis+sentinel://HOST:PORT/MASTER/0")
        if kind == CLUSTER and number.strip("0"):
            raise GroupUrlError("must name no database: a cluster has one")
        plain = f"{base}://{account}{at}{hosts.split(',')[0]}/{number}{mark}{query}"
        return cls(kind, tuple(_address(one) for one in hosts.split(",")), master, plain)


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise GroupUrlError("must name HOST:PORT for each server, with commas between")
    return host.strip("[]"), int(port)


def connect(group: Group, prefix: str, **settings: Any) -> redis.Redis:
    """Return a client of the server of a group that has the queue. Nothing is sent yet."""
    options: dict[str, Any] = settings | parse_url(group.plain)  # type: ignore[no-untyped-call]
    secure = options.pop("connection_class", Connection) is SSLConnection
    # Who is asked gets no more time than the queue; Sentinels have accounts of their own.
    shared = ["retry", "socket_timeout", "socket_connect_timeout"]
    shared += ["username", "password"] if group.kind == CLUSTER else []
    asking = {name: options[name] for name in shared if name in options} | {"ssl": secure}

    def locate() -> Address:
        return _locate(group, prefix, asking)

    kind = _SecureFound if secure else _Found
    return redis.Redis.from_pool(Pool(connection_class=kind, locate=locate, **options))


class _FoundMixin:
    """Looks up its address when it connects, and ends when it turns out to be the wrong one."""

    host: str
    port: int

    def __init__(self, *, locate: Callable[[], Address], **options: Any) -> None:
        self._locate = locate
        super().__init__(**options)

    def _connect(self) -> Any:
        self.host, self.port = self._locate()
        return super()._connect()  # type: ignore[misc]

    def read_response(self, *arguments: Any, **options: Any) -> Any:
        try:
            return super().read_response(*arguments, **options)  # type: ignore[misc]
        except (MovedError, ReadOnlyError) as error:
            self.disconnect()  # type: ignore[attr-defined]
            raise NoConnectionError("the queue is on another server now") from error


class _Found(_FoundMixin, Connection):
    pass


class _SecureFound(_FoundMixin, SSLConnection):
    pass


def _locate(group: Group, prefix: str, asking: dict[str, Any]) -> Address:
    """Return the address of the server that has the queue, from the first that knows it."""
    reason: Exception | None = None
    for host, port in group.addresses:
        try:
            with redis.Redis(host=host, port=port, decode_responses=True, **asking) as server:
                found = (
                    _of_slot(server, key_slot(f"{prefix}:".encode()), host)
                    if group.kind == CLUSTER
                    else _of_master(server, group.master)
                )
        except RedisError as error:
            reason = error
            continue
        if found is not None:
            return found
    raise NoConnectionError("no server knows where the queue is") from reason


def _of_slot(server: redis.Redis, slot: int, asked: str) -> Address | None:
    for first, last, host, port in _masters(server):
        if first <= slot <= last:
            return host or asked, port
    return None


def _masters(server: redis.Redis) -> Iterator[tuple[int, int, str, int]]:
    """Yield ranges of slots with the address of their master; the host may be unknown."""
    reply: Any = _raw(server, "CLUSTER SLOTS")
    for first, last, (host, port, *_), *_ in reply:
        yield int(first), int(last), host or "", int(port)


def _of_master(server: redis.Redis, name: str) -> Address | None:
    found: Any = _raw(server, "SENTINEL GET-MASTER-ADDR-BY-NAME", name)
    return None if found is None else (found[0], int(found[1]))


def _raw(server: redis.Redis, command: str, *arguments: str) -> Any:
    """Return a reply as it came, not as the library reshapes it."""
    connection = server.connection_pool.get_connection()
    try:
        connection.send_command(*command.split(), *arguments)  # type: ignore[no-untyped-call]
        return connection.read_response()
    finally:
        server.connection_pool.release(connection)
