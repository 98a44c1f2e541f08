"""Requests to addresses that callers name: what is refused, and what an answer may cost."""

import dataclasses
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trustme

from a_receiver import a_receiver
from harmonizer.ports import free_port
from web import outgoing
from web.config import Settings
from web.outgoing import OutgoingError, may_be_asked, post, target_of

STRICT = Settings.from_environ({})
OWN = dataclasses.replace(STRICT, webhook_networks="127.0.0.0/8", webhook_http=True)

INSIDE = (
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.255"),
    *("169.254.169.254", "172.16.0.1", "192.0.0.192", "192.168.0.1", "198.18.0.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::1", "2001:db8::1", "fc00::1"),
    *("fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
)


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_refused(address: str) -> None:
    assert not may_be_asked(ipaddress.ip_address(address), STRICT)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "::ffff:1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"]
)
def test_public_addresses_are_asked(address: str) -> None:
    assert may_be_asked(ipaddress.ip_address(address), STRICT)


def test_networks_may_be_allowed() -> None:
    settings = Settings.from_environ({"HARMONIZER_WEBHOOK_NETWORKS": "10.1.0.0/16, fd00::/8"})
    assert settings.webhook_networks == "10.1.0.0/16,fd00::/8"
    for address, may in [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.2.3", False),
        ("fd00::1", True),
        ("127.0.0.1", False),
    ]:
        assert may_be_asked(ipaddress.ip_address(address), settings) is may


@pytest.mark.parametrize(
    "url",
    [
        "http://lab.example/",
        "ftp://lab.example/",
        "//lab.example/",
        "https:///path",
        "https://user@lab.example/",
        "https://user:word@lab.example/",
        "https://lab.example/#part",
        "https://lab.example:0/",
        "https://lab.example:99999/",
        "https://lab.example:x/",
        "https://lab example/",
        "https://lab.example/\r\nX: y",
        "https://läb.example/",
        "https://lab.example\\@127.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]:8443/",
        "https://[fe80::1%25eth0]/",
        "https://lab.example/" + "x" * 2000,
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must|no URL"):
        target_of(url, STRICT)
    with pytest.raises(OutgoingError, match="url_refused"):
        post(url, b"", {}, STRICT)


def test_a_url_is_taken_apart() -> None:
    target = target_of("https://lab.example:8443/a/b?c=d", STRICT)
    assert (target.host, target.port, target.named) == ("lab.example", 8443, "lab.example:8443")
    assert target.path == "/a/b?c=d"
    assert target_of("https://[2606:4700::1]", STRICT).named == "[2606:4700::1]"


@pytest.mark.parametrize("name", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_other_words_for_this_machine_are_refused(name: str) -> None:
    with pytest.raises(OutgoingError, match=r"address_refused|name_unknown"):
        post(f"https://{name}/", b"", {}, STRICT)


def found(*addresses: str) -> Callable[..., Any]:
    """Return a name server that answers with these addresses."""

    def getaddrinfo(host: str, port: int, **more: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    return getaddrinfo


def test_a_name_with_one_address_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found("1.1.1.1", "10.0.0.1"))
    with pytest.raises(OutgoingError, match="address_refused"):
        post("https://lab.example/", b"", {}, STRICT)


def test_the_address_that_was_looked_at_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, real = [], socket.getaddrinfo

    def rebinding(host: str, port: int, *arguments: Any, **more: Any) -> Any:
        """Answer with another address each time, as a hostile name server does."""
        if host != "lab.example":
            return real(host, port, *arguments, **more)
        asked.append(host)
        return found("127.0.0.1" if len(asked) == 1 else "10.0.0.1")(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with a_receiver() as receiver:
        url = receiver.url.replace("127.0.0.1", "lab.example")
        assert post(url, b"{}", {"webhook-id": "x"}, OWN).status == 204
    assert asked == ["lab.example"]
    [(headers, body)] = receiver.got
    assert headers["host"] == url.split("/")[2]
    assert body == b"{}"


def test_a_redirect_is_an_answer() -> None:
    with a_receiver() as other, a_receiver() as receiver:
        receiver.statuses, receiver.headers = [302], {"Location": other.url}
        assert post(receiver.url, b"{}", {}, OWN).status == 302
        assert other.got == []
        receiver.statuses, receiver.headers = [429], {"Retry-After": "77"}
        assert post(receiver.url, b"{}", {}, OWN).retry_after == 77


@contextmanager
def a_server(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """Return the URL of a server that does this with a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


stopped = threading.Event()


def silent(connection: socket.socket) -> None:
    """Send nothing."""
    stopped.wait(60)


def drip(connection: socket.socket) -> None:
    """Send a head that never ends, slowly."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not stopped.wait(0.05):
        connection.sendall(b"x")


def flood(connection: socket.socket) -> None:
    """Send a head that never ends, fast."""
    while True:
        connection.sendall(b"X: y\r\n" * 1000)


@pytest.mark.parametrize("answer", [silent, drip])
def test_an_answer_that_does_not_come_in_time(
    answer: Callable[[socket.socket], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped.clear()
    monkeypatch.setattr(outgoing, "SECONDS", 1.0)
    with a_server(answer) as url:
        try:
            with pytest.raises(OutgoingError, match="timeout"):
                post(url, b"{}", {}, OWN)
        finally:
            stopped.set()


@pytest.mark.parametrize(
    "answer",
    [
        flood,
        lambda connection: connection.sendall(b"hello\r\n\r\n"),
        lambda connection: connection.sendall(b"HTTP/1.1 2000 OK\r\n\r\n"),
        lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nX: y\r\n"),
        lambda connection: None,
    ],
)
def test_answers_that_are_none(answer: Callable[[socket.socket], object]) -> None:
    with a_server(answer) as url, pytest.raises(OutgoingError, match="no_answer"):
        post(url, b"{}", {}, OWN)


def test_only_the_head_of_an_answer_is_read() -> None:
    def body(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n")
        flood(connection)

    with a_server(body) as url:
        assert post(url, b"{}", {}, OWN).status == 200


def test_nobody_is_there() -> None:
    with pytest.raises(OutgoingError, match="connection"):
        post(f"http://127.0.0.1:{free_port()}/", b"", {}, OWN)
    with pytest.raises(OutgoingError, match="name_unknown"):
        post("https://nobody.invalid/", b"", {}, OWN)


def test_certificates_are_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(served)
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("lab.example").configure_cert(other)
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    with a_receiver(served) as receiver, a_receiver(other) as misnamed:
        with pytest.raises(OutgoingError, match="tls"):
            post(receiver.url, b"{}", {}, OWN)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert post(receiver.url, b"{}", {}, OWN).status == 204
        with pytest.raises(OutgoingError, match="tls"):
            post(misnamed.url, b"{}", {}, OWN)
    assert len(receiver.got) == 1
    assert misnamed.got == []
