"""The short form of ``make chaos``, with a seed that stays the same, and the harness itself."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

import pytest

from chaos.proxy import Proxies, Proxy
from chaos.run import Plan, run
from web.config import ROOT

SEED = 1
SECONDS = 60.0


@pytest.mark.timeout(900)
def test_nothing_accepted_is_lost(binaries: Path) -> None:
    plan = Plan(SEED, 12, pace=0.35, heal_seconds=200, least=5)
    report = run(plan, ROOT / "var" / "chaos" / f"logs-{SEED}")
    print(report.text())
    assert report.violations == [], report.text()
    assert sum(report.faults.values()) >= plan.least, "nothing was disturbed"
    assert report.promised >= plan.least, "nothing was accepted"


@pytest.fixture
def proxies() -> Iterator[Proxies]:
    proxies = Proxies()
    yield proxies
    proxies.close()


@pytest.fixture
def echo() -> Iterator[int]:
    """Run a server that sends back what it gets; return its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # a reset, when the proxy cuts
            while data := connection.recv(1000):
                connection.sendall(data)

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            Thread(target=serve, args=(connection,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def connected(proxy: Proxy) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", proxy.port), SECONDS)
    connection.sendall(b"first")
    assert connection.recv(10) == b"first"
    return connection


def test_a_proxy_forwards_cuts_stalls_and_is_deaf(proxies: Proxies, echo: int) -> None:
    proxy = proxies.open(echo)
    with closing(connected(proxy)) as connection:
        proxy.stall()
        connection.sendall(b"later")
        _hears_nothing(connection)
        proxy.heal()
        assert connection.recv(10) == b"later"
        proxy.cut()
        _is_reset(connection)
    with closing(connected(proxy)) as connection:
        proxy.deafen()
        connection.sendall(b"lost")
        _hears_nothing(connection)
        proxy.heal()
        _is_reset(connection)


def test_a_server_hears_of_a_client_that_dies_with_a_reply_unread(proxies: Proxies) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = proxies.open(server.getsockname()[1])
        client = socket.create_connection(("127.0.0.1", proxy.port), SECONDS)
        connection, _ = server.accept()
        with closing(connection):
            connection.sendall(b"unread")
            client.recv(1, socket.MSG_PEEK)
            client.close()  # the kernel resets it, and with it what was on its way
            _is_reset(connection)


def test_a_server_hears_nothing_of_a_connection_left_half_open(proxies: Proxies) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = proxies.open(server.getsockname()[1])
        with closing(socket.create_connection(("127.0.0.1", proxy.port), SECONDS)) as client:
            connection, _ = server.accept()
            with closing(connection):
                connection.sendall(b"1")
                assert client.recv(1) == b"1"  # the proxy knows both ends by now
                proxy.leave_half_open()
                assert client.recv(1) == b""
                _hears_nothing(connection)
                proxy.heal()
                _is_reset(connection)


def _hears_nothing(connection: socket.socket) -> None:
    connection.settimeout(0.2)
    with pytest.raises(TimeoutError):
        connection.recv(10)
    connection.settimeout(SECONDS)


def _is_reset(connection: socket.socket) -> None:
    connection.settimeout(SECONDS)
    with pytest.raises(ConnectionResetError):
        _until_closed(connection)


def _until_closed(connection: socket.socket) -> None:
    if connection.recv(10) == b"":
        raise ConnectionResetError
