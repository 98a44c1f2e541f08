"""Send what a job wrote: one output with ranges, or several as a ZIP made while it is sent."""

import base64
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Response, request
from werkzeug.wsgi import wrap_file

from web.api.conditional import conditional
from web.store import Store

MAX_MANIFEST = 16 * 1024 * 1024
CHUNK = 256 * 1024

_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "fhir": "application/fhir+ndjson",
    "gz": "application/gzip",
    "yaml": "application/yaml",
    # Reports hold patient data; a browser shows them without letting them reach anything.
    "html": "text/html; charset=utf-8",
}
_RESULTS = {
    "validate": ("issues",),
    "link": ("clean", "crosswalk", "persons", "review_pairs"),
}
"""Kinds of outputs that ``/result`` answers, by operation."""


@dataclass(frozen=True)
class Output:
    """One artefact as the manifest lists it; ``uri`` is its place in the store."""

    name: str
    kind: str
    table: str | None
    format: str | None  # of a clean table
    rows: int | None
    bytes: int
    sha256: str
    uri: str

    @property
    def media(self) -> str:
        """Return the media type, from the format of a clean table or the name's extension."""
        return _MEDIA.get(self.format or self.name.rpartition(".")[2], "application/octet-stream")


@dataclass(frozen=True)
class Manifest:
    """What a job made: the document as the engine wrote it, its outputs, and itself as one more."""

    document: dict[str, Any]
    outputs: Sequence[Output]
    itself: Output

    def named(self, name: str) -> Output | None:
        """Return the output with a name, or None."""
        return next((one for one in self.outputs if one.name == name), None)

    def results(self) -> list[Output]:
        """Return what ``/result`` answers: the clean tables, unless the operation has others."""
        kinds = _RESULTS.get(self.document.get("operation", ""), ("clean",))
        return [one for one in self.outputs if one.kind in kinds]

    def skips_all(self) -> bool:
        """Return whether every file was left alone: nothing differed from an earlier delivery."""
        return {one["status"] for one in self.document["files"]} == {"skipped"}


def read_manifest(store: Store, uri: str) -> Manifest:
    """Return the manifest at a reference.

    Raises:
        StoreError: It cannot be read.
    """
    content = store.read(uri, MAX_MANIFEST)
    document = json.loads(content)
    folder, _, name = uri.rpartition("/")
    digest = sha256(content).hexdigest()
    outputs = [
        Output(
            name=one["name"],
            kind=one["kind"],
            table=one.get("table") or None,
            format=one.get("format"),
            rows=one.get("rows"),
            bytes=one["bytes"],
            sha256=one["sha256"],
            uri=f"{folder}/{one['name']}",
        )
        for one in document["outputs"]
    ]
    itself = Output(name, "manifest", None, None, None, len(content), digest, uri)
    return Manifest(document, outputs, itself)


def send(store: Store, output: Output, name: str) -> Response:
    """Return one output as a download called ``name``: ranges, ETag, 304 when it is known.

    Raises:
        StoreError: It cannot be opened.
    """
    file = store.open(output.uri)
    answer = Response(
        wrap_file(request.environ, file, CHUNK),
        content_type=output.media,
        direct_passthrough=True,
    )
    answer.content_length = output.bytes
    _describe(answer, name, output.sha256)
    digest = base64.b64encode(bytes.fromhex(output.sha256)).decode()
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    return conditional(answer, output.bytes)


def send_zip(store: Store, outputs: Sequence[Output], name: str) -> Response:
    """Return several outputs as one ZIP called ``name``. The same outputs give the same bytes."""
    digest = sha256("".join(f"{one.name}\n{one.sha256}\n" for one in outputs).encode())
    answer = Response(_zipped(store, outputs), content_type="application/zip")
    _describe(answer, name, digest.hexdigest())
    return conditional(answer)


def _describe(answer: Response, name: str, tag: str) -> None:
    answer.set_etag(tag)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"


class _Pipe:
    """The end of a ZIP that is being written: it keeps bytes until they are sent."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def write(self, data: bytes) -> int:
        self._kept += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def take(self) -> bytes:
        taken = bytes(self._kept)
        self._kept.clear()
        return taken


def _zipped(store: Store, outputs: Sequence[Output]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for one in outputs:
            entry = zipfile.ZipInfo(one.name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.file_size = one.bytes
            with archive.open(entry, "w") as into, store.open(one.uri) as content:
                while chunk := content.read(CHUNK):
                    into.write(chunk)
                    yield pipe.take()
    yield pipe.take()
