"""Pages for a person: what this is, and what each problem means. The console comes later."""

from flask import Blueprint, current_app, render_template
from werkzeug.routing import Rule

from web.api.access import open_to_all
from web.errors import PROBLEMS, NotFoundError

bp = Blueprint(
    "pages",
    __name__,
    template_folder="../pages/templates",
    static_folder="../pages/static",
    static_url_path="/static",
)

_SHOWN = ("GET", "POST")


@bp.get("/")
@open_to_all
def index() -> str:
    """Return the first page."""
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    return render_template("index.html", routes=sorted(map(_route, rules)))


@bp.get("/problems/<slug>")
@open_to_all
def problem(slug: str) -> str:
    """Return what the ``type`` of a problem document means."""
    if slug not in PROBLEMS:
        raise NotFoundError("There is no problem of this name.")
    return render_template("problem.html", problem=PROBLEMS[slug])


def _route(rule: Rule) -> tuple[str, str]:
    return rule.rule, " ".join(method for method in _SHOWN if method in (rule.methods or ()))
