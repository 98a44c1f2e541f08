"""Endpoints that hear of the ends of jobs, and what was delivered to them."""

from typing import Any

from flask import render_template, request
from werkzeug import Response

from web.api import webhooks
from web.console.blueprint import bp, see_other
from web.db.webhooks import EVENTS
from web.errors import NotFoundError


@bp.get("/webhooks", endpoint="webhooks")
def listed() -> str:
    """Return the endpoints that the caller sees."""
    return _page()


@bp.post("/webhooks")
def make_webhook() -> tuple[str, int]:
    """Make an endpoint, and show its secret this once."""
    form = request.form
    asked: dict[str, Any] = {"url": form.get("url", "").strip(), "events": form.getlist("events")}
    return _page(webhooks.make_as(asked)), 201


@bp.get("/webhooks/<webhook_id>")
def webhook(webhook_id: str) -> str:
    """Return an endpoint and its deliveries, the newest first."""
    return _one(webhook_id)


@bp.post("/webhooks/<webhook_id>/rotate")
def rotate_webhook(webhook_id: str) -> str:
    """Give an endpoint a new secret, and show it this once."""
    return _one(webhook_id, webhooks.rotate_as(webhook_id, webhooks.USUAL_OVERLAP_HOURS))


@bp.post("/webhooks/<webhook_id>/<act>")
def tell_webhook(webhook_id: str, act: str) -> Response:
    """Let an endpoint hear again, or of nothing, or delete it."""
    acts = {"enable": webhooks.enable, "disable": webhooks.disable, "delete": webhooks.remove}
    if act not in acts:
        raise NotFoundError("An endpoint is enabled, disabled or deleted.")
    acts[act](webhook_id)
    if act == "delete":
        return see_other("webhooks")
    return see_other("webhook", webhook_id=webhook_id)


@bp.post("/webhooks/<webhook_id>/deliveries/<delivery_id>")
def redeliver(webhook_id: str, delivery_id: str) -> Response:
    """Deliver an event once more."""
    webhooks.redeliver(webhook_id, delivery_id)
    return see_other("webhook", webhook_id=webhook_id)


def _page(made: Any = None) -> str:
    found = webhooks.listed()["webhooks"]
    return render_template("webhooks.html", webhooks=found, made=made, events=EVENTS)


def _one(webhook_id: str, made: Any = None) -> str:
    return render_template(
        "webhook.html",
        webhook=webhooks.show(webhook_id),
        page=webhooks.deliveries(webhook_id),
        made=made,
        overlap=webhooks.USUAL_OVERLAP_HOURS,
    )
