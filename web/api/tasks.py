"""``/api/tasks``: what the tasks process has to do, and what of it does not go well."""

import datetime

from flask import Blueprint

from web.api.access import needs
from web.api.answers import queue as answers
from web.api.describe import JOB_CURSOR, LIMIT, described
from web.api.lookup import id_cursor, page_size
from web.api.shapes import at
from web.db import tasks
from web.db.models import Role
from web.services import services

bp = Blueprint("tasks", __name__, url_prefix="/api/tasks")


@bp.get("")
@needs(Role.ADMIN)
@described(answers.Tasks, LIMIT, JOB_CURSOR)
def listed() -> answers.Tasks:
    """Return how many tasks of each kind wait, and those that did not go well, the oldest first."""
    limit, after = page_size(), id_cursor() or ""
    with services().reading() as session:
        stands = tasks.stands(session, datetime.datetime.now(datetime.UTC))
        found = tasks.failing(session, after, limit + 1)
    shown = found[:limit]
    return {
        "waiting": {kind.value: stand.waiting for kind, stand in stands.items()},
        "failing": [
            {
                "task_id": one.id,
                "kind": one.kind,
                "target": one.target or None,
                "created_at": at(one.created_at),
                "due_at": at(one.due_at),
                "tries": one.tries,
                "reason": one.reason or "",
            }
            for one in shown
        ],
        "next_cursor": shown[-1].id if len(found) > limit else None,
    }
