"""``/problems``: what each kind of error means."""

from flask import Blueprint, render_template

from web.api.access import open_to_all
from web.errors import PROBLEMS, NotFoundError

bp = Blueprint("problems", __name__, url_prefix="/problems")


@bp.get("/<slug>")
@open_to_all
def problem(slug: str) -> str:
    """Return what the ``type`` of a problem document means."""
    if slug not in PROBLEMS:
        raise NotFoundError("There is no problem of this name.")
    return render_template("problem.html", problem=PROBLEMS[slug])
