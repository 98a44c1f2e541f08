"""API keys: who has access. A secret is shown once, on the page that answers its making."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from werkzeug import Response

from web.api import keys
from web.api.access import needs
from web.console.blueprint import bp, see_other
from web.console.forms import number_of
from web.db.keys import MOST
from web.db.models import Role


@bp.get("/keys", endpoint="keys")
@needs(Role.ADMIN)
def listed() -> str:
    """Return all keys, without their secrets."""
    return _page()


@bp.post("/keys")
@needs(Role.ADMIN)
def make_key() -> tuple[str, int]:
    """Make a key, and show its secret this once."""
    form = request.form
    asked: dict[str, Any] = {name: form.get(name, "") for name in ("name", "owner", "role")}
    return _page(keys.make_as(asked | _numbers(form, "days", *MOST))), 201


@bp.post("/keys/<key_id>/limits")
@needs(Role.ADMIN)
def limit_key(key_id: str) -> Response:
    """Give a key other limits; of those left empty the settings say."""
    keys.limit_as(key_id, _numbers(request.form, *MOST))
    return see_other("keys")


@bp.post("/keys/<key_id>/rotate")
@needs(Role.ADMIN)
def rotate_key(key_id: str) -> tuple[str, int]:
    """Make a key like this one, which ends after some hours; show the new secret this once."""
    return _page(keys.rotate_as(key_id, keys.USUAL_GRACE_HOURS)), 201


@bp.post("/keys/<key_id>/revoke")
@needs(Role.ADMIN)
def revoke_key(key_id: str) -> Response:
    """End a key at once."""
    keys.revoke(key_id)
    return see_other("keys")


def _numbers(form: Mapping[str, str], *names: str) -> dict[str, int]:
    return {name: number_of(form, name) for name in names if form.get(name)}


def _page(made: Any = None) -> str:
    return render_template(
        "keys.html",
        keys=keys.listed()["keys"],
        made=made,
        roles=list(Role),
        grace=keys.USUAL_GRACE_HOURS,
    )
