"""``/api/jobs/{id}/events``: what happens to a job, as Server-Sent Events while it happens."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from web.api.describe import Parameter, described
from web.api.live import Live, View, stopping, views
from web.api.lookup import job_called
from web.api.places import SOCKET, is_gone
from web.errors import NotFoundError, UnavailableError
from web.services import services

bp = Blueprint("events", __name__, url_prefix="/api/jobs/<job_id>/events")

MEDIA = "text/event-stream"
STREAM_SECONDS = 60.0
"""How long a stream is open; then the client comes again, and shows its key again."""
SILENCE_SECONDS = 15.0
"""After so long a comment is sent, so that nobody between takes the stream for dead."""
GONE_SECONDS = 2.0
"""How often it is looked whether the client is still there."""
AGAIN_MS = 1000
FILES_AT_ONCE = 500

_KEY = "harmonizer-events"
_LAST = Parameter(
    "Last-Event-ID", "`id` of the last event that was seen.", {"type": "string"}, "header"
)


class Streams:
    """The streams of one process: what they watch, and how many more there may be."""

    def __init__(self, live: Live, most: int) -> None:
        self.live = live
        self.free = threading.Semaphore(most)


def register(app: Flask) -> None:
    """Let an application have so many streams as its settings say."""
    with app.app_context():
        of = services()
    live = Live(of)
    of.closing.callback(live.close)
    app.extensions[_KEY] = Streams(live, of.settings.web_streams)


def streams_of(app: Flask) -> Streams:
    """Return the streams of an application."""
    found: Streams = app.extensions[_KEY]
    return found


@bp.get("")
@described((MEDIA,), _LAST, also=(204,), problems=())
def events(job_id: str) -> Response:
    """Send a job's status, progress and files as they change.

    A stream ends after a minute, and when the job does; with the id of the last event the next one
    goes on. 204 says that there will be nothing more.
    """
    known = request.headers.get("Last-Event-ID", "")
    with services().reading() as session:
        job_called(session, job_id)
    view = views(services(), [job_id]).get(job_id)
    if view is None:
        raise NotFoundError("There is no job with this id.")
    if view.ended and view.id == known:
        return Response(status=204)
    streams = streams_of(current_app)
    if not streams.free.acquire(blocking=False):
        raise UnavailableError("Too many streams of events are open; ask for the status instead.")
    connection = request.environ.get(SOCKET)
    if connection is not None:
        connection.settimeout(SILENCE_SECONDS)  # who reads nothing is given up
    stream = _stream(streams.live, job_id, view, known, connection)
    answer = Response(stream, mimetype=MEDIA)
    answer.call_on_close(streams.free.release)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # nginx would keep events back
    return answer


def _stream(
    live: Live, job_id: str, now: View, known: str, connection: socket.socket | None
) -> Iterator[str]:
    """Yield events: first what is new to who knows the event ``known``, then what changes."""
    end = time.monotonic() + STREAM_SECONDS
    yield f"retry: {AGAIN_MS}\n\n"
    before: View | None = now if now.id == known else None
    if before is None:
        yield from _changes(None, now)
        before = now
    said = time.monotonic()
    with live.watch(job_id) as watch:
        while not (before.ended or stopping.is_set() or is_gone(connection)):
            clock = time.monotonic()
            if clock >= end:
                return
            found = watch.next(before.id, min(end - clock, GONE_SECONDS))
            if found is not None:
                yield from _changes(before, found)
                before, said = found, time.monotonic()
            elif time.monotonic() - said > SILENCE_SECONDS:
                yield ":\n\n"
                said = time.monotonic()


def _changes(before: View | None, now: View) -> Iterator[str]:
    """Yield how a view differs from an earlier one.

    Only the last event has an id: who has seen it has seen the others too.
    """
    old = {one["file_no"]: one for one in before.files} if before else {}
    changed = [one for one in now.files if old.get(one["file_no"]) != one]
    for start in range(0, len(changed), FILES_AT_ONCE):
        yield _event("files", {"files": changed[start : start + FILES_AT_ONCE]})
    yield _event("status", now.status, now.id)


def _event(name: str, data: Mapping[str, Any], event_id: str | None = None) -> str:
    line = f"id: {event_id}\n" if event_id else ""
    return f"{line}event: {name}\ndata: {json.dumps(data)}\n\n"
