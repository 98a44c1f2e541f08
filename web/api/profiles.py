"""``/api/profiles``: built-in profiles and those of the caller, in versions that nobody changes.

A worker reads a document, within the engine's limits, before it is taken; nothing here does.
"""

import datetime
import json
import re
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import IntegrityError

from web.api import worker_profile
from web.api.access import caller, record
from web.api.answers import profiles as answers
from web.api.describe import described, one_of, text
from web.api.profile_diff import changes
from web.api.shapes import at, moment
from web.db import profiles
from web.db.profile_models import ProfileVersion
from web.errors import (
    NotFoundError,
    ProfileExistsError,
    TooLargeError,
    UnsupportedMediaTypeError,
    invalid,
)
from web.profiles import NAME, VERSION, Profile, built_in, content_of, parts_of
from web.services import services

bp = Blueprint("profiles", __name__, url_prefix="/api/profiles")

YAML = "application/yaml"
MAX_BYTES = 1024 * 1024
MOST_CHANGES = 1000
_TODAY = text("today", "The day that counts as today for the tests; default today in UTC.")


@bp.get("")
@described(answers.Profiles)
def listed() -> answers.Profiles:
    """Return the built-in profiles, and the newest version of each of the caller's."""
    with services().reading() as session:
        rows = profiles.versions(session, caller().owner)
    newest = {row.name: row for row in reversed(rows)}
    own = [_summary(row) for _, row in sorted(newest.items())]
    return {"profiles": [*(_built_in(one) for one in built_in().values()), *own]}


@bp.post("")
@described(answers.ProfileDocument, status=201, text_body=YAML, problems=("profile-exists",))
def make() -> tuple[Response, int]:
    """Take a new version of a profile: 201. Its name and version are those that it says."""
    row = take(_document())
    answer = jsonify(_whole(row))
    answer.headers["Location"] = f"/api/profiles/{row.name}/versions/{row.version}"
    return answer, 201


def take(document: str) -> ProfileVersion:
    """Keep a document as a version of a profile of the caller's.

    Raises:
        ApiError: It is no profile, or cannot be kept.
    """
    now = _now()
    _refuse_nul(document)
    held = worker_profile.read(services().settings, document.encode(), now.date())
    if r"\u0000" in json.dumps(held["content"]):
        raise invalid("profile", "holds a character that no text has")
    row = ProfileVersion(
        owner=caller().owner,
        name=_word(held, "name", NAME),
        version=_word(held, "version", VERSION),
        created_at=now,
        document=document,
        content=held["content"],
        sha256=sha256(document.encode()).hexdigest(),
        extends=held["content"].get("extends"),
        tables=held["tables"],
        fields=held["fields"],
    )
    if row.name in built_in():
        raise invalid("name", "is the one of a built-in profile, which nobody changes")
    try:
        with services().sessions.begin() as session:
            if profiles.count(session, row.owner) >= profiles.MOST:
                raise invalid("profile", f"there are {profiles.MOST} versions already")
            profiles.add(session, row)
            called = f"{row.name}@{row.version}"
            record(session, "profile.make", called, at=now, detail={"sha256": row.sha256})
    except IntegrityError:
        raise ProfileExistsError("This version is there; give a changed one another.") from None
    return row


@bp.post("/validate")
@described(answers.ProfileVerdict, _TODAY, text_body=YAML)
def validate() -> answers.ProfileVerdict:
    """Say what a profile holds and what its tests say; 400 with the reason when it is none."""
    return verdict(_document())


@bp.get("/<name>")
@described(answers.ProfileVersions)
def show(name: str) -> answers.ProfileVersions:
    """Return the versions of a profile, the newest first."""
    if name in built_in():
        return {"name": name, "versions": [_built_in(built_in()[name])]}
    rows = _rows(name)
    return {"name": name, "versions": [_summary(row) for row in rows]}


@bp.get("/<name>/versions/<version>")
@described(
    answers.ProfileDocument,
    one_of("format", "JSON, or the document as it was sent.", ("json", "yaml")),
    also_media=(YAML,),
)
def version(name: str, version: str) -> Response:
    """Return one version of a profile, as JSON or as the YAML that it is."""
    wanted = request.args.get("format", "json")
    if wanted not in ("json", "yaml"):
        raise invalid("format", "must be one of json, yaml")
    found = _version(name, version)
    if wanted == "yaml":
        document = found.document
        answer = Response(document, mimetype=YAML)
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    elif isinstance(found, Profile):
        answer = jsonify({**_built_in(found), "content": content_of(found.document)})
    else:
        answer = jsonify(_whole(found))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.post("/<name>/versions/<version>/test")
@described(answers.ProfileVerdict, _TODAY)
def test(name: str, version: str) -> answers.ProfileVerdict:
    """Run the tests beside the rules of a version."""
    return verdict(_version(name, version).document)


def document_of(name: str, version: str) -> str:
    """Return the document of a version, as it was sent."""
    return _version(name, version).document


@bp.get("/<name>/diff")
@described(
    answers.ProfileDiff,
    text("from", "The version before; default the one before `to`."),
    text("to", "The version after; default the newest."),
)
def diff(name: str) -> answers.ProfileDiff:
    """Return what differs between two versions of a profile."""
    rows = [] if name in built_in() else list(_rows(name))
    places = {row.version: place for place, row in enumerate(rows)}
    after = request.args.get("to", rows[0].version if rows else "")
    if after not in places:
        raise invalid("to", "is no version of this profile")
    before = request.args.get("from")
    if before is None and places[after] + 1 < len(rows):
        before = rows[places[after] + 1].version
    if before not in places:
        raise invalid("from", "is no version of this profile, or there is none before")
    old, new = rows[places[before]], rows[places[after]]
    found = list(changes(old.content, new.content))
    return {
        "name": name,
        "old": old.version,
        "new": new.version,
        "changes": [
            {"path": path, "before": was, "after": now} for path, was, now in found[:MOST_CHANGES]
        ],
        "more": len(found) > MOST_CHANGES,
    }


def _document() -> str:
    """Return the body of the request, a document of at most 1 MiB."""
    if request.mimetype != YAML:
        raise UnsupportedMediaTypeError(f"Send the profile as {YAML}.")
    body = request.stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise TooLargeError(f"A profile has at most {MAX_BYTES} bytes.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid("profile", "is not UTF-8") from None


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise invalid("profile", "holds a character that no text has")


def verdict(document: str) -> answers.ProfileVerdict:
    """Say what a profile holds and what its tests say, as ``validate`` does."""
    _refuse_nul(document)
    held = worker_profile.read(services().settings, document.encode(), _today())
    failed = sum(one["got"] != one["expect"] for one in held["tests"])
    return {
        "name": held["name"],
        "version": held["version"],
        "hash": held["hash"],
        "tables": sorted(set(held["tables"].values())),
        "checks": held["checks"],
        "passed": len(held["tests"]) - failed,
        "failed": failed,
        "tests": held["tests"],
    }


def _today() -> datetime.date:
    given = request.args.get("today")
    if given is None:
        return _now().date()
    try:
        day = datetime.date.fromisoformat(given)
    except ValueError:
        day = None
    if day is None or str(day) != given:
        raise invalid("today", "must be a day, YYYY-MM-DD")
    return day


def _word(held: dict[str, Any], field: str, pattern: str) -> str:
    if not re.fullmatch(pattern, held[field]):
        raise invalid(field, f"must be as {pattern}")
    return str(held[field])


def _rows(name: str) -> list[ProfileVersion]:
    rows: list[ProfileVersion] = []
    if parts_of(name) == (name, None):
        with services().reading() as session:
            rows = list(profiles.versions(session, caller().owner, name))
    if not rows:
        raise NotFoundError("There is no profile of this name.")
    return rows


def _version(name: str, version: str) -> Profile | ProfileVersion:
    if name in built_in() and version == _version_of(built_in()[name]):
        return built_in()[name]
    found = None
    if parts_of(f"{name}@{version}") == (name, version):
        with services().reading() as session:
            found = profiles.find(session, caller().owner, name, version)
    if found is None:
        raise NotFoundError("There is no such version of a profile.")
    return found


def _version_of(one: Profile) -> str:
    return str(content_of(one.document)["version"])


def _built_in(one: Profile) -> answers.ProfileSummary:
    return {
        "name": one.name,
        "version": _version_of(one),
        "built_in": True,
        "extends": content_of(one.document).get("extends"),
        "sha256": one.sha256,
        "created_at": moment(None),
    }


def _summary(row: ProfileVersion) -> answers.ProfileSummary:
    return {
        "name": row.name,
        "version": row.version,
        "built_in": False,
        "extends": row.extends,
        "sha256": row.sha256,
        "created_at": at(row.created_at),
    }


def _whole(row: ProfileVersion) -> answers.ProfileDocument:
    return {**_summary(row), "content": row.content}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
