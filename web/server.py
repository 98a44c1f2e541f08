"""What gunicorn does otherwise for us: its refusals are problems, a slow head is given up."""

import json
import socket
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

from web.api import live
from web.api.every_request import HEADERS
from web.api.pace import deadlines
from web.errors import MEDIA, PROBLEMS, document

HEAD_SECONDS = 20.0
"""How long the request line and the headers of one request may take."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that serves requests by threads."""

    def handle(self, conn: Any) -> Any:
        """Serve one request of a connection, or give it up when its head does not come."""
        # A new connection waits a while for its first byte without a deadline, which gunicorn
        # does by itself.
        with deadlines.within(conn.sock, HEAD_SECONDS):
            return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request whose head has come; its body has deadlines of its own."""
        deadlines.end(conn.sock)
        return super().handle_request(req, conn)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin to stop: streams end, and their clients go to another process."""
        live.stopping.set()
        super().handle_exit(sig, frame)


def refuse(connection: socket.socket, status: int, reason: str, message: str) -> None:
    """Answer what is no request. ``message`` quotes what was sent, so it is not repeated."""
    failed = status == 500
    problem = PROBLEMS["internal-error" if failed else "invalid-request"]
    detail = "The server failed." if failed else f"This is not a request that is served: {reason}."
    body = json.dumps(document(problem, detail, status=status)).encode()
    headers = {
        "Connection": "close",
        "Content-Type": MEDIA,
        "Content-Length": str(len(body)),
        **HEADERS,
    }
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {text}" for name, text in headers.items())]
    util.write_nonblock(connection, "\r\n".join([*lines, "", ""]).encode() + body)


util.write_error = refuse
