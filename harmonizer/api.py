"""The HTTP API as a caller sees it, with the standard library only."""

import contextlib
import json
import random
import re
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

TIMEOUT_SECONDS = 120.0
CHUNK = 256 * 1024
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 10.0
AGAIN = (429, 502, 503, 504)
"""Answers after which the same request may well succeed."""

T = TypeVar("T")
Sent = str | Path | Sequence[str]
"""A field of a form; a path is sent as its file, several texts as several parts."""
Told = Callable[[int, int], None]
"""Is told how many bytes of how many were sent."""


class ApiError(RuntimeError):
    """The API refused a request or did not answer; the text is the reason it gave.

    ``status`` is that of the answer, None when there was none; ``retry_after`` for how many
    seconds it asked to wait.
    """

    def __init__(self, text: str, status: int | None = None, retry_after: float = 0) -> None:
        super().__init__(text)
        self.status = status
        self.retry_after = retry_after


def place_of(job_id: str) -> str:
    """Return the path of a job, whatever somebody gave as its id."""
    return f"/api/jobs/{quote(job_id, safe='')}"


class Api:
    """Calls to one API, such as ``http://127.0.0.1:8080``.

    ``patience`` is for how many seconds a request that may be repeated is, while the API does
    not answer or says that it cannot now; ``waits`` is told why before each pause.

    Raises:
        ApiError: This is no address, or no key.
    """

    def __init__(
        self,
        address: str,
        key: str | None = None,
        patience: float = 0,
        waits: Callable[[ApiError], None] = lambda error: None,
    ) -> None:
        # As curl does: without it, it would be no address at all.
        self.address = (address if "://" in address else f"http://{address}").rstrip("/")
        if not re.fullmatch(r"https?://[!-~]+", self.address):
            raise ApiError("The address of the API begins with http:// or https://.")
        key = (key or "").strip()
        if not re.fullmatch("[!-~]*", key):
            raise ApiError("The API key has a character that no key has.", 401)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._patience = patience
        self._waits = waits

    def ready(self) -> bool:
        """Return whether the API can take jobs now."""
        try:
            with _answer(self._request("/health/ready")):
                return True
        except ApiError:
            return False

    def submit(
        self,
        files: Sequence[Path],
        fields: Mapping[str, Sent],
        told: Told = lambda sent, of: None,
    ) -> str:
        """Submit files as one job and return its id. A field with several values is repeated.

        However often it has to be sent, it makes one job.

        Raises:
            ApiError: The submission was refused.
        """
        once = {"Idempotency-Key": secrets.token_hex(16)}
        return str(self.send("/api/jobs", files, fields, once, told)["job_id"])

    def send(
        self,
        path: str,
        files: Sequence[Path],
        fields: Mapping[str, Sent],
        headers: Mapping[str, str] | None = None,
        told: Told = lambda sent, of: None,
    ) -> dict[str, Any]:
        """Send files and fields as a form, in pieces; return the JSON of the answer.

        Raises:
            ApiError: The request was refused.
            OSError: A file cannot be read.
        """
        form = _Form(files, fields)

        def request() -> urllib.request.Request:
            more = {"Content-Type": form.media, "Content-Length": str(form.length)}
            body = form.body(told)
            return self._request(path, more | dict(headers or {}), body, "POST")

        return self._patiently(request, _document)

    def post(self, path: str) -> dict[str, Any]:
        """Send a wish that may be sent twice; return the JSON of the answer."""
        return self._patiently(lambda: self._request(path, method="POST"), _document)

    def make(self, path: str, what: Mapping[str, Any]) -> dict[str, Any]:
        """Send a JSON document, once, and return that of the answer.

        Raises:
            ApiError: It was refused, or nobody knows whether it arrived.
        """
        more = {"Content-Type": "application/json"}
        with _answer(self._request(path, more, json.dumps(what).encode(), "POST")) as answer:
            return _document(answer)

    def document(self, path: str) -> dict[str, Any]:
        """Return a JSON document."""
        return self._patiently(lambda: self._request(path), _document)

    def status(self, job_id: str) -> dict[str, Any]:
        """Return the status document of a job."""
        return self.document(f"{place_of(job_id)}/status")

    def outputs(self, job_id: str) -> dict[str, Any]:
        """Return the manifest of an ended job."""
        return self.document(f"{place_of(job_id)}/outputs")

    def output(self, job_id: str, name: str) -> bytes:
        """Return one output, whole."""
        path = f"{place_of(job_id)}/outputs/{quote(name, safe='')}"
        return self._patiently(
            lambda: self._request(path), lambda answer: b"".join(_chunks(answer))
        )

    def download(self, path: str, to: Path) -> Path:
        """Write an answer into a file, which is there whole or not at all; return it.

        Into a folder it goes under the name that the API gives it. What is still being made (202)
        is waited for.

        Raises:
            ApiError: There is no such thing, or the connection broke.
        """
        named = not to.is_dir()
        part = to.with_name(f"{to.name}.part") if named else to / ".part"

        def save(answer: HTTPResponse) -> tuple[float, str]:
            with part.open("wb") as out:
                out.writelines(_chunks(answer))
            wait = float(answer.headers["Retry-After"]) if answer.status == 202 else 0
            return wait, Path(answer.headers.get_filename() or "result").name

        try:
            while (got := self._patiently(lambda: self._request(path), save))[0]:
                time.sleep(got[0])
            return part.replace(to if named else to / got[1])
        finally:
            part.unlink(missing_ok=True)

    def _request(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Iterator[bytes] | bytes | None = None,
        method: str = "GET",
    ) -> urllib.request.Request:
        return urllib.request.Request(
            f"{self.address}{path}", body, self._headers | dict(headers or {}), method=method
        )

    def _patiently(
        self, request: Callable[[], urllib.request.Request], use: Callable[[HTTPResponse], T]
    ) -> T:
        """Ask until there is an answer that another try would not change."""
        deadline, pause = time.monotonic() + self._patience, FIRST_PAUSE
        while True:
            try:
                with _answer(request()) as answer:
                    return use(answer)
            except ApiError as error:
                wait = max(pause * random.uniform(0.5, 1), error.retry_after)
                passes = error.status is None or error.status in AGAIN
                if not passes or time.monotonic() + wait > deadline:
                    raise
                self._waits(error)
            time.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)


class _Form:
    """A multipart body that can be sent more than once, and its length."""

    def __init__(self, files: Sequence[Path], fields: Mapping[str, Sent]) -> None:
        boundary = secrets.token_hex(16)
        self.media = f"multipart/form-data; boundary={boundary}"
        self._fields = [
            _part_head(boundary, f'name="{name}"') + value.encode() + b"\r\n"
            for name, values in fields.items()
            if not isinstance(values, Path)
            for value in ([values] if isinstance(values, str) else values)
        ]
        named = [(name, file) for name, file in fields.items() if isinstance(file, Path)]
        self._files = [
            (_part_head(boundary, f'name="{name}"; filename="{_quoted(file.name)}"'), file)
            for name, file in [*named, *(("file", file) for file in files)]
        ]
        self._end = f"--{boundary}--\r\n".encode()
        self.length = sum(map(len, self._fields)) + len(self._end)
        self.length += sum(len(head) + file.stat().st_size + 2 for head, file in self._files)

    def body(self, told: Told) -> Iterator[bytes]:
        """Return the body in pieces."""
        sent = 0
        for piece in self._pieces():
            yield piece
            sent += len(piece)
            told(sent, self.length)

    def _pieces(self) -> Iterator[bytes]:
        yield from self._fields
        for head, file in self._files:
            yield head
            with file.open("rb") as content:
                while chunk := content.read(CHUNK):
                    yield chunk
            yield b"\r\n"
        yield self._end


def _part_head(boundary: str, disposition: str) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()


def _quoted(name: str) -> str:
    """Return a file name as browsers write it into a header (WHATWG, multipart/form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@contextlib.contextmanager
def _answer(request: urllib.request.Request) -> Iterator[HTTPResponse]:
    """Return the answer to a request.

    Raises:
        ApiError: It is a refusal, or there is none.
    """
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error) from error
    except (OSError, HTTPException) as error:
        raise ApiError(f"{request.full_url} did not answer: {_why(error)}") from error
    with response:
        yield response


def _why(error: Exception) -> str:
    """Return what went wrong in the system's words, without how Python names it."""
    reason = getattr(error, "reason", error)
    return getattr(reason, "strerror", None) or str(reason) or type(reason).__name__


def _chunks(answer: HTTPResponse) -> Iterator[bytes]:
    """Return a body in pieces.

    Raises:
        ApiError: It ends before its end.
    """
    left = int(answer.headers.get("Content-Length") or -1)
    try:
        while chunk := answer.read(CHUNK):
            left -= len(chunk)
            yield chunk
    except (OSError, HTTPException) as error:
        raise ApiError(f"{answer.url} broke off: {error}") from error
    if left > 0:
        raise ApiError(f"{answer.url} broke off: {left} bytes are missing")


def _document(answer: HTTPResponse) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(b"".join(_chunks(answer)))
    return document


def _refusal(error: urllib.error.HTTPError) -> ApiError:
    after = error.headers.get("Retry-After") or ""
    seconds = float(after) if after.isdigit() else 0.0
    try:
        problem = json.loads(error.read())
        fields = [f"{one['field']} {one['reason']}" for one in problem.get("errors", [])]
        detail = problem.get("detail") or problem["title"]
        # Of one field alone the sentence says the same already.
        text = " ".join([detail, *(one for one in fields if one != detail.replace(": ", " ", 1))])
        return ApiError(text, error.code, seconds)
    except (ValueError, LookupError, AttributeError, TypeError, OSError, HTTPException):
        return ApiError(f"{error.code} {error.reason}", error.code, seconds)
