"""The audit log: what stands in it, and that a change of it shows."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from admin_command import web_admin
from an_api import AnApi, an_api
from queue_world import World
from web.config import ROOT, Settings
from web.db import keys, seals
from web.db.models import AuditEntry, Role


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    with an_api(dataclasses.replace(settings, auth="keys")) as api:
        yield api


@pytest.fixture
def admin(api: AnApi) -> dict[str, str]:
    """Return the headers of an admin."""
    with api.of.sessions.begin() as session:
        _, secret = keys.make(session, name="k", owner="it", role=Role.ADMIN, now=datetime.now(UTC))
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def acts(api: AnApi, admin: dict[str, str]) -> int:
    """Do some things that are written down; return how many."""
    for scope in ("high", "normal", "low"):
        api.client.post("/api/queue/pause", json={"scope": scope}, headers=admin)
        api.client.post("/api/queue/resume", json={"scope": scope}, headers=admin)
    return 6


def seal(api: AnApi, limit: int = 100) -> int:
    with api.of.sessions.begin() as session:
        return seals.seal(session, limit)


def test_who_did_what_is_told_newest_first_a_page_at_a_time(
    api: AnApi, admin: dict[str, str], acts: int
) -> None:
    first = api.client.get("/api/audit?limit=4", headers=admin).get_json()
    rest = api.client.get(f"/api/audit?cursor={first['next_cursor']}", headers=admin).get_json()
    assert rest["next_cursor"] is None
    entries = first["entries"] + rest["entries"]
    assert [entry["what"] for entry in entries] == ["queue.resume", "queue.pause"] * 3
    assert {entry["who"] for entry in entries} == {"it"}
    assert all(entry["key_id"] and entry["address"] for entry in entries)
    exported = api.client.get("/api/audit/export", headers=admin)
    assert [json.loads(line) for line in exported.text.splitlines()] == entries


def test_every_entry_is_sealed_once_whoever_seals(api: AnApi, acts: int) -> None:
    assert [seal(api, 4), seal(api, 4), seal(api, 4)] == [4, acts - 4, 0]
    with api.of.reading() as session:
        found = seals.verify(session)
    assert (found.sealed, found.unsealed, found.broken_at) == (acts, 0, None)
    assert found.head


def change_who(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.seal_no == 3).values(who="nobody"))


def remove(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.seal_no == 3))


def swap_details(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.seal_no == 3).values(detail={"x": 1}))


def insert(session: Session) -> None:
    old = session.scalars(select(AuditEntry).where(AuditEntry.seal_no == 3)).one()
    later = session.scalars(select(AuditEntry).where(AuditEntry.seal_no > 3)).all()
    for entry in sorted(later, key=lambda entry: -(entry.seal_no or 0)):
        entry.seal_no = (entry.seal_no or 0) + 1
        session.flush()
    session.add(
        AuditEntry(
            at=old.at,
            who="x",
            what="y",
            detail={},
            seal_no=4,
            previous_sha256=old.sha256,
            sha256="0",
        )
    )


@pytest.mark.parametrize("tamper", [change_who, remove, swap_details, insert])
def test_a_change_of_what_is_sealed_shows(
    api: AnApi, admin: dict[str, str], acts: int, tamper: Callable[[Session], None]
) -> None:
    seal(api)
    assert api.client.get("/api/audit/verify", headers=admin).get_json()["holds"]
    with api.of.sessions.begin() as session:
        tamper(session)
    found = api.client.get("/api/audit/verify", headers=admin).get_json()
    assert not found["holds"]
    assert found["broken_at"] in (3, 4)


def test_the_reconciler_seals(settings: Settings, api: AnApi, acts: int) -> None:
    world = World(settings)
    world.reconciler.sealer.step()
    world.close()
    with api.of.reading() as session:
        assert seals.verify(session).sealed == acts
        assert not seals.waiting(session)


def run(settings: Settings, *command: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {
        "HARMONIZER_DATABASE_URL": settings.database_url,
        "HARMONIZER_HOST": "0.0.0.0",
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_start_tells_one_key_and_the_next_none(tmp_path: Path) -> None:
    settings = Settings.from_environ({"HARMONIZER_HOME": str(tmp_path)})
    first = run(settings, "scripts/init_db.py").stdout
    secret = re.findall(rf"{keys.MARK}\S+", first)
    assert len(secret) == 1
    assert keys.MARK not in run(settings, "scripts/init_db.py").stdout
    made = run(settings, "-m", "web.admin", "make-key", "--owner", "lab", "--days", "7")
    assert made.stdout.startswith(keys.MARK)
    listed = web_admin(settings, "keys").stdout.splitlines()
    assert [line.split()[2:4] for line in listed] == [["operator", "lab"], ["admin", "admin"]]
    assert made.stdout.strip() not in "".join(listed)
    lab = listed[0].split()[0]
    limiting = ("limit-key", lab, "--max-jobs-in-flight")
    assert [web_admin(settings, *limiting, most).returncode for most in ("5", "-1")] == [0, 64]
    assert web_admin(settings, "revoke-key", lab).returncode == 0
    assert "revoked" in web_admin(settings, "keys").stdout
    assert web_admin(settings, "make-key", "--owner", "a\nb").returncode == 64
    for days in ("0", "-7", "99999999999"):
        refused = web_admin(settings, "make-key", "--owner", "lab", "--days", days)
        assert (refused.returncode, refused.stdout) == (64, ""), refused.stderr
    found = web_admin(settings, "verify-audit")
    assert (found.returncode, found.stdout.splitlines()[-1]) == (0, "Every seal holds.")
