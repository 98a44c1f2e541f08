"""Do SQL and Redis say the same? Look, check now, put right."""

from flask import render_template
from werkzeug import Response

from web.api import consistency as sides
from web.api.access import needs
from web.console.blueprint import bp, see_other
from web.db.models import Role


@bp.get("/operations/consistency")
def consistency() -> str:
    """Return what SQL and Redis say of each other."""
    return _page()


@bp.post("/operations/consistency/check")
@needs(Role.ADMIN)
def check() -> str:
    """Look at every item in Redis now."""
    found = sides.check()
    return render_template("consistency.html", found=sides.show(), checked=found)


@bp.post("/operations/consistency/repair")
@needs(Role.ADMIN)
def repair() -> Response:
    """Put right what differs."""
    sides.repair()
    return see_other("consistency")


def _page() -> str:
    return render_template("consistency.html", found=sides.show(), checked=None)
