"""The audit log: who did what, to what, when, from where; whether anybody changed it."""

from flask import render_template, request

from web.api import audit_log
from web.api.access import needs
from web.console.blueprint import bp
from web.db.models import Role


@bp.get("/audit")
@needs(Role.ADMIN)
def audit() -> str:
    """Return what was done, the newest first; with ``verify`` whether every seal holds."""
    verdict = audit_log.verify() if "verify" in request.args else None
    return render_template("audit.html", page=audit_log.listed(), verdict=verdict)
