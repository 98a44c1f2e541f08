"""The Python client: submit files, wait, fetch the results.

from harmonizer import Client

job = Client("http://localhost:8080").submit("patients.csv", "labs.json")
job.wait()
job.download("results")
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harmonizer.api import Api, ApiError, Sent, Told, place_of

URL, KEY = "HARMONIZER_URL", "HARMONIZER_API_KEY"
USUAL_URL = "http://localhost:8080"
PATIENCE_SECONDS = 60.0
FIRST_LOOK, LONGEST_LOOK = 0.1, 2.0
ENDED = ("succeeded", "partial", "failed", "cancelled")

Status = dict[str, Any]
Field = str | Sequence[str] | Mapping[str, Any]
"""What a part of a form may be given as; a mapping is sent as JSON."""


class Client:
    """One API. What is not given comes from HARMONIZER_URL and HARMONIZER_API_KEY.

    Requests are repeated for up to ``patience`` seconds while the API does not answer, and
    ``waits`` is told why; a submission makes one job however often it was sent.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        patience: float = PATIENCE_SECONDS,
        waits: Callable[[ApiError], None] = lambda error: None,
    ) -> None:
        url = url or os.environ.get(URL) or USUAL_URL
        self.api = Api(url, key or os.environ.get(KEY), patience, waits)

    def submit(
        self,
        *files: str | Path,
        told: Told = lambda sent, of: None,
        plan: str | Path | None = None,
        **fields: Field,
    ) -> "Job":
        """Submit files as one job.

        Args:
            files: One or more.
            told: Is told how many bytes of how many were sent.
            plan: The ``plan.yaml`` of an earlier job, to be followed again.
            fields: As in API.md: ``operation``, ``profile``, ``priority``, ``options`` (a dict, or
                JSON); ``source`` and ``table`` may be lists in the order of the files.

        Raises:
            ApiError: The submission was refused; the text is the reason.
            OSError: A file cannot be read.
        """
        sent = _sent(plan, fields)
        return Job(self.api, self.api.submit([Path(file) for file in files], sent, told))

    def job(self, job_id: str) -> "Job":
        """Return a job that was submitted before."""
        return Job(self.api, job_id)

    def preview(
        self, file: str | Path, plan: str | Path | None = None, **fields: Field
    ) -> dict[str, Any]:
        """Return what a job would understand of a file; nothing of it is kept."""
        return self.api.send("/api/preview", [Path(file)], _sent(plan, fields))

    def queue(self) -> dict[str, Any]:
        """Return what waits and runs."""
        return self.api.document("/api/queue")

    def workers(self) -> list[dict[str, Any]]:
        """Return the processes that work."""
        found: list[dict[str, Any]] = self.api.document("/api/workers")["workers"]
        return found


def _sent(plan: str | Path | None, fields: Mapping[str, Field]) -> dict[str, Sent]:
    sent: dict[str, Sent] = {
        name: json.dumps(value) if isinstance(value, Mapping) else value
        for name, value in fields.items()
    }
    return sent if plan is None else sent | {"plan": Path(plan)}


@dataclass(frozen=True)
class Job:
    """One job of an API."""

    api: Api
    id: str

    def status(self) -> Status:
        """Return how far it is: ``status``, ``progress``, ``counts``, ``errors``."""
        return self.api.status(self.id)

    def wait(
        self, timeout: float | None = None, told: Callable[[Status], None] = lambda status: None
    ) -> Status:
        """Wait for its end and return its last status. ``told`` is told each one on the way.

        Raises:
            TimeoutError: It has not ended within so many seconds; it goes on.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        look = FIRST_LOOK
        while True:
            status = self.status()
            told(status)
            if status["status"] in ENDED:
                return status
            if deadline is not None and time.monotonic() + look > deadline:
                raise TimeoutError(f"The job is {status['status']} after {timeout:g} seconds.")
            time.sleep(look)
            look = min(1.5 * look, LONGEST_LOOK)

    def outputs(self) -> dict[str, Any]:
        """Return the manifest of what it made."""
        return self.api.outputs(self.id)

    def result(self, to: str | Path, format: str | None = None) -> Path:
        """Fetch the clean table, of several tables a ZIP of them; return the file.

        Args:
            to: The file, or a folder for a file of the API's own name.
            format: ``csv``, ``ndjson``, ``json``, ``parquet`` or ``fhir``; waits until it is made.
                None: as the job wrote it.
        """
        query = f"?format={quote(format)}" if format else ""
        return self.api.download(f"{place_of(self.id)}/result{query}", Path(to))

    def download(self, folder: str | Path) -> list[Path]:
        """Fetch everything it made into a folder, which is made; return the files.

        Raises:
            ApiError: It has made nothing, or not yet.
        """
        folder, manifest = Path(folder), self.outputs()
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for output in manifest["outputs"]:
            files.append(folder / Path(output["name"]).name)
            path = f"{place_of(self.id)}/outputs/{quote(output['name'])}"
            self.api.download(path, files[-1])
        files.append(folder / "manifest.json")
        files[-1].write_text(json.dumps(manifest, indent=2))
        return files

    def cancel(self) -> None:
        """Stop it."""
        self.api.post(f"{place_of(self.id)}/cancel")

    def retry(self) -> int:
        """Run again what failed; return how many items run again."""
        return int(self.api.post(f"{place_of(self.id)}/retry")["items"])


__all__ = ["ApiError", "Client", "Job"]
