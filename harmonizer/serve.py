"""Serve an application in this process, with what it needs around it: ``python app.py``."""

import logging
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING

from harmonizer.ports import holder, is_taken
from harmonizer.services import ServiceError
from harmonizer.stack import embedded
from web.config import PREFIX, Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OK, FAILED = 0, 1


class StopRequested(BaseException):
    """A signal asked for the end; it passes every handler of errors."""


def serve(app: "WSGIApplication", settings: Settings) -> int:
    """Serve until a signal asks for the end; return an exit code.

    The server has a thread for each request: enough for a laptop, gunicorn is for the rest.
    """
    from werkzeug.serving import make_server

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_requested)
    if is_taken(settings.host, settings.port):
        print(
            f"Port {settings.port} is taken by {holder(settings.port)}: stop it, or set "
            f"{PREFIX}PORT to another port.",
            file=sys.stderr,
        )
        return FAILED
    # It logs paths, which may hold anything; the application logs each request itself.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        with embedded(settings, _say):
            server = make_server(settings.host, settings.port, app, threaded=True)
            _say(f"API: http://localhost:{settings.port}/   Ctrl-C stops everything.")
            server.serve_forever()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return FAILED
    except StopRequested:
        _say("Stopped.")
    return OK


def _stop_requested(number: int, frame: FrameType | None) -> None:
    raise StopRequested


def _say(text: str) -> None:
    print(text, flush=True)
