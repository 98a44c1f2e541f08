"""Save what a person corrected as a profile: next month's files are read that way at once."""

import re
from collections.abc import Sequence

from flask import render_template, request
from werkzeug import Response

from web.api import preview, profiles
from web.api.access import caller, check_token, checks_token, needs
from web.console import corrections, profile_of_plan
from web.console.blueprint import bp, see_other
from web.console.new_job import token_of
from web.db.models import Role
from web.errors import InvalidRequestError, ProfileExistsError, invalid
from web.profiles import NAME, VERSION, built_in, parts_of


@bp.post("/profiles/draft")
@checks_token
def profile_draft() -> str:
    """Return a profile that says what the plans of a form do, to be named and saved."""
    _, got = preview.received(corrections.Parts())
    check_token(token_of(got))
    base = got.texts.get("profile", ["us-core"])[0]
    plan = corrections.document_of(got)
    if plan is None:
        raise invalid("plan", "is missing: choose files and see what is understood of them")
    draft = profile_of_plan.draft(plan, base if base in built_in() else "us-core")
    name, version = _next(base)
    return _page(name, version, draft, base)


@bp.post("/profiles/save")
@needs(Role.OPERATOR)
def save_profile() -> Response | tuple[str, int]:
    """Take a version of a profile; what is wrong with it is told beside it."""
    name, version, body = (request.form.get(one, "") for one in ("name", "version", "body"))
    for value, pattern, field in ((name, NAME, "name"), (version, VERSION, "version")):
        if not re.fullmatch(pattern, value):
            return _page(name, version, body, "", f"The {field} must be as {pattern}."), 400
    try:
        profiles.take(f'name: {name}\nversion: "{version}"\n{body}')
    except InvalidRequestError as error:
        reasons = [one.reason for one in error.errors]
        return _page(name, version, body, "", error.detail, reasons), 400
    except ProfileExistsError as error:
        return _page(name, version, body, "", error.detail), 409
    return see_other("new", profile=name, saved=version)


def _next(base: str) -> tuple[str, str]:
    """Return name and version to propose: the next one of a profile of the caller's own."""
    parts = parts_of(base)
    if base in built_in() or parts is None:
        return "", "1"
    name = parts[0]
    versions = {one["version"] for one in profiles.show(name)["versions"]}
    return name, str(next(n for n in range(1, 10**6) if str(n) not in versions))


def _page(
    name: str, version: str, body: str, base: str, wrong: str = "", reasons: Sequence[str] = ()
) -> str:
    return render_template(
        "save_profile.html",
        name=name,
        version=version,
        body=body,
        wrong=wrong,
        reasons=reasons,
        own=base if base and base not in built_in() else "",
        who=caller().owner,
    )
