"""Access for who runs the system: ``python -m web.admin``, on the machine of the database.

    python -m web.admin keys                             list the keys
    python -m web.admin make-key --owner lab [--name …] [--role operator] [--days 365]
    python -m web.admin limit-key KEY_ID [--requests-per-minute 600] [--max-bytes-stored …]
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
from dataclasses import asdict

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
    making.add_argument("--role", choices=[*map(str, Role)], default=str(Role.OPERATOR))
    _add_limits(making)
    making.add_argument("--days", type=int, help="how long it lives (default: until revoked)")
    making.set_defaults(run=_make_key)
    limiting = commands.add_parser("limit-key")
    limiting.add_argument("key_id")
    _add_limits(limiting)
    limiting.set_defaults(run=_limit)
    revoking = commands.add_parser("revoke-key")
    revoking.add_argument("key_id")
    revoking.set_defaults(run=_revoke)
    admin_users.add_to(commands)
    commands.add_parser("verify-audit").set_defaults(run=_verify)
    return parser


def _add_limits(parser: argparse.ArgumentParser) -> None:
    for limit in keys.MOST:
        flag = "--" + limit.replace("_", "-")
        about = "0 is no limit (default: as the setting says)"
        parser.add_argument(flag, type=int, metavar="NUMBER", help=about)


def _limits(asked: argparse.Namespace) -> keys.Limits | None:
    """Return the limits of a command; None after saying which is none."""
    limits = {name: getattr(asked, name) for name in keys.MOST}
    for name, limit in limits.items():
        if limit is not None and not 0 <= limit <= keys.MOST[name]:
            print(f"{name} is a number from 0 to {keys.MOST[name]}.", file=sys.stderr)
            return None
    return keys.Limits(**limits)


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
    limits = _limits(asked)
    if limits is None:
        return USAGE
    if asked.days is not None and not 1 <= asked.days <= keys.LONGEST_DAYS:
        print(f"days is a number from 1 to {keys.LONGEST_DAYS}.", file=sys.stderr)
        return USAGE
    now = _now()
    end = None if asked.days is None else now + datetime.timedelta(days=asked.days)
    with writing_sessions(engine).begin() as session:
        secret = _make(session, asked.name, asked.owner, Role(asked.role), now, end, limits)
    print(secret)
    return OK


def _called(session: Session, key_id: str) -> ApiKey | None:
    """Return the key of a command; None after saying that there is none."""
    key = keys.find(session, key_id)
    if key is None:
        print("There is no key with this id.", file=sys.stderr)
    return key


def _limit(engine: Engine, asked: argparse.Namespace) -> int:
    limits = _limits(asked)
    if limits is None:
        return USAGE
    with writing_sessions(engine).begin() as session:
        key = _called(session, asked.key_id)
        if key is None:
            return FAILED
        keys.limit(key, limits)
        detail = {name: value for name, value in asdict(limits).items() if value is not None}
        audit.append(session, "key.limit", key.id, at=_now(), who=WHO, detail=detail)
    return OK


def _revoke(engine: Engine, asked: argparse.Namespace) -> int:
    now = _now()
    with writing_sessions(engine).begin() as session:
        key = _called(session, asked.key_id)
        if key is None:
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
    limits: keys.Limits = keys.NO_LIMITS_OF_ITS_OWN,
) -> str:
    key, secret = keys.make(
        session,
        name=name,
        owner=owner,
        role=role,
        now=now,
        expires_at=end,
        limits=limits,
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
