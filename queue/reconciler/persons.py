"""What a job is told of the registry of persons, and what it tells: packed lines in the store."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from reconciler.parts import Parts
from web.db import registry
from web.db.delta import Delta, DeltaError, Line, prepared
from web.db.models import Job
from web.db.words import LINKING
from web.store import StoreError

DELTA = "registry-delta.ndjson.gz"
"""What a worker writes beside the outputs (``engine.DeltaName``)."""


def uses_registry(job: Job) -> bool:
    """Return whether a job finds known persons and adds new ones."""
    return job.operation in LINKING and job.options.get("registry") != "off"


def owner_of(job: Job) -> str:
    """Return whose registry a job uses; "" where nobody has to say who they are."""
    return job.owner or ""


def make_snapshot(of: Parts, job: Job) -> dict[str, Any]:
    """Write a snapshot of the registry for a job; return what its item is told of it.

    Raises:
        StoreError: The store cannot be used now.
    """
    owner = owner_of(job)
    while True:
        with of.reading() as session:
            version = registry.version(session, owner)
            uri = f"{_folder(job.id, job.retries)}/{version}.ndjson.gz"
            _write(of, uri, registry.snapshot(session, owner))
        # Read in several statements, so it is one of this version only if that is there still.
        with of.reading() as session:
            if registry.version(session, owner) == version:
                return {"snapshot": uri, "version": version}


def _write(of: Parts, uri: str, lines: Iterator[Line]) -> None:
    packer = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # of gzip's form
    with of.store.create(uri) as out:
        for line in lines:
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
            out.write(packer.compress(text.encode() + b"\n"))
        out.write(packer.flush())


def forget_snapshots(of: Parts, job: Job) -> None:
    """Delete what a job with a result was told in this run and in those before.

    What a later run is told, should this come so late, stays where it is; what stays of this one
    goes with the job's other files.
    """
    with suppress(StoreError):
        for run in range(job.retries + 1):
            of.store.delete(_folder(job.id, run))


@contextmanager
def reading_delta(of: Parts, manifest_uri: str) -> Iterator[Delta]:
    """Give the delta beside a manifest, ready for the database.

    Raises:
        NotStoredError: There is none.
        DeltaError: It is none.
    """
    uri = f"{manifest_uri.rpartition('/')[0]}/{DELTA}"
    with (
        of.store.open(uri) as stored,
        gzip.GzipFile(fileobj=stored) as unpacked,
        prepared(_lines(unpacked)) as delta,
    ):
        yield delta


def _lines(unpacked: gzip.GzipFile) -> Iterator[Line]:
    try:
        for line in unpacked:
            yield json.loads(line)
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DeltaError("not a delta") from error


def _folder(job_id: str, run: int) -> str:
    return f"jobs/{job_id}/registry/{run}"
