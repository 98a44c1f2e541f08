"""Ask a worker on its own port: the engine is in Go, and has no second copy of its rules here."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

import structlog

from web.config import Settings
from web.errors import UnavailableError

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 25.0
"""A tenth of a second is usual; a worker gives a preview up after 20 seconds."""


def post(settings: Settings, path: str, body: bytes, media: str) -> tuple[int, bytes]:
    """Return the status and the body of a worker's answer.

    Raises:
        UnavailableError: No worker answers.
    """
    headers = {"Content-Type": media}
    if settings.internal_token:
        headers["Authorization"] = f"Bearer {settings.internal_token}"
    try:
        return _post(_address(settings), path, body, headers)
    except (OSError, HTTPException) as error:
        log.warning("no worker answers", reason=type(error).__name__)
        raise UnavailableError("No worker answers.") from None


def reason_of(answer: bytes) -> str | None:
    """Return why a worker refused, if it says so."""
    try:
        reason: str | None = json.loads(answer)["reason"]
    except (ValueError, LookupError, TypeError):
        return None
    return reason


def _address(settings: Settings) -> str:
    return settings.preview_url or f"http://127.0.0.1:{settings.worker_port}"


def _post(address: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
