"""Make an export: the engine's own program writes a clean table in another format."""

import datetime
import json
import subprocess
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from typing import Any

import structlog

from web.config import ROOT
from web.db import exports
from web.db.models import Job
from web.db.task_models import Export
from web.services import Services
from web.tasks.errors import HopelessError, TaskError

log = structlog.get_logger(__name__)

PROGRAM = ROOT / "go-worker" / "harmonize"
CHUNK = 1024 * 1024
REFUSED = 2
"""The program's exit code when a file is no clean table: another try changes nothing."""


def make(of: Services, export_id: str, now: datetime.datetime) -> None:
    """Make an export, unless the files of its job are gone."""
    with of.reading() as session:
        found = exports.find(session, export_id)
    if found is None or found[0].made is not None:
        return
    export, job = found
    folder = f"jobs/{job.id}/exports/{export.id}"
    with of.store.working(f"jobs/{job.id}") as work:
        told = _convert(of, export, job, work)
        uri = f"{folder}/{told['name']}"
        size, digest = _keep(of, work / "out" / told["name"], uri)
    what = {
        "name": told["name"],
        "format": told["format"],
        "rows": told["rows"],
        "bytes": size,
        "sha256": digest,
        "uri": uri,
    }
    with of.sessions.begin() as session:
        there = exports.made(session, export, what, now)
    if there:
        log.info("export made", job_id=job.id, format=export.format, bytes=size)
    else:
        of.store.delete(folder)


def _convert(of: Services, export: Export, job: Job, work: Path) -> dict[str, Any]:
    """Return what the program says that it wrote into ``work/out``.

    Raises:
        TaskError: It failed; what it says may name rows, and is not kept.
        HopelessError: It refuses the file.
    """
    file = work / export.name
    with of.store.open(export.uri) as content, file.open("wb") as out:
        copyfileobj(content, out, CHUNK)
    table = ["--table", export.table] if export.table else []
    profile = _profile(of, job, work)
    how = ["--json", "--format", export.format, "--profile", profile, *table]
    command = [str(PROGRAM), "convert", *how, "-o", str(work / "out"), str(file)]
    done = subprocess.run(command, capture_output=True)
    if done.returncode == REFUSED:
        raise HopelessError("not_clean")
    if done.returncode != 0:
        raise TaskError("converter")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _profile(of: Services, job: Job, work: Path) -> str:
    """Return a built-in profile by name, or the path of the one that the job keeps."""
    if "@" not in job.profile:
        return job.profile
    own = work / "profile.yaml"
    own.write_bytes(of.store.read(f"jobs/{job.id}/profile.yaml", CHUNK))
    return str(own)


def _keep(of: Services, file: Path, uri: str) -> tuple[int, str]:
    """Put a file into the store; return its size and digest."""
    size, digest = 0, sha256()
    with file.open("rb") as content, of.store.create(uri) as out:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
