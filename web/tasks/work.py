"""The functions RQ calls by name. Each opens what it needs: RQ runs it in a process of its own."""

import datetime
import os
from contextlib import closing

from web.config import Settings
from web.services import Services, open_services
from web.tasks import retention


def purge(job_id: str) -> None:
    """Delete the files of one job whose retention is over."""
    with closing(_services()) as of:
        retention.purge(of, job_id, _now())


def sweep() -> None:
    """Delete parts of results, and what lost attempts and crashed uploads left behind."""
    with closing(_services()) as of:
        retention.sweep_parts(of, _now())
        retention.sweep_attempts(of, _now())
        retention.sweep_strays(of, _now())
        retention.sweep_folders(of, _now())


def _services() -> Services:
    return open_services(Settings.from_environ(os.environ))


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
