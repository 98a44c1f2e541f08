"""The header ``Idempotency-Key``: a request that makes a job may be sent until an answer comes."""

import re

from flask import request

from web.api.describe import Parameter
from web.errors import invalid

IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "The same key and content make one job, however often they are sent.",
    {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "header",
)

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


def idempotency_key() -> str | None:
    """Return the key of the request at hand, if it has one.

    Raises:
        ApiError: It is not a key.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    return key
