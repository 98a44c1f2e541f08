"""Requests to addresses that callers name: nothing inside is reached by them.

A name is resolved once, every address it has must be one that may be asked, and the connection goes
to the address that was looked at, so another answer of the name server changes nothing. No
redirect is followed, no proxy asked. Of an answer only the head is read.
"""

import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException, parse_headers
from urllib.parse import urlsplit

from web.config import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_URL = 2000
SECONDS = 10.0
"""How long a request may take in all, once its name is resolved."""
LONGEST_HEAD = 16 * 1024

_URL = re.compile(r"[!-~]+")
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n")
_INSIDE_4 = tuple(
    ipaddress.IPv4Network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
"""What is no public address of one machine: IANA's IPv4 Special-Purpose Address Registry, and
multicast. Python's own lists differ from release to release."""
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_INSIDE_6 = tuple(
    ipaddress.IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""What of it is special all the same, Teredo and 6to4 among them."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LAST_32 = 0xFFFFFFFF


class OutgoingError(Exception):
    """A request that got no answer; ``reason`` is a word for why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Target:
    """A URL, taken apart."""

    host: str
    port: int
    path: str
    tls: bool
    named: str
    """Host, and port if it is not the usual one, as the header ``Host`` says it."""


@dataclass(frozen=True)
class Answer:
    """The status of an answer, and for how many seconds it asks not to be asked again."""

    status: int
    retry_after: int


def target_of(url: str, settings: Settings) -> Target:
    """Return where a URL leads.

    Raises:
        ValueError: It may not be asked; the text says why, without it.
    """
    if len(url) > LONGEST_URL or not _URL.fullmatch(url):
        raise ValueError(f"must be at most {LONGEST_URL} visible ASCII characters")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise ValueError("is no URL") from None
    if parts.scheme not in (("https", "http") if settings.webhook_http else ("https",)):
        raise ValueError("must begin with https://")
    if not host or port == 0 or parts.username is not None or "#" in url or "\\" in url:
        raise ValueError("must have a host, and neither a user nor a fragment")
    tls = parts.scheme == "https"
    usual = 443 if tls else 80
    named = f"[{host}]" if ":" in host else host
    if port not in (None, usual):
        named = f"{named}:{port}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    literal = _literal(host)
    if literal is not None and not may_be_asked(literal, settings):
        raise ValueError("must not be an address of this network")
    return Target(host, port or usual, path, tls, named)


def may_be_asked(address: Address, settings: Settings) -> bool:
    """Return whether an address is a public one, or of a network that settings name."""
    address = _meant(address)
    allowed = (ipaddress.ip_network(one) for one in settings.webhook_networks.split(",") if one)
    return any(address in network for network in allowed) or _is_public(address)


def post(url: str, body: bytes, headers: Mapping[str, str], settings: Settings) -> Answer:
    """Send a body and return the head of the answer, whatever its status.

    Raises:
        OutgoingError: The URL may not be asked, or does not answer in time.
    """
    try:
        target = target_of(url, settings)
    except ValueError:
        raise OutgoingError("url_refused") from None
    addresses = _resolved(target, settings)
    deadline = time.monotonic() + SECONDS
    try:
        with closing(_connected(addresses, target, deadline)) as connection:
            connection.sendall(_request(target, body, headers))
            return _answer(connection, deadline)
    except TimeoutError:
        raise OutgoingError("timeout") from None
    except ssl.SSLError:
        raise OutgoingError("tls") from None
    except (OSError, HTTPException):
        raise OutgoingError("connection") from None


def _resolved(target: Target, settings: Settings) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise OutgoingError("name_unknown") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(may_be_asked(ipaddress.ip_address(one), settings) for one in addresses):
        raise OutgoingError("address_refused")
    return addresses


def _connected(addresses: Sequence[str], target: Target, deadline: float) -> socket.socket:
    """Return a connection to the first address that takes one."""
    failed: OSError = OSError("no address")
    for address in addresses:
        try:
            connection = socket.create_connection((address, target.port), _left(deadline))
            break
        except OSError as error:
            failed = error
    else:
        raise failed
    if not target.tls:
        return connection
    try:
        return ssl.create_default_context().wrap_socket(connection, server_hostname=target.host)
    except BaseException:
        connection.close()
        raise


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = {"Host": target.named, **headers}
    lines |= {"Content-Length": str(len(body)), "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + body


def _answer(connection: socket.socket, deadline: float) -> Answer:
    """Read until the head of an answer is there; those that only say "wait" (1xx) are passed."""
    got = b""
    while True:
        while b"\r\n\r\n" not in got and b"\n\n" not in got:
            connection.settimeout(_left(deadline))
            more = connection.recv(4096)
            if not more or len(got) > LONGEST_HEAD:
                raise OutgoingError("no_answer")
            got += more
        found = _STATUS.match(got)
        if found is None:
            raise OutgoingError("no_answer")
        rest = io.BytesIO(got[found.end() :])
        after = parse_headers(rest).get("Retry-After") or ""
        if not found[1].startswith(b"1"):
            seconds = int(after) if re.fullmatch("[0-9]{1,9}", after) else 0
            return Answer(int(found[1]), seconds)
        got = rest.read()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _meant(address: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 stands for, if it does; else the address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & _LAST_32)
    return address.ipv4_mapped or address


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _INSIDE_4)
    return address in _PUBLIC_6 and not any(address in network for network in _INSIDE_6)
