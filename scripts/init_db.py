"""Bring the database up to date, and say what was done. Safe to run at any time, and twice at once.

usage: python scripts/init_db.py [--wait SECONDS]

The database is the one of HARMONIZER_DATABASE_URL: SQLite (made when missing) or PostgreSQL. One
that is still starting is waited for. Where callers show API keys and no admin has one, one is made.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from web.admin import first_key
from web.config import Settings, SettingsError
from web.db.schema import migrate
from web.db.session import engine_for

WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.5


def main() -> int:
    """Migrate the database of the environment; return 0 when it is up to date."""
    about, usage, more = (__doc__ or "").split("\n\n", 2)
    parser = argparse.ArgumentParser(
        usage=usage.removeprefix("usage: "), description=about, epilog=more
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="how long to wait for a database that does not answer (default: %(default)g)",
    )
    wait = parser.parse_args().wait
    try:
        settings = Settings.from_environ(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 64
    engine = engine_for(settings.database_url)
    if engine.url.get_backend_name() == "sqlite" and engine.url.database:
        Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        before, after = _migrate(engine, wait)
    except OperationalError as error:
        print(f"The database cannot be used: {error.orig}".strip(), file=sys.stderr)
        return 1
    place = engine.url.render_as_string(hide_password=True)
    if before == after:
        print(f"{place} is up to date (revision {after}).")
    else:
        print(f"{place} was brought from {before or 'empty'} to revision {after}.")
    if settings.auth == "keys" and (secret := first_key(engine)):
        print(f"The first API key, for an admin, told this once: {secret}")
    return 0


def _migrate(engine: Engine, wait: float) -> tuple[str | None, str | None]:
    """Migrate, again and again until the database answers or the time is over."""
    deadline = time.monotonic() + wait
    while True:
        try:
            return migrate(engine)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
