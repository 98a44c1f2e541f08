"""Ask a worker what a profile holds: the engine reads it, within its limits."""

import datetime
import json
from typing import Any

import structlog

from web.api import worker_port
from web.config import Settings
from web.errors import FieldError, InvalidRequestError, UnavailableError

log = structlog.get_logger(__name__)


def read(settings: Settings, document: bytes, today: datetime.date) -> dict[str, Any]:
    """Return what a profile holds, and what its tests say on a day.

    Raises:
        InvalidRequestError: It cannot be used; the reason names the line or place.
        UnavailableError: No worker answers, or it cannot.
    """
    path = f"/profile?today={today.isoformat()}"
    status, answer = worker_port.post(settings, path, document, "application/yaml")
    if status == 200:
        held: dict[str, Any] = json.loads(answer)
        return held
    reason = worker_port.reason_of(answer)
    if reason == "bad_profile":
        wrong = FieldError("profile", str(json.loads(answer)["message"])[:1000])
        raise InvalidRequestError("The profile cannot be used as it is.", [wrong])
    log.warning("a worker refused to read a profile", status=status, reason=reason)
    raise UnavailableError("The worker cannot read a profile now.")
