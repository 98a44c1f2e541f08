"""One item of work: where it is, every try, and what can be done with it alone."""

from flask import render_template, request
from werkzeug import Response

from web.api import items
from web.console.blueprint import bp, see_other
from web.db.models import Priority


@bp.get("/items/<item_id>")
def item(item_id: str) -> str:
    """Return where an item is."""
    return render_template("item.html", item=items.show(item_id), priorities=list(Priority))


@bp.post("/items/<item_id>/cancel")
def cancel_item(item_id: str) -> Response:
    """Cancel one item."""
    items.cancel(item_id)
    return see_other("item", item_id=item_id)


@bp.post("/items/<item_id>/release")
def release_item(item_id: str) -> Response:
    """Take an item from its worker."""
    items.release(item_id)
    return see_other("item", item_id=item_id)


@bp.post("/items/<item_id>/requeue")
def requeue_item(item_id: str) -> Response:
    """Let an item wait with another priority."""
    items.move(item_id, request.form.get("priority", ""))
    return see_other("item", item_id=item_id)
