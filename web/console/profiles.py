"""Profiles: their versions, what differs between two, their rules with tests, a new version."""

from flask import render_template, request
from werkzeug import Response

from web.api import profiles
from web.console.blueprint import bp, see_other
from web.errors import PROBLEMS, ApiError, TooLargeError

_EMPTY = """\
# One that extends us-core says only what is different.
name: my-profile
version: "1"
extends: us-core
"""


@bp.get("/profiles", endpoint="profiles")
def listed() -> str:
    """Return the profiles that the caller may name."""
    return render_template("profiles.html", profiles=profiles.listed()["profiles"])


@bp.get("/profiles/<name>")
def profile(name: str) -> str:
    """Return the versions of a profile; with two chosen, what differs."""
    found = profiles.show(name)
    differs = len(found["versions"]) > 1 and not found["versions"][0]["built_in"]
    return render_template(
        "profile.html", found=found, diff=profiles.diff(name) if differs else None
    )


@bp.get("/profiles/<name>/versions/<version>")
def profile_version(name: str, version: str) -> str:
    """Return one version: its document."""
    document = profiles.document_of(name, version)
    return render_template(
        "profile_version.html", name=name, version=version, document=document, verdict=None
    )


@bp.post("/profiles/<name>/versions/<version>/test")
def test_profile(name: str, version: str) -> str:
    """Run the tests beside the rules of a version."""
    return render_template(
        "profile_version.html",
        name=name,
        version=version,
        document=profiles.document_of(name, version),
        verdict=profiles.test(name, version),
    )


@bp.get("/profiles/new")
def new_profile() -> str:
    """Return a form for a new version, begun with one that there is."""
    begin = request.args.get("from", "")
    name, _, version = begin.partition("@")
    document = profiles.document_of(name, version) if begin else _EMPTY
    return _form(document)


@bp.post("/profiles/new")
def make_profile() -> str | Response | tuple[str, int]:
    """Try a document, or take it as a new version."""
    document = request.form.get("document", "").replace("\r\n", "\n")
    try:
        if len(document.encode()) > profiles.MAX_BYTES:
            raise TooLargeError(f"A profile has at most {profiles.MAX_BYTES} bytes.")
        if request.form.get("act") == "try":
            return _form(document, verdict=profiles.verdict(document))
        made = profiles.take(document)
    except ApiError as error:
        return _form(document, wrong=error), PROBLEMS[error.slug].status
    return see_other("profile", name=made.name)


def _form(document: str, verdict: object = None, wrong: object = None) -> str:
    return render_template("profile_new.html", document=document, verdict=verdict, wrong=wrong)
