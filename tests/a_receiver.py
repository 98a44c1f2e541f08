"""An endpoint of webhooks, for tests: it keeps what arrives, and answers as it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Receiver:
    """One endpoint. ``statuses`` are what it answers, the last one again and again."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def events(self, secret: str) -> list[dict[str, Any]]:
        """Return what arrived, verified as receivers do.

        Raises:
            WebhookVerificationError: A signature is wrong.
        """
        return [Webhook(secret).verify(body, headers) for headers, body in self.got]

    def ids(self) -> list[str]:
        """Return the ids under which events arrived."""
        return [headers["webhook-id"] for headers, _ in self.got]


@contextmanager
def a_receiver(tls: SSLContext | None = None) -> Iterator[Receiver]:
    """Return an endpoint on this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            several = len(receiver.statuses) > 1
            self.send_response(receiver.statuses.pop(0) if several else receiver.statuses[0])
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}/hook?a=1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
