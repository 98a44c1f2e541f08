"""Bodies of requests: how long a client may be silent, and what is left of a refused one."""

from contextlib import suppress

from flask import Response, current_app, request

SILENCE_SECONDS = 60.0
"""How long a client may send nothing in the middle of a body before it is given up."""
LAST_SILENCE_SECONDS = 10.0
CHUNK = 256 * 1024


def limit_silence(seconds: float = SILENCE_SECONDS) -> None:
    """Let reading fail when nothing comes for so long; gunicorn would hold the thread for ever."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(seconds)


def read_rest(answer: Response) -> Response:
    """Read what is left of the body of a refused request, and forget it.

    Were the connection closed on it, many clients would see a reset connection and not the answer
    that says why. Not more is read than twice what a submission may have. Only a server that knows
    where the body ends (gunicorn) needs this; Werkzeug's does it itself.
    """
    if answer.status_code >= 400 and request.environ.get("wsgi.input_terminated"):
        left = 2 * int(current_app.config["MAX_CONTENT_LENGTH"])
        limit_silence(LAST_SILENCE_SECONDS)
        with suppress(OSError):
            while left > 0 and (chunk := request.environ["wsgi.input"].read(CHUNK)):
                left -= len(chunk)
    return answer
