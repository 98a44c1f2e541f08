"""Who waits for a lock, or for a connection, and for how long.

A transaction whose client is gone without a word does not hold its locks for ever.
"""

import time
from contextlib import ExitStack

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from an_api import an_api
from web.config import Settings
from web.db import jobs
from web.db import session as sessions
from web.db.locks import lock_jobs
from web.db.session import engine_for, reading_sessions

_LOCK = text("LOCK TABLE job IN EXCLUSIVE MODE")


def test_a_transaction_that_waits_for_its_client_ends(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "HOLDING_SECONDS", 1)
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
            idle = text("SHOW idle_in_transaction_session_timeout")
            assert connection.execute(idle).scalar() == f"{sessions.HOLDING_SECONDS}s"
            with reading_sessions(engine)() as session:
                assert session.execute(idle).scalar() == f"{sessions.IDLE_SECONDS // 60}min"
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


def test_who_asks_for_what_somebody_else_holds_is_told_to_ask_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "BUSY_SECONDS", 1)
    with an_api(settings) as api:
        job_id, other = api.submit(), api.submit()
        with api.of.sessions() as stopped:
            lock_jobs(stopped, [job_id])
            refused = api.client.post(f"/api/jobs/{job_id}/cancel")
            assert refused.get_json(force=True)["type"] == "/problems/unavailable"
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
            assert not api.get(f"/api/jobs/{job_id}")["cancel_wanted"]
            assert api.get(f"/api/jobs/{other}/status")["status"] == "accepted"
        assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 202


def test_a_lock_that_is_not_given_in_time_changes_nothing(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "BUSY_SECONDS", 1)
    engine = engine_for(postgres_url)
    try:
        with engine.connect() as holder, engine.connect() as other:
            holder.execute(_LOCK)
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(_LOCK)
    finally:
        engine.dispose()


def test_nobody_waits_for_a_connection(database_url: str) -> None:
    engine = engine_for(database_url).execution_options(harmonizer_reading=True)
    try:
        with ExitStack() as open_at_once:
            for _ in range(30):
                connection = open_at_once.enter_context(engine.connect())
                assert connection.execute(text("SELECT 1")).scalar() == 1
    finally:
        engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_request_that_stood_still_in_its_transaction_is_told_to_ask_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "HOLDING_SECONDS", 1)
    request_cancel = jobs.request_cancel

    def stands_still(session: Session, job_id: str) -> bool:
        wanted = request_cancel(session, job_id)
        time.sleep(3)
        return wanted

    with an_api(settings) as api:
        job_id = api.submit()
        monkeypatch.setattr(jobs, "request_cancel", stands_still)
        assert api.client.post(f"/api/jobs/{job_id}/cancel").status_code == 503
        assert not api.get(f"/api/jobs/{job_id}")["cancel_wanted"]
