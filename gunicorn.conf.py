"""How `gunicorn app:app` serves the API: settings from the environment, metrics of all processes."""

import os
import shutil
from typing import Any

from web.config import Settings

_settings = Settings.from_environ(os.environ)

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else (
    f"{_settings.host}:{_settings.port}"
)
worker_class = "gthread"
workers = _settings.web_processes
threads = _settings.web_threads
# A thread serves one request; a slow upload holds it, not the process, so only silence counts.
timeout = 120
graceful_timeout = _settings.grace_seconds
keepalive = 5
# The application logs one line for each request.
accesslog = None
loglevel = _settings.log_level

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
