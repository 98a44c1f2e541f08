"""The functions RQ calls by name. Each opens what it needs: RQ runs it in a process of its own."""

import datetime
import os

from web.config import Settings
from web.services import Services, open_services
from web.tasks import retention


def purge(job_id: str) -> None:
    """Delete the files of one job whose retention is over."""
    retention.purge(_services(), job_id, _now())


def sweep() -> None:
    """Delete what lost attempts and crashed uploads left behind."""
    of = _services()
    retention.sweep_attempts(of, _now())
    retention.sweep_folders(of, _now())


def _services() -> Services:
    return open_services(Settings.from_environ(os.environ))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
