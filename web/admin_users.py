"""Commands of ``web.admin`` about people who log in to the console."""

import argparse
import datetime
import getpass
import sys

from sqlalchemy import Engine

from web.db import audit, keys, users
from web.db.models import Role
from web.db.session import reading_sessions, writing_sessions
from web.db.user_models import User

OK, FAILED, USAGE = 0, 1, 64
WHO = "admin"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``user`` and its own commands."""
    acts = commands.add_parser("user", help="people who log in to the console").add_subparsers(
        required=True, metavar="COMMAND"
    )
    acts.add_parser("list").set_defaults(run=_list)
    adding = acts.add_parser("add", help="the password is asked for, or read from stdin")
    adding.add_argument("--owner", required=True, help="whose jobs the user sees")
    adding.add_argument("--role", choices=[*map(str, Role)], default=str(Role.OPERATOR))
    adding.set_defaults(run=_add)
    changing = acts.add_parser("change", help="another owner or role, from the next request on")
    changing.add_argument("--owner")
    changing.add_argument("--role", choices=[*map(str, Role)])
    changing.set_defaults(run=_change)
    password = acts.add_parser("password", help="another one; ends all sessions of the user")
    password.set_defaults(run=_password)
    disabling = acts.add_parser("disable", help="ends all sessions of the user, too")
    disabling.set_defaults(run=_disable)
    enabling = acts.add_parser("enable")
    enabling.set_defaults(run=_enable)
    for one in (adding, changing, password, disabling, enabling):
        one.add_argument("name")


def _list(engine: Engine, asked: argparse.Namespace) -> int:
    with reading_sessions(engine)() as session:
        for one in users.listed(session):
            ended = f", disabled {one.disabled_at:%Y-%m-%d}" if one.disabled_at else ""
            print(f"{one.name:<24}  {one.role:<8}  {one.owner}{ended}")
    return OK


def _add(engine: Engine, asked: argparse.Namespace) -> int:
    if not (keys.is_name(asked.name) and keys.is_name(asked.owner)):
        return _refuse(USAGE, f"Names of users and owners are {keys.NAME_IS}.")
    password = _new_password()
    if password is None:
        return USAGE
    now = _now()
    with writing_sessions(engine).begin() as session:
        if users.called(session, asked.name):
            return _refuse(FAILED, "There is a user of this name already.")
        user = users.make(
            session,
            name=asked.name,
            owner=asked.owner,
            role=Role(asked.role),
            password=password,
            now=now,
        )
        audit.append(session, "user.add", user.id, at=now, who=WHO, detail=_shown(user))
    return OK


def _change(engine: Engine, asked: argparse.Namespace) -> int:
    if asked.owner is not None and not keys.is_name(asked.owner):
        return _refuse(USAGE, f"Names of owners are {keys.NAME_IS}.")
    with writing_sessions(engine).begin() as session:
        user = users.called(session, asked.name)
        if user is None:
            return _unknown()
        user.owner = asked.owner or user.owner
        user.role = Role(asked.role or user.role)
        audit.append(session, "user.change", user.id, at=_now(), who=WHO, detail=_shown(user))
    return OK


def _password(engine: Engine, asked: argparse.Namespace) -> int:
    password = _new_password()
    if password is None:
        return USAGE
    with writing_sessions(engine).begin() as session:
        user = users.called(session, asked.name)
        if user is None:
            return _unknown()
        users.change_password(session, user, password)
        audit.append(session, "user.password", user.id, at=_now(), who=WHO)
    return OK


def _disable(engine: Engine, asked: argparse.Namespace) -> int:
    now = _now()
    with writing_sessions(engine).begin() as session:
        user = users.called(session, asked.name)
        if user is None:
            return _unknown()
        users.disable(session, user, now)
        audit.append(session, "user.disable", user.id, at=now, who=WHO)
    return OK


def _enable(engine: Engine, asked: argparse.Namespace) -> int:
    with writing_sessions(engine).begin() as session:
        user = users.called(session, asked.name)
        if user is None:
            return _unknown()
        user.disabled_at = None
        audit.append(session, "user.enable", user.id, at=_now(), who=WHO)
    return OK


def _new_password() -> str | None:
    """Return what is to be kept of a password that somebody types twice, or stdin's first line."""
    if sys.stdin.isatty():
        given = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != given:
            print("These are two passwords.", file=sys.stderr)
            return None
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    try:
        return users.hashed(given)
    except ValueError as error:
        print(error, file=sys.stderr)
        return None


def _shown(user: User) -> dict[str, str]:
    return {"name": user.name, "owner": user.owner, "role": user.role.value}


def _unknown() -> int:
    return _refuse(FAILED, "There is no user of this name.")


def _refuse(code: int, why: str) -> int:
    print(why, file=sys.stderr)
    return code


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
