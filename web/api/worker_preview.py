"""Ask a worker for a preview."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

import structlog

from web.api import worker_port
from web.config import Settings
from web.errors import UnavailableError, invalid

log = structlog.get_logger(__name__)


def ask(settings: Settings, job: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """Return a worker's preview of the beginning of a file, as JSON.

    ``parts`` are ``file``, and ``plan`` and ``profile`` if there are any.

    Raises:
        InvalidRequestError: The plan is none.
        UnavailableError: No worker answers, or it cannot.
    """
    parts = {"job": json.dumps(job).encode(), **parts}
    boundary = secrets.token_hex(16)
    media = f"multipart/form-data; boundary={boundary}"
    status, answer = worker_port.post(settings, "/preview", _form(boundary, parts), media)
    if status == 200:
        return answer
    reason = worker_port.reason_of(answer)
    if reason == "bad_plan":
        where = json.loads(answer).get("message", "a decision in it is not known")
        raise invalid("plan", f"cannot be followed: {where}"[:1000])
    log.warning("a worker refused a preview", status=status, reason=reason)
    raise UnavailableError("The worker cannot show a preview now.")


def _form(boundary: str, parts: Mapping[str, bytes]) -> bytes:
    pieces: list[bytes] = []
    for name, content in parts.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        pieces += [head.encode(), content, b"\r\n"]
    return b"".join([*pieces, f"--{boundary}--\r\n".encode()])
