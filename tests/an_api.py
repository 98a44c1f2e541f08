"""The application over a migrated database, a real Redis and a folder, for tests."""

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

import url_rules
from harmonizer_queue import Queue
from running_stack import eventually
from web import create_app
from web.config import Settings
from web.db.models import Item, ItemState, Job, JobStatus
from web.services import Services, services

CSV = b"patient_id,given_name\n1,Ada\n2,Grace\n"

File = tuple[str, bytes]

url_rules.keep()


@dataclass(frozen=True)
class AnApi:
    """One application and what is behind it."""

    app: Flask
    of: Services

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def queue(self) -> Queue:
        return self.of.link.queue()

    def post(
        self,
        *files: File,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> TestResponse:
        """Submit files as ``POST /api/jobs`` does."""
        data: dict[str, Any] = {
            name: FileStorage(*value) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        data["file"] = [FileStorage(io.BytesIO(content), name) for name, content in files]
        boundary, body = encode_multipart(MultiDict(data))
        form = f"multipart/form-data; boundary={boundary}"
        return self.client.post("/api/jobs", data=body, headers=headers, content_type=form)

    def submit(self, *files: File, **fields: Any) -> str:
        """Submit files that are accepted, and return the id of the job."""
        answer = self.post(*(files or (("patients.csv", CSV),)), **fields)
        assert answer.status_code == 202, answer.text
        return str(answer.get_json()["job_id"])

    def get(self, path: str, status: int = 200) -> Any:
        """Return a JSON answer that has this status."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.get_json(force=True)

    def items(self, job_id: str) -> list[Item]:
        with self.of.reading() as session:
            wanted = select(Item).where(Item.job_id == job_id).order_by(Item.file_no)
            return list(session.scalars(wanted))

    def until_somebody_waits(self) -> None:
        """Wait until somebody waits for a lock of PostgreSQL."""
        wanted = text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

        def somebody_waits() -> bool:
            with self.of.reading() as session:
                return bool(session.scalar(wanted))

        eventually(somebody_waits, "somebody waits for a lock", 30)

    def end(
        self,
        job_id: str,
        status: JobStatus = JobStatus.SUCCEEDED,
        outputs: Mapping[str, tuple[str, str | None, bytes]] | None = None,
        at: datetime | None = None,
        **columns: Any,
    ) -> str:
        """Write what a worker and the reconciler leave behind; return the folder of the outputs.

        ``outputs`` are kind, table and content by name.
        """
        [item, *_] = self.items(job_id)
        folder = f"jobs/{job_id}/{item.id}/claim1"
        manifest = {
            "version": 1,
            "operation": "harmonize",
            "profile": "us-core",
            "plan_id": "0" * 64,
            "counts": {"rows_in": 2},
            "files": [],
            "outputs": [
                {
                    "name": name,
                    "kind": kind,
                    "table": table or "",
                    "rows": content.count(b"\n"),
                    "bytes": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
                for name, (kind, table, content) in (outputs or {}).items()
            ],
            "issues": [],
        }
        for name, (_, _, content) in (outputs or {}).items():
            self.write(f"{folder}/{name}", content)
        self.write(f"{folder}/manifest.json", json.dumps(manifest).encode())
        at = at or datetime.now(UTC)
        uri = f"{folder}/manifest.json" if outputs is not None else None
        with self.of.sessions.begin() as session:
            session.execute(
                update(Item)
                .where(Item.job_id == job_id)
                .values(state=ItemState.SUCCEEDED, ended_at=at, claim="claim1", manifest_uri=uri)
            )
            session.execute(
                update(Job)
                .where(Job.id == job_id)
                .values(status=status, finished_at=at, manifest_uri=uri, **columns)
            )
        return folder

    def write(self, uri: str, content: bytes) -> None:
        with self.of.store.create(uri) as out:
            out.write(content)


@contextmanager
def an_api(settings: Settings) -> Iterator[AnApi]:
    """Return an application; its database has the tables."""
    app = create_app(settings)
    app.testing = False
    with app.app_context(), closing(services()) as of:
        yield AnApi(app, of)
