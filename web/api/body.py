"""Bodies of requests: how long a client may be silent, and what is left of a refused one."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Response, current_app, request

from web.api.describe import Schema
from web.errors import InvalidRequestError, UnsupportedMediaTypeError, invalid

SILENCE_SECONDS = 60.0
"""How long a client may send nothing in the middle of a body before it is given up."""
LAST_SILENCE_SECONDS = 10.0
CHUNK = 256 * 1024
UNKNOWN_CALLERS_BYTES = 1024**2
"""How much is read of what somebody without a key sends, so that the answer is seen."""

_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "array": (list, "a list"),
}


def json_object(fields: Mapping[str, Schema]) -> dict[str, Any]:
    """Return the body of a request, a JSON object of these fields; no body is an empty one.

    Of their schemas only the type is looked at here.

    Raises:
        InvalidRequestError: It is none, or has something else in it.
        UnsupportedMediaTypeError: It is not said to be JSON.
    """
    if not request.content_length:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError("Send application/json.")
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    for name, value in found.items():
        if name not in fields:
            raise invalid(str(name)[:64], f"is none of {', '.join(fields)}")
        type_, called = _TYPES[fields[name]["type"]]
        if type(value) is not type_:
            raise invalid(name, f"must be {called}")
    return found


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
        known = answer.status_code != 401
        left = 2 * int(current_app.config["MAX_CONTENT_LENGTH"]) if known else UNKNOWN_CALLERS_BYTES
        limit_silence(LAST_SILENCE_SECONDS)
        with suppress(OSError):
            while left > 0 and (chunk := request.environ["wsgi.input"].read(CHUNK)):
                left -= len(chunk)
    return answer
