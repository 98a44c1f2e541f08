"""``Prefer: wait=20`` (RFC 7240): an answer about a job that waits until there is news of it."""

import re
import time
from collections.abc import Callable

from flask import Response, current_app, request

from web.api.describe import TEXT, Parameter
from web.api.events import GONE_SECONDS, streams_of
from web.api.live import Live, stopping
from web.api.places import SOCKET, aside, is_gone

LONGEST_SECONDS = 30
PREFER = Parameter(
    "Prefer",
    f"`wait=20`: answer when there is news, after 20 seconds otherwise; {LONGEST_SECONDS} at most.",
    TEXT,
    "header",
)
Made = tuple[Response, bool]
"""An answer, and whether it is what the caller waits for."""

_WAIT = re.compile(r"""(?:^|,)\s*wait\s*=\s*"?([0-9]{1,18})"?\s*(?=$|[,;])""", re.I | re.A)


def when_new(job_id: str, make: Callable[[], Made]) -> Response:
    """Return what is made about a job once it is what the caller waits for, or after the time.

    As long as it waits others get its place; it has one of those that streams have. Is none of them
    free, it does not wait, and does not say that it did.
    """
    answer, new = make()
    asked = _WAIT.search(",".join(request.headers.getlist("Prefer")))
    if asked is None:
        return answer
    seconds = min(int(asked[1]), LONGEST_SECONDS)
    streams = streams_of(current_app)
    if not new:
        if not streams.free.acquire(blocking=False):
            return answer
        try:
            answer = _wait(streams.live, job_id, make, answer, seconds)
        finally:
            streams.free.release()
    answer.headers["Preference-Applied"] = f"wait={seconds}"
    return answer


def _wait(
    live: Live, job_id: str, make: Callable[[], Made], answer: Response, seconds: int
) -> Response:
    end = time.monotonic() + seconds
    connection = request.environ.get(SOCKET)
    known, new = "", False
    with live.watch(job_id) as watch:
        while not new and (left := end - time.monotonic()) > 0:
            with aside(request.environ):
                view = watch.next(known, min(left, GONE_SECONDS))
            if view is not None:
                known = view.id
                answer, new = make()
            elif stopping.is_set() or is_gone(connection):
                break
    return answer
