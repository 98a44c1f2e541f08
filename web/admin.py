"""Access for who runs the system: ``python -m web.admin``, on the machine of the database.

    python -m web.admin keys                             list the keys
    python -m web.admin make-key --owner lab [--name …] [--role operator] [--days 365]
    python -m web.admin revoke-key KEY_ID
    python -m web.admin user add NAME --owner lab [--role operator]
    python -m web.admin user list | change NAME | password NAME | disable NAME | enable NAME
    python -m web.admin verify-audit                     look at every seal of the audit log

The database is the one of HARMONIZER_DATABASE_URL. What is done here stands in the audit log too.
"""

import argparse
import datetime
import os
import sys

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from web import admin_users
from web.admin_users import FAILED, OK, USAGE, WHO
from web.config import Settings, SettingsError
from web.db import audit, keys, seals
from web.db.models import ApiKey, Role
from web.db.session import engine_for, reading_sessions, writing_sessions

FIRST = "first key"


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 well, 1 not, 64 settings that cannot be used."""
    asked = _parser().parse_args(arguments)
    try:
        engine = engine_for(Settings.from_environ(os.environ).database_url)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return USAGE
    try:
        return int(asked.run(engine, asked))
    except DatabaseError as error:
        print(f"The database cannot be used: {error.orig}".strip(), file=sys.stderr)
        return FAILED
    finally:
        engine.dispose()


def first_key(engine: Engine) -> str | None:
    """Make a key that may make others unless there is one; return its secret, or None."""
    now = _now()
    with writing_sessions(engine).begin() as session:
        if keys.any_admin(session, now):
            return None
        return _make(session, FIRST, WHO, Role.ADMIN, now, None)


def _parser() -> argparse.ArgumentParser:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m web.admin",
        description=about,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("keys").set_defaults(run=_list)
    making = commands.add_parser("make-key")
    making.add_argument("--owner", required=True, help="whose jobs the caller sees")
    making.add_argument("--name", default="key", help="what the key is for")
    making.add_argument("--role", choices=list(Role), default=Role.OPERATOR)
    making.add_argument(
        "--requests-per-minute", type=int, help="0 is no limit (default: as the setting says)"
    )
    making.add_argument("--days", type=int, help="how long it lives (default: until revoked)")
    making.set_defaults(run=_make_key)
    revoking = commands.add_parser("revoke-key")
    revoking.add_argument("key_id")
    revoking.set_defaults(run=_revoke)
    admin_users.add_to(commands)
    commands.add_parser("verify-audit").set_defaults(run=_verify)
    return parser


def _list(engine: Engine, asked: argparse.Namespace) -> int:
    now = _now()
    with reading_sessions(engine)() as session:
        for key in keys.listed(session):
            print(f"{key.id}  {key.prefix}…  {key.role:<8}  {key.owner:<16}  {_stands(key, now)}")
    return OK


def _make_key(engine: Engine, asked: argparse.Namespace) -> int:
    if not (keys.is_name(asked.name) and keys.is_name(asked.owner)):
        print(f"Names of keys and owners are {keys.NAME_IS}.", file=sys.stderr)
        return USAGE
    requests = asked.requests_per_minute
    if requests is not None and not 0 <= requests <= keys.MOST_REQUESTS:
        print(f"Requests in a minute are 0 to {keys.MOST_REQUESTS}.", file=sys.stderr)
        return USAGE
    now = _now()
    end = now + datetime.timedelta(days=asked.days) if asked.days else None
    with writing_sessions(engine).begin() as session:
        secret = _make(session, asked.name, asked.owner, Role(asked.role), now, end, requests)
    print(secret)
    return OK


def _revoke(engine: Engine, asked: argparse.Namespace) -> int:
    now = _now()
    with writing_sessions(engine).begin() as session:
        key = keys.find(session, asked.key_id)
        if key is None:
            print("There is no key with this id.", file=sys.stderr)
            return FAILED
        keys.revoke(key, now)
        audit.append(session, "key.revoke", key.id, at=now, who=WHO)
    return OK


def _verify(engine: Engine, asked: argparse.Namespace) -> int:
    with reading_sessions(engine)() as session:
        found = seals.verify(session)
    print(
        f"{found.sealed} entries are sealed, {found.unsealed} not yet; the last seal: {found.head}"
    )
    if found.broken_at is None:
        print("Every seal holds.")
        return OK
    print(f"Seal {found.broken_at} does not hold: the log was changed there.")
    return FAILED


def _make(
    session: Session,
    name: str,
    owner: str,
    role: Role,
    now: datetime.datetime,
    end: datetime.datetime | None,
    requests_per_minute: int | None = None,
) -> str:
    key, secret = keys.make(
        session,
        name=name,
        owner=owner,
        role=role,
        now=now,
        expires_at=end,
        requests_per_minute=requests_per_minute,
    )
    detail = {"owner": owner, "role": role.value}
    audit.append(session, "key.make", key.id, at=now, who=WHO, detail=detail)
    return secret


def _stands(key: ApiKey, now: datetime.datetime) -> str:
    if key.revoked_at:
        return f"{key.name}, revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is None:
        return key.name
    ended = "expired" if key.expires_at <= now else "expires"
    return f"{key.name}, {ended} {key.expires_at:%Y-%m-%d}"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
