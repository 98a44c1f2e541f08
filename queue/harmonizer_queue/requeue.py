"""Run dead items again. The dead letter is in SQL, so this asks the API that owns it."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

SECONDS = 60.0


class ApiUnreachableError(Exception):
    """The API did not answer, or refused."""


def api_url(environ: Mapping[str, str]) -> str:
    """Return where the API of the settings listens."""
    host = environ.get("HARMONIZER_HOST") or "127.0.0.1"
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    return f"http://{host}:{environ.get('HARMONIZER_PORT') or '8080'}"


def requeue(api: str, key: str, wanted: Mapping[str, str | None]) -> tuple[int, int]:
    """Let dead items run again; return how many jobs and items that are.

    Args:
        api: URL of the API.
        key: An API key; empty where none is asked for.
        wanted: ``kind``, ``reason`` and ``job_id``; None is any.

    Raises:
        ApiUnreachableError: The API did not answer, or refused.
    """
    body = json.dumps({name: value for name, value in wanted.items() if value is not None})
    jobs = items = 0
    while True:
        answer = _post(f"{api}/api/failures/requeue", key, body)
        jobs, items = jobs + answer["jobs"], items + answer["items"]
        if not answer["more"] or not answer["jobs"]:
            return jobs, items


def _post(url: str, key: str, body: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url, body.encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        raise ApiUnreachableError(f"the API refused: {_why(error)}") from error
    except (OSError, ValueError) as error:
        raise ApiUnreachableError(f"the API did not answer at {url}") from error


def _why(error: urllib.error.HTTPError) -> str:
    """Return what the API says of a refusal; its status where something else answered."""
    try:
        return str(json.load(error)["detail"])
    except (OSError, ValueError, LookupError, TypeError):
        return str(error.code)
