"""Ask a worker for a preview: the engine is in Go, and has no second copy of its rules here."""

import json
import secrets
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

import structlog

from web.config import Settings
from web.errors import UnavailableError, invalid

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 25.0
"""A tenth of a second is usual; a worker gives one up after 20 seconds."""


def ask(settings: Settings, job: Mapping[str, Any], file: bytes, plan: bytes | None) -> bytes:
    """Return a worker's preview of the beginning of a file, as JSON.

    Raises:
        InvalidRequestError: The plan is none.
        UnavailableError: No worker answers, or it cannot.
    """
    parts = {"job": json.dumps(job).encode(), "file": file}
    if plan is not None:
        parts["plan"] = plan
    boundary = secrets.token_hex(16)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    if settings.internal_token:
        headers["Authorization"] = f"Bearer {settings.internal_token}"
    try:
        status, answer = _post(_address(settings), _form(boundary, parts), headers)
    except (OSError, HTTPException) as error:
        log.warning("no worker for a preview", exc_info=error)
        raise UnavailableError("No worker answers.") from None
    if status == 200:
        return answer
    reason = _reason(answer)
    if reason == "bad_plan":
        raise invalid("plan", "cannot be followed: a decision in it is not known")
    log.warning("a worker refused a preview", status=status, reason=reason)
    raise UnavailableError("The worker cannot show a preview now.")


def _address(settings: Settings) -> str:
    return settings.preview_url or f"http://127.0.0.1:{settings.worker_port}"


def _form(boundary: str, parts: Mapping[str, bytes]) -> bytes:
    pieces: list[bytes] = []
    for name, content in parts.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        pieces += [head.encode(), content, b"\r\n"]
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()])


def _post(address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", "/preview", body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _reason(answer: bytes) -> str | None:
    try:
        reason: str | None = json.loads(answer)["reason"]
    except (ValueError, LookupError, TypeError):
        return None
    return reason
