"""The application on a port, for a browser, without the other processes of a stack."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from werkzeug.serving import make_server

from an_api import AnApi, an_api
from web.config import Settings


@dataclass(frozen=True)
class Served:
    """An application that a browser reaches."""

    api: AnApi
    address: str


@contextmanager
def served_api(settings: Settings) -> Iterator[Served]:
    """Serve an application whose database is up to date."""
    with an_api(settings) as api:
        server = make_server("127.0.0.1", 0, api.app, threaded=True)
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Served(api, f"http://127.0.0.1:{server.port}")
        server.shutdown()
        thread.join()
        server.server_close()
