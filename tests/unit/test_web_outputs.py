"""Downloads: ranges, entity tags, and ZIPs whose bytes are the same each time."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from web.api.outputs import Manifest, Output, read_manifest, send, send_zip
from web.store import LocalStore, NotStoredError

PATIENTS = b"patient_id,name_family\n" + b"1,Gr\xc3\xbcn\n" * 100
LABS = b"patient_id,value\n1,2\n"
ITSELF = Output("manifest.json", "manifest", None, None, None, 0, "0" * 64, "manifest.json")


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    store = LocalStore(tmp_path)
    outputs = []
    for table, content in (("patient", PATIENTS), ("observation", LABS)):
        name = f"{table}.clean.csv"
        with store.create(f"jobs/j/i/c/{name}") as out:
            out.write(content)
        outputs.append(
            {
                "name": name,
                "kind": "clean",
                "table": table,
                "rows": content.count(b"\n") - 1,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
    outputs.append({"name": "report.html", "kind": "report", "bytes": 0, "sha256": "0" * 64})
    with store.create("jobs/j/i/c/manifest.json") as out:
        out.write(json.dumps({"operation": "clean", "outputs": outputs}).encode())
    return store


@pytest.fixture
def client(store: LocalStore) -> FlaskClient:
    app = Flask(__name__)
    outputs = read_manifest(store, "jobs/j/i/c/manifest.json").results()

    @app.get("/one")
    def one() -> Response:
        return send(store, outputs[0], "result.csv")

    @app.get("/all")
    def everything() -> Response:
        return send_zip(store, outputs, "result.zip")

    return app.test_client()


def test_a_manifest_says_where_its_outputs_are(store: LocalStore) -> None:
    manifest = read_manifest(store, "jobs/j/i/c/manifest.json")
    assert [one.uri for one in manifest.results()] == [
        "jobs/j/i/c/patient.clean.csv",
        "jobs/j/i/c/observation.clean.csv",
    ]
    report = manifest.named("report.html")
    assert report is not None
    assert (report.media, report.rows) == ("text/html; charset=utf-8", None)
    assert manifest.named("../manifest.json") is None
    with pytest.raises(NotStoredError):
        read_manifest(store, "jobs/j/i/c/none.json")


@pytest.mark.parametrize(
    ("name", "format", "media"),
    [
        ("patient.clean.csv", "csv", "text/csv; charset=utf-8"),
        ("patient.clean.ndjson", "ndjson", "application/x-ndjson"),
        ("patient.clean.ndjson", "fhir", "application/fhir+ndjson"),
        ("patient.clean.parquet", "parquet", "application/vnd.apache.parquet"),
        ("issues.ndjson", None, "application/x-ndjson"),
        ("odd", None, "application/octet-stream"),
    ],
)
def test_media_types(name: str, format: str | None, media: str) -> None:
    assert Output(name, "clean", "patient", format, 1, 1, "0" * 64, f"jobs/{name}").media == media


def test_one_output(client: FlaskClient) -> None:
    answer = client.get("/one", buffered=True)
    assert answer.status_code == 200
    assert answer.data == PATIENTS
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(PATIENTS))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="result.csv"'
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(PATIENTS).hexdigest()}"'


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("0-9", 0, 10), ("5-5", 5, 6), ("700-", 700, None), ("-7", -7, None)],
)
def test_ranges(client: FlaskClient, wanted: str, start: int, end: int | None) -> None:
    answer = client.get("/one", buffered=True, headers={"Range": f"bytes={wanted}"})
    assert answer.status_code == 206
    assert answer.data == PATIENTS[start:end]
    assert answer.headers["Content-Length"] == str(len(answer.data))


def test_a_range_outside_is_416(client: FlaskClient) -> None:
    assert client.get("/one", buffered=True, headers={"Range": "bytes=99999-"}).status_code == 416


def test_what_is_known_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/one", "/all"):
        tag = client.get(path, buffered=True).headers["ETag"]
        again = client.get(path, buffered=True, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        stale = client.get(path, buffered=True, headers={"If-None-Match": '"other"'})
        assert stale.status_code == 200


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    answer = client.head("/one", buffered=True)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(PATIENTS))


def test_a_zip_of_several(client: FlaskClient) -> None:
    first, second = client.get("/all", buffered=True), client.get("/all", buffered=True)
    assert first.data == second.data
    assert first.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "patient.clean.csv": PATIENTS,
            "observation.clean.csv": LABS,
        }


def test_a_zip_entry_of_more_than_two_gib_is_possible(store: LocalStore) -> None:
    """The entry says it is large before it is written, else zipfile refuses in the middle."""
    with Flask(__name__).test_request_context():
        large = Output(
            "x.csv", "clean", "x", "csv", 1, 2**32, "0" * 64, "jobs/j/i/c/patient.clean.csv"
        )
        content = b"".join(send_zip(store, [large], "x.zip").iter_encoded())
    assert b"\x01\x00" in content[30 : 30 + content[26] + content[28]]


@pytest.mark.parametrize(
    ("states", "skips"),
    [(["skipped", "skipped"], True), (["skipped", "ok"], False), ([], False)],
)
def test_whether_all_files_were_skipped(states: list[str], skips: bool) -> None:
    document = {"files": [{"status": one} for one in states]}
    assert Manifest(document, [], ITSELF).skips_all() is skips


@pytest.mark.parametrize("asked", ["items=0-1", "bytes=0-0,5-6", "bytes=a", "bytes=9-5"])
def test_what_is_not_one_range_of_bytes_gets_the_whole(client: FlaskClient, asked: str) -> None:
    answer = client.get("/one", headers={"Range": asked}, buffered=True)
    assert (answer.status_code, answer.data) == (200, PATIENTS)
