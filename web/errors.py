"""What the API answers when it cannot do what was asked: RFC 9457, one shape for every error.

A problem says which field is wrong and why. It never repeats what was sent, which may be a
patient's value, and never shows where in the program it arose.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import structlog
import werkzeug
from flask import Flask, Response, json, redirect, render_template, request, url_for
from gunicorn.http.errors import ParseException
from redis.exceptions import RedisError
from sqlalchemy.exc import InternalError, OperationalError
from werkzeug.exceptions import HTTPException

from web.store import FullStoreError, StoreError

log = structlog.get_logger(__name__)

MEDIA = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """One kind of error; its type is ``/problems/<slug>``, and that page says ``meaning``."""

    slug: str
    status: int
    title: str
    meaning: str

    @property
    def type(self) -> str:
        """Return the stable URI of this kind, relative to the API's origin."""
        return f"/problems/{self.slug}"


_ALL = (
    Problem(
        "invalid-request",
        400,
        "The request cannot be understood",
        "A part, parameter or option is missing, unknown or has a value that is not allowed. "
        "`errors` names each field with the reason. Nothing was stored.",
    ),
    Problem(
        "unauthorized",
        401,
        "An API key or a login is needed",
        "The header `Authorization: Bearer KEY` is missing, or its key is unknown, was revoked or "
        "has expired; or a person who had logged in has been logged out.",
    ),
    Problem(
        "forbidden",
        403,
        "This is not allowed",
        "The role of the API key or the user is not enough; or a page of another site made the "
        "browser send the request, or the token of a form is not that of the session; or no keys "
        "are asked for, and the request came by a name that is not localhost.",
    ),
    Problem(
        "not-found",
        404,
        "Nothing is here",
        "No such path, job or output.",
    ),
    Problem(
        "method-not-allowed",
        405,
        "This method is not possible here",
        "The path exists for other methods; the header `Allow` lists them.",
    ),
    Problem(
        "no-result",
        409,
        "The job has no result",
        "The job has not ended, has failed, was cancelled, or made no table. Look at its "
        "status; when it has not ended, ask again later.",
    ),
    Problem(
        "job-ended",
        409,
        "The job has ended",
        "What was asked is possible only while a job waits or runs.",
    ),
    Problem(
        "job-live",
        409,
        "The job has not ended",
        "What was asked is possible only when a job has ended. It can be cancelled.",
    ),
    Problem(
        "held",
        409,
        "The job is under a legal hold",
        "Its inputs and outputs cannot be deleted before an admin releases the hold.",
    ),
    Problem(
        "not-retryable",
        409,
        "The job cannot be run again",
        "Only a job that has ended can be run again: one that failed, was cancelled or ended "
        "partial.",
    ),
    Problem(
        "export-failed",
        409,
        "The export cannot be made",
        "The result could not be written in the format that was asked for; the sentence says why. "
        "Asked for again after an hour, it is tried anew. The result in its own format is not "
        "touched by this.",
    ),
    Problem(
        "count-changed",
        409,
        "There are more or fewer jobs now",
        "What was asked for many jobs names how many they are, and that is not their number any "
        "more. Nothing was done; count again.",
    ),
    Problem(
        "item-elsewhere",
        409,
        "The item is not where this is possible",
        "Only an item that waits or is dead can be given another priority, only one that runs be "
        "released, and none that has ended be cancelled. Look where it is now.",
    ),
    Problem(
        "key-ended",
        409,
        "The key has ended",
        "A key that was revoked or has expired cannot be replaced by one like it.",
    ),
    Problem(
        "profile-exists",
        409,
        "The version exists",
        "A version of a profile is never changed. Give the changed document another `version`.",
    ),
    Problem(
        "contradiction",
        409,
        "The decision contradicts others",
        "Decisions about persons must be true together: of A = B, B = C and A ≠ C one must be "
        "undone first. `errors` names the decisions that stand against it.",
    ),
    Problem(
        "purged",
        410,
        "The outputs were deleted",
        "The inputs and outputs of the job were deleted: its time of retention was over, or that "
        "was asked for.",
    ),
    Problem(
        "precondition-failed",
        412,
        "It is not what was expected",
        "The header `If-Match` names another state than the newest.",
    ),
    Problem(
        "too-large",
        413,
        "The request is too large",
        "The body is larger than `HARMONIZER_MAX_UPLOAD_BYTES`, or it has too many parts, or "
        "one of its text parts is too long.",
    ),
    Problem(
        "unsupported-media-type",
        415,
        "This media type is not accepted",
        "Submissions are `multipart/form-data` or `application/json`, profiles `application/yaml`, "
        "other bodies `application/json`.",
    ),
    Problem(
        "range-not-satisfiable",
        416,
        "The range is outside the output",
        "The header `Range` names bytes that the output does not have.",
    ),
    Problem(
        "idempotency-conflict",
        422,
        "The idempotency key was used for another request",
        "A job was submitted with the same `Idempotency-Key` and other files or fields.",
    ),
    Problem(
        "too-many-requests",
        429,
        "The key has made too many requests",
        "An API key may make `HARMONIZER_REQUESTS_PER_MINUTE` requests in a minute, or as many as "
        "were set for it. The fields `RateLimit` and `RateLimit-Policy` of each answer say what is "
        "left; the request may be repeated after the seconds in `Retry-After`.",
    ),
    Problem(
        "too-many-jobs",
        429,
        "Too many jobs are in flight",
        "The jobs of an owner that have not ended are as many as `HARMONIZER_MAX_JOBS_IN_FLIGHT` "
        "or the key allows. Submit again when one has ended.",
    ),
    Problem(
        "internal-error",
        500,
        "The server failed",
        "A fault of the server, written to its log. The request may be repeated.",
    ),
    Problem(
        "unavailable",
        503,
        "A part that is needed does not answer",
        "The database, the store or, for a preview, a worker cannot be used now, or as many "
        "streams of events are open as a process keeps. The request may be repeated after the "
        "seconds in `Retry-After`.",
    ),
    Problem(
        "quota-exceeded",
        507,
        "There is no room for this",
        "The files of an owner's jobs, inputs and outputs, may have `HARMONIZER_MAX_BYTES_STORED` "
        "bytes together, or as many as the key allows. Deleting those of jobs makes room, and so "
        "does the time of retention.",
    ),
)
PROBLEMS: dict[str, Problem] = {problem.slug: problem for problem in _ALL}


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its name as in the request, and the reason, without values."""

    field: str
    reason: str


class ApiError(Exception):
    """An answer that is an error. ``detail`` is one plain sentence for the caller."""

    slug = "internal-error"

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class InvalidRequestError(ApiError):
    """400: fields that cannot be used."""

    slug = "invalid-request"


class UnauthorizedError(ApiError):
    """401."""

    slug = "unauthorized"


class ForbiddenError(ApiError):
    """403."""

    slug = "forbidden"


class NotFoundError(ApiError):
    """404."""

    slug = "not-found"


class NoResultError(ApiError):
    """409: no result yet, or never."""

    slug = "no-result"


class JobEndedError(ApiError):
    """409: too late for what was asked."""

    slug = "job-ended"


class JobLiveError(ApiError):
    """409: too early for what was asked."""

    slug = "job-live"


class HeldError(ApiError):
    """409: a legal hold forbids it."""

    slug = "held"


class NotRetryableError(ApiError):
    """409: nothing to run again."""

    slug = "not-retryable"


class ExportFailedError(ApiError):
    """409: the result cannot be had in this format."""

    slug = "export-failed"


class CountChangedError(ApiError):
    """409: not as many jobs as who asks believes."""

    slug = "count-changed"


class ItemElsewhereError(ApiError):
    """409: an item that is not where this is possible."""

    slug = "item-elsewhere"


class KeyEndedError(ApiError):
    """409: nothing to replace."""

    slug = "key-ended"


class ProfileExistsError(ApiError):
    """409: nobody changes a version of a profile."""

    slug = "profile-exists"


class ContradictedError(ApiError):
    """409: other decisions about persons say otherwise."""

    slug = "contradiction"


class PurgedError(ApiError):
    """410: outputs are gone."""

    slug = "purged"


class PreconditionFailedError(ApiError):
    """412: the caller expects another state."""

    slug = "precondition-failed"


class TooLargeError(ApiError):
    """413."""

    slug = "too-large"


class UnsupportedMediaTypeError(ApiError):
    """415."""

    slug = "unsupported-media-type"


class TooManyRequestsError(ApiError):
    """429."""

    slug = "too-many-requests"


class TooManyJobsError(ApiError):
    """429: of an owner, not ended yet."""

    slug = "too-many-jobs"


class StoreQuotaError(ApiError):
    """507: an owner has stored as much as may be."""

    slug = "quota-exceeded"


class UnavailableError(ApiError):
    """503: a part that is needed does not answer."""

    slug = "unavailable"


class IdempotencyConflictError(ApiError):
    """422: the key belongs to another request."""

    slug = "idempotency-conflict"


def invalid(field: str, reason: str) -> InvalidRequestError:
    """Return the error for one field that cannot be used."""
    return InvalidRequestError(f"{field}: {reason}", [FieldError(field, reason)])


def register(app: Flask) -> None:
    """Turn every error of the application into its problem document."""

    @app.errorhandler(UnauthorizedError)
    def unknown(error: UnauthorizedError) -> werkzeug.Response:
        if request.method != "GET" or "Authorization" in request.headers or not _asks_for_a_page():
            return expected(error)
        wanted = request.full_path if request.query_string else request.path
        return redirect(url_for("console.login", next=wanted), 303)

    @app.errorhandler(ApiError)
    def expected(error: ApiError) -> Response:
        return _answer(PROBLEMS[error.slug], error.detail, error.errors)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        problem = _BY_STATUS.get(error.code or 500, PROBLEMS["invalid-request"])
        answer = _answer(problem, f"{problem.title}.")
        for name, value in error.get_headers(request.environ):
            if name not in ("Content-Type", "Content-Length"):
                answer.headers[name] = value
        return answer

    @app.errorhandler(ParseException)
    def unreadable(error: Exception) -> Response:
        return _answer(PROBLEMS["invalid-request"], "The body is not sent as HTTP says.")

    @app.errorhandler(StoreError)
    @app.errorhandler(OperationalError)
    @app.errorhandler(InternalError)  # as PostgreSQL says it of a transaction that it has ended
    @app.errorhandler(RedisError)
    def unavailable(error: Exception) -> Response:
        log.error("a needed part does not answer", exc_info=error)
        return _answer(PROBLEMS["unavailable"], "The database or the store does not answer.")

    @app.errorhandler(FullStoreError)
    def full(error: Exception) -> Response:
        log.error("the store has no room left", exc_info=error)
        return _answer(PROBLEMS["unavailable"], "The store has no room left.")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("request failed", exc_info=error)
        return _answer(PROBLEMS["internal-error"], "The server failed; its log says where.")


_MORE = {
    401: {"WWW-Authenticate": 'Bearer realm="harmonizer"'},
    429: {"Retry-After": "5"},
    503: {"Retry-After": "5"},
}
"""Headers of errors with these statuses."""

_BY_STATUS = {problem.status: problem for problem in reversed(_ALL)}
"""Of problems with the same status the one that is listed first."""


def document(
    problem: Problem,
    detail: str,
    errors: Sequence[FieldError] = (),
    *,
    instance: str | None = None,
    status: int | None = None,
) -> dict[str, object]:
    """Return a problem as the object that is sent; ``status`` where it is not the usual one."""
    found: dict[str, object] = {
        "type": problem.type,
        "title": problem.title,
        "status": status or problem.status,
        "detail": detail,
    }
    if instance is not None:
        found["instance"] = instance
    if errors:
        found["errors"] = [asdict(error) for error in errors]
    return found


def _answer(problem: Problem, detail: str, errors: Sequence[FieldError] = ()) -> Response:
    found = document(problem, detail, errors, instance=request.path)
    headers = _MORE.get(problem.status)
    if _asks_for_a_page():
        return Response(render_template("error.html", problem=found), problem.status, headers)
    return Response(json.dumps(found), problem.status, headers, mimetype=MEDIA)


def _asks_for_a_page() -> bool:
    """Return whether a browser shows the answer to a person; programs never ask for HTML first."""
    if request.path.startswith("/api/"):
        return False
    accepted = request.accept_mimetypes
    return accepted["text/html"] > accepted[MEDIA]
