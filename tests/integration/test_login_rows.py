"""Users, sessions and failed tries as rows, on both databases; and the commands about users."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from admin_command import web_admin
from an_api import AnApi, an_api
from web.config import ROOT, Settings
from web.db import logins, tries, users
from web.db.models import AuditEntry, Role
from web.db.user_models import User

NOW = datetime.now(UTC)
LASTS = logins.Lifetime(timedelta(minutes=30), timedelta(hours=12))
PASSWORD = "correct horse battery"


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        yield api


def test_the_life_of_a_session(api: AnApi) -> None:
    with api.of.sessions.begin() as session:
        user = users.make(session, name="ada", owner="lab", role=Role.VIEWER, password="x", now=NOW)
        one, two = (logins.begin(session, user, NOW) for _ in range(2))
    with api.of.sessions.begin() as session:
        found = logins.find(session, one, NOW, LASTS)
        assert found is not None
        assert (found.name, found.owner, found.role) == ("ada", "lab", Role.VIEWER)
        logins.used(session, two, NOW + timedelta(minutes=20))
        later = NOW + timedelta(minutes=40)
        assert logins.find(session, one, later, LASTS) is None
        assert logins.find(session, two, later, LASTS) is not None
        logins.forget_old(session, later, LASTS)
        assert logins.find(session, one, NOW, LASTS) is None
        logins.end(session, two)
        assert logins.find(session, two, NOW, LASTS) is None


def test_of_tries_at_the_same_moment_no_more_are_looked_at_than_may_fail(api: AnApi) -> None:
    def go(number: int) -> bool:
        with api.of.sessions.begin() as session:
            return not tries.take(session, "ada", f"192.0.2.{number % 3}", NOW)

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(go, range(24)))
    assert sum(looked_at) == tries.NAME.free


def test_failures_are_forgiven_by_name_and_forgotten_with_time(api: AnApi) -> None:
    with api.of.sessions.begin() as session:
        for _ in range(tries.NAME.free):
            assert not tries.take(session, "ada", "192.0.2.1", NOW)
        assert tries.take(session, "ada", "192.0.2.1", NOW) == tries.FIRST
        assert tries.wait_now(session, "ada", "192.0.2.1", NOW + tries.FORGOTTEN) == tries.NONE
        tries.forgive(session, "ada", "192.0.2.1")
        assert not tries.take(session, "ada", "192.0.2.1", NOW)


def process(settings: Settings, *arguments: str, typed: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a program of its own."""
    environ = {k: v for k, v in os.environ.items() if "HARMONIZER_" not in k}
    return subprocess.run(
        [sys.executable, "-m", "web.admin", "user", *arguments],
        cwd=ROOT,
        env=environ | {"HARMONIZER_DATABASE_URL": settings.database_url},
        input=typed,
        text=True,
        capture_output=True,
        check=False,
    )


def run(settings: Settings, *arguments: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return web_admin(settings, "user", *arguments, typed=typed)


def test_users_are_made_changed_and_disabled_by_commands(api: AnApi) -> None:
    settings, add = api.of.settings, ("add", "ada", "--owner", "lab", "--role", "viewer")
    made = process(settings, *add, typed=PASSWORD + "\n")
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    assert run(settings, *add, typed=PASSWORD).returncode == 1, "the name is taken"
    assert run(settings, "add", "a:b", "--owner", "lab", typed=PASSWORD).returncode == 64
    short = run(settings, "add", "bob", "--owner", "lab", typed="fourteen chars\n")
    assert (short.returncode, short.stdout) == (64, "")
    assert short.stderr == "A password has 15 to 256 characters.\n"
    assert run(settings, *add, PASSWORD).returncode == 2, "no argument is a password"
    with api.of.reading() as session:
        [user] = session.scalars(select(User))
        assert users.is_password(user, PASSWORD)
        assert not users.is_password(user, PASSWORD + "x")
    assert run(settings, "change", "ada", "--role", "operator", "--owner", "ward").returncode == 0
    assert run(settings, "password", "ada", typed="another horse battery").returncode == 0
    assert run(settings, "disable", "ada").returncode == 0
    listed = run(settings, "list").stdout
    assert listed.split()[:4] == ["ada", "operator", "ward,", "disabled"]
    assert run(settings, "enable", "ada").returncode == 0
    assert "disabled" not in run(settings, "list").stdout
    for act in ("change", "disable", "enable", "password"):
        assert run(settings, act, "nobody", typed=PASSWORD).returncode == 1
    with api.of.reading() as session:
        [user] = session.scalars(select(User))
        assert users.is_password(user, "another horse battery")
        acts = [(one.what, one.target) for one in session.scalars(select(AuditEntry))]
    assert acts == [
        (f"user.{act}", user.id) for act in ("add", "change", "password", "disable", "enable")
    ]
