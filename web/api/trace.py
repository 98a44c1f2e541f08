"""The W3C trace context of the current request (https://www.w3.org/TR/trace-context/)."""

import re

from flask import request

_PARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_STATE = re.compile(r"[\x20-\x7e]{1,512}")


def context() -> dict[str, str]:
    """Return ``traceparent`` and ``tracestate``; what is not well formed is as good as none."""
    parent = request.headers.get("traceparent", "")
    if not _PARENT.fullmatch(parent):
        return {}
    state = request.headers.get("tracestate", "")
    return {"traceparent": parent} | ({"tracestate": state} if _STATE.fullmatch(state) else {})
