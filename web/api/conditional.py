"""Conditional requests (RFC 9110, section 13): what a caller knows already is not sent again."""

from flask import Response, request
from werkzeug.http import parse_range_header

from web.errors import PreconditionFailedError


def conditional(answer: Response, length: int | None = None) -> Response:
    """Make an answer with an ETag 304, or 206 where its length is given, as the request wishes.

    Raises:
        PreconditionFailedError: The request wants another state than this.
        HTTPException: 416, the answer has no such range.
    """
    environ = dict(request.environ)
    # Any state is what this expects; Werkzeug looks for one of this name.
    if environ.get("HTTP_IF_MATCH", "").strip() == "*":
        del environ["HTTP_IF_MATCH"]
    if not _is_one_of_bytes(environ.get("HTTP_RANGE", "")):
        environ.pop("HTTP_RANGE", None)
    try:
        answer.make_conditional(environ, length is not None, length)
        if answer.status_code == 412:
            raise PreconditionFailedError("There is another state of this by now.")
    except BaseException:
        answer.close()  # another answer is sent, and nobody would close the file of this one
        raise
    return answer


def _is_one_of_bytes(asked: str) -> bool:
    """Return whether this is one range of bytes. What is not gets the whole, as section 14.2 lets.

    Other units have to be passed over; several ranges would be an answer of several parts.
    """
    found = parse_range_header(asked)
    return found is not None and found.units == "bytes" and len(found.ranges) == 1
