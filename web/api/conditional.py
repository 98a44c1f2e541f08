"""Conditional requests (RFC 9110, section 13): what a caller knows already is not sent again."""

from flask import Response, request

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
    try:
        answer.make_conditional(environ, length is not None, length)
        if answer.status_code == 412:
            raise PreconditionFailedError("There is another state of this by now.")
    except BaseException:
        answer.close()  # another answer is sent, and nobody would close the file of this one
        raise
    return answer
