"""A transaction whose client is gone without a word does not hold its locks for ever."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from web.db import session as sessions
from web.db.session import engine_for

_LOCK = text("LOCK TABLE job IN EXCLUSIVE MODE")


def test_a_transaction_that_waits_for_its_client_ends(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "IDLE_SECONDS", 1)
    engine = engine_for(postgres_url)
    try:
        with engine.connect() as stopped:
            stopped.execute(_LOCK)
            with engine.begin() as other:
                other.execute(text("SET LOCAL lock_timeout = '60s'"))
                other.execute(_LOCK)
            with pytest.raises(DBAPIError, match="idle-in-transaction"):
                stopped.execute(text("SELECT 1"))
    finally:
        engine.dispose()


def test_both_ends_of_a_connection_look_whether_the_other_is_there(postgres_url: str) -> None:
    engine = engine_for(postgres_url)
    try:
        with engine.connect() as connection:
            told = connection.execute(text("SHOW idle_in_transaction_session_timeout"))
            assert told.scalar() == f"{sessions.IDLE_SECONDS // 60}min"
            driver = connection.connection.driver_connection
            assert driver is not None
            named = driver.info.get_parameters()
            assert {name: named[name] for name in named if name.startswith("keepalives_")} == {
                "keepalives_idle": "30",
                "keepalives_interval": "10",
                "keepalives_count": "3",
            }
    finally:
        engine.dispose()
