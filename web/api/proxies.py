"""Behind proxies: the address of who really asks, told by those that are trusted alone."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FOR, _PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
MOST_HOPS = 20
"""Proxies before this server, at most; what is told of more is not looked at."""


class Proxies:
    """A WSGI application to which a request that came by trusted proxies looks as it did to them.

    Each proxy appends whom it heard from to ``X-Forwarded-For``. Read from its end, the first
    address that is no trusted proxy's is the client's: what stands before it the client may have
    made up. Requests of anybody else are left as they are, whatever they say.
    """

    def __init__(self, app: Any, networks: str) -> None:
        self._app = app
        self._networks = [ipaddress.ip_network(one) for one in networks.split(",")]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        peer = _address(environ.get("REMOTE_ADDR", ""))
        if self._trusts(peer):
            environ["REMOTE_ADDR"] = str(self._client(peer, environ.get(_FOR, "")))
            scheme = environ.get(_PROTO, "").rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _client(self, peer: Address | None, told: str) -> Address | None:
        """Return the last hop that is no trusted proxy; the farthest known one when all are.

        What is "this machine" to a proxy on another one is not this machine.
        """
        client = peer
        for hop in _hops(told):
            if hop.is_loopback and client is not None and not client.is_loopback:
                break
            client = hop
            if not self._trusts(hop):
                break
        return client

    def _trusts(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._networks)


def _hops(told: str) -> Iterator[Address]:
    """Yield what a header tells, the nearest hop first, up to the first that is no address."""
    parts: Sequence[str] = told.rsplit(",", MOST_HOPS)[-MOST_HOPS:] if told else []
    for part in reversed(parts):
        hop = _address(part)
        if hop is None:
            return
        yield hop


def _address(text: str) -> Address | None:
    """Return an address, which may be in brackets and followed by a port; None if it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found
