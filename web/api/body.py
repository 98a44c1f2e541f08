"""Bodies of requests: how slowly they may come, and what is left of a refused one."""

import json
import re
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from flask import Response, current_app, request

from web.api.describe import Schema
from web.api.pace import deadlines
from web.errors import InvalidRequestError, UnsupportedMediaTypeError, invalid

READ_SECONDS = 120.0
"""How long one read of a body, 1 MiB at most, may take: a client that is slower is given up."""
LAST_READ_SECONDS = 10.0
LARGEST_JSON = 1024**2
CHUNK = 256 * 1024
UNKNOWN_CALLERS_BYTES = 1024**2
"""How much is read of what somebody without a key sends, so that the answer is seen."""

NO_JSON = "is not JSON, or names a key twice"
_EXACT = 2**53
"""Below this a number with a fraction of nothing is no other one as a whole number."""

_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_TYPES: dict[str, tuple[type, str]] = {
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "array": (list, "a list"),
    "object": (dict, "an object"),
}


def json_object(fields: Mapping[str, Schema]) -> dict[str, Any]:
    """Return the body of a request, a JSON object of these fields; no body is an empty one.

    Of their schemas only type and words are looked at here.

    Raises:
        InvalidRequestError: It is none, or has something else in it.
        UnsupportedMediaTypeError: It is not said to be JSON.
    """
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError("Send application/json.")
    request.max_content_length = LARGEST_JSON
    try:
        found = read_json(request.get_data())
    except ValueError as error:
        raise InvalidRequestError(f"The body {NO_JSON}.") from error
    if not isinstance(found, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    if not is_writable(found):
        raise InvalidRequestError("The body holds a character that no text has.")
    for name, value in found.items():
        if name not in fields:
            raise invalid(str(name)[:64], f"is none of {', '.join(fields)}")
        if why := unfit(value, fields[name]):
            raise invalid(name, why)
    return found


def read_json(text: str | bytes) -> Any:
    """Return what a caller sent as JSON; 50.0 is the whole number that it is, as JSON Schema says.

    Raises:
        ValueError: It is none, too deep, or names a key twice, of which others see the other.
    """
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_constant=_no_constant,
            object_pairs_hook=_no_repeats,
        )
    except RecursionError as error:
        raise ValueError("lists and maps stand too deep") from error


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is repeated")
    return found


def unfit(value: Any, schema: Schema) -> str | None:
    """Return what a value must be, if its type or its word is not one of its schema."""
    type_, called = _TYPES[schema["type"]]
    if type(value) is not type_:
        return f"must be {called}"
    words = schema.get("enum")
    return f"must be one of {', '.join(words)}" if words and value not in words else None


def is_writable(found: Any) -> bool:
    """Return whether all texts in what JSON held can be written as UTF-8, and into a database."""
    left = [found]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and _UNWRITABLE.search(one):
            return False
    return True


class Paced:
    """The body of a request as gunicorn gives it, each read of which ends in bounded time.

    Of a body that comes too slowly no more is read: it is one that ended too early.
    """

    def __init__(self, stream: BinaryIO, connection: socket.socket) -> None:
        self.seconds = READ_SECONDS
        self._stream = stream
        self._connection = connection

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, fewer than asked for only at the end."""
        with deadlines.within(self._connection, self.seconds):
            return self._stream.read(size)


def pace() -> None:
    """Bound the time that reading the body of the current request takes."""
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        request.environ["wsgi.input"] = Paced(request.environ["wsgi.input"], connection)


def read_rest(answer: Response) -> Response:
    """Read what is left of the body of a refused request, and forget it.

    Were the connection closed on it, many clients would see a reset connection and not the answer
    that says why. Not more is read than twice what a submission may have. Only a server that knows
    where the body ends (gunicorn) needs this; Werkzeug's does it itself.
    """
    if answer.status_code >= 400 and request.environ.get("wsgi.input_terminated"):
        known = answer.status_code != 401
        left = 2 * int(current_app.config["MAX_CONTENT_LENGTH"]) if known else UNKNOWN_CALLERS_BYTES
        body = request.environ["wsgi.input"]
        if isinstance(body, Paced):
            body.seconds = LAST_READ_SECONDS
        # A body that cannot be read any further is left: its connection is closed anyway.
        with suppress(Exception):
            while left > 0 and (chunk := body.read(CHUNK)):
                left -= len(chunk)
    return answer
