"""What holds for every request: headers of its answer, a line in the log, where it came from."""

import time

import structlog
from flask import Flask, Response, g, request

from web.api import body, trace
from web.errors import ForbiddenError, InvalidRequestError, UnsupportedMediaTypeError

log = structlog.get_logger(__name__)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAFE = ("GET", "HEAD", "OPTIONS")
_QUIET = ("/health", "/metrics")


def register(app: Flask) -> None:
    """Make it hold for an application."""
    app.before_request(_begin)
    app.before_request(_refuse_doubtful)
    app.before_request(_refuse_other_sites)
    app.after_request(_finish)
    app.after_request(body.read_rest)


def _begin() -> None:
    g.began = time.monotonic()
    body.pace()


def _refuse_doubtful() -> None:
    """Refuse what a proxy before this server may understand in another way, or nobody decodes."""
    if "Host" not in request.headers and not _is_an_old_look():
        raise InvalidRequestError("The header Host is missing.")
    if request.headers.get("Transfer-Encoding", "chunked").strip().lower() != "chunked":
        raise InvalidRequestError("The only transfer coding is chunked.")
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaTypeError(
            "Send the body as it is, without Content-Encoding; files may be packed themselves."
        )


def _is_an_old_look() -> bool:
    """Return whether this looks by HTTP/1.0, which knew no Host, as probes of load balancers do."""
    return request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0" and request.method in _SAFE


def _refuse_other_sites() -> None:
    """Refuse what a page of another site makes a browser send; other clients do not say.

    Browsers say it in ``Sec-Fetch-Site``, to addresses without TLS only by the origin.
    """
    if request.method in _SAFE:
        return
    site, origin = (request.headers.get(name) for name in ("Sec-Fetch-Site", "Origin"))
    if site is None and origin is not None:
        same = request.host and origin.partition("://")[2] == request.host
        site = "same-origin" if same else "cross-site"
    if site not in (None, "same-origin", "none"):
        raise ForbiddenError("The request comes from a page of another site.")


def _finish(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    parent = trace.context().get("traceparent")
    if parent:
        answer.headers["traceparent"] = parent
    # The rule, not the path: whatever a client puts into a path stays out of the log.
    rule = request.url_rule.rule if request.url_rule else None
    if not (rule or "").startswith(_QUIET) or answer.status_code >= 500:
        log.info(
            "request answered",
            method=request.method if rule else None,
            route=rule,
            status=answer.status_code,
            duration_s=round(time.monotonic() - g.began, 4),
        )
    return answer
