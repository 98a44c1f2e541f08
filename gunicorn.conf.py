"""How gunicorn serves the API: settings from the environment, metrics of all processes."""

import os
import shutil
from typing import Any

from gunicorn.glogging import Logger

from web.config import Settings
from web.logs import configure

_settings = Settings.from_environ(os.environ)
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

bind = f"{_host}:{_settings.port}"
worker_class = "web.server.Worker"
workers = _settings.web_processes
# An open stream of events has a thread, which waits; how many requests run is for web.api.places.
threads = _settings.web_threads + _settings.web_streams
worker_connections = 1000 + threads
# A thread serves one request; a slow upload holds it, not the process, so only silence counts.
timeout = 120
graceful_timeout = _settings.grace_seconds
keepalive = 5
# Nobody asks it anything, and it would be a socket outside the home folder.
control_socket_disable = True
# Whom to believe about clients is for web.api.proxies.
forwarded_allow_ips = ""
# The application logs one line for each request.
accesslog = None
loglevel = _settings.log_level


class JsonLogger(Logger):  # type: ignore[misc]
    """What gunicorn says goes the way of all our logs, without what clients sent."""

    def setup(self, cfg: Any) -> None:
        """Hand everything to the root logger, which writes JSON."""
        super().setup(cfg)
        configure("web", _settings.log_level)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log what is of use to us; the method and the path of each request are not."""
        if msg != "%s %s":
            super().debug(msg, *args, **kwargs)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning; a request that cannot be read may hold part of an upload, so not that."""
        if msg.startswith("Invalid request"):
            msg, args = "request not understood", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a failure of a request; its path stays out, which may hold anything."""
        if msg.startswith("Error handling request"):
            msg, args = "request failed outside the application", ()
        super().exception(msg, *args, **kwargs)


logger_class = JsonLogger

# Each process writes its counters to a file here, and whichever is asked adds them up. Files of
# an earlier run would be counted again, so the folder starts empty. It is set before anything
# imports prometheus_client, which looks at the variable once.
_metrics = _settings.home / "metrics" / str(_settings.port)
shutil.rmtree(_metrics, ignore_errors=True)
_metrics.mkdir(parents=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics)


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a process that ended; its counters stay counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
