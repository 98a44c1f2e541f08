"""The HTTP API as a caller sees it, with the standard library only."""

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 120.0
CHUNK = 256 * 1024


class ApiError(RuntimeError):
    """The API refused a request or did not answer; the text is the reason it gave."""


class Api:
    """Calls to one API, such as ``http://127.0.0.1:8080``."""

    def __init__(self, address: str, key: str | None = None) -> None:
        self.address = address.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def ready(self) -> bool:
        """Return whether the API can take jobs now."""
        try:
            self._get("/health/ready")
        except ApiError:
            return False
        return True

    def submit(self, files: Sequence[Path], fields: Mapping[str, str | Sequence[str]]) -> str:
        """Submit files as one job and return its id. A field with several values is repeated.

        Raises:
            ApiError: The submission was refused.
        """
        boundary = secrets.token_hex(16)
        head = [
            _part_head(boundary, f'name="{name}"') + value.encode() + b"\r\n"
            for name, values in fields.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
        heads = [_part_head(boundary, f'name="file"; filename="{file.name}"') for file in files]
        end = f"--{boundary}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield from head
            for part, file in zip(heads, files, strict=True):
                yield part
                with file.open("rb") as content:
                    while chunk := content.read(CHUNK):
                        yield chunk
                yield b"\r\n"
            yield end

        length = sum(map(len, head)) + sum(len(part) + 2 for part in heads) + len(end)
        length += sum(file.stat().st_size for file in files)
        request = urllib.request.Request(
            f"{self.address}/api/jobs",
            data=body(),
            headers=self._headers
            | {
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Content-Length": str(length),
            },
            method="POST",
        )
        return str(json.loads(_answer(request))["job_id"])

    def status(self, job_id: str) -> dict[str, Any]:
        """Return the status document of a job."""
        return self._json(f"/api/jobs/{job_id}/status")

    def outputs(self, job_id: str) -> dict[str, Any]:
        """Return the manifest of an ended job."""
        return self._json(f"/api/jobs/{job_id}/outputs")

    def output(self, job_id: str, name: str) -> bytes:
        """Return one output, whole."""
        return self._get(f"/api/jobs/{job_id}/outputs/{name}")

    def _json(self, path: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._get(path))
        return document

    def _get(self, path: str) -> bytes:
        return _answer(urllib.request.Request(f"{self.address}{path}", headers=self._headers))


def _part_head(boundary: str, disposition: str) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode()


def _answer(request: urllib.request.Request) -> bytes:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            answer: bytes = response.read()
            return answer
    except urllib.error.HTTPError as error:
        with error:
            raise ApiError(_reason(error)) from error
    except (OSError, urllib.error.URLError) as error:
        raise ApiError(f"{request.full_url} did not answer: {error}") from error


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        problem = json.loads(error.read())
        fields = [f"{one['field']} {one['reason']}" for one in problem.get("errors", [])]
        return " ".join([problem.get("detail") or problem["title"], *fields])
    except (ValueError, LookupError, AttributeError, TypeError):
        return f"{error.code} {error.reason}"
