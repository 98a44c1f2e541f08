"""No value of a patient leaves the store: not into a log, a metric, Redis, an answer or a column.

Markers stand in every field of every row, in good files and bad ones, and then everything else
that the stack keeps or says is searched for them.
"""

import contextlib
import json
import re
import sqlite3
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import redis

from a_receiver import a_receiver
from harmonizer import ApiError, Client
from running_stack import RunningStack, eventually, running_stack
from web.db.keys import MARK

# Words, a number, an address and a day: as they are sent, and as they are standardized.
MARKERS = ("qqyzxmarker", "8675309", "078-05-1120", "078051120", "1931-07-23", "19310723")
PERSON_VALUES = {"person_record"}
"""Tables that hold values by design: the registry of persons (docs/linkage.md)."""

HEAD = "MRN,Last Name,First Name,DOB,Sex,SSN,Home Phone,E-mail,Address,City,State,Zip,Note\n"
ROW = (
    "QQYZXMARKER{n},Qqyzxmarker,Anna,07/23/1931,F,078-05-1120,(212) 867-5309,"
    "qqyzxmarker@example.org,{n} Qqyzxmarker Street,Qqyzxmarkerville,NY,10001,Qqyzxmarker fell\n"
)
BROKEN = "QQYZXMARKER9,Qqyzxmarker,Anna,Qqyzxmarker,Qqyzxmarker,8675309,Qqyzxmarker,@,,,,,\n"
LAB = {
    "patient_id": "QQYZXMARKER1",
    "test_name": "Qqyzxmarker",
    "value": "8675309",
    "unit": "qqyzxmarker/dL",
    "collected": "1931-07-23",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return good and bad files, whose names hold nothing."""
    folder = tmp_path_factory.mktemp("files")
    good = HEAD + "".join(ROW.format(n=number) for number in range(8)) + BROKEN
    contents = {
        "patients.csv": good.encode(),
        "elsewhere.csv": good.replace("Anna", "Ana").encode(),
        "labs.json": json.dumps([LAB] * 3).encode(),
        "half.json": json.dumps([LAB] * 3).encode()[:-20],
        "torn.csv": good.replace("Anna", '"Anna').encode(),
        "bytes.csv": good.encode("utf-16")[:-1],
        "packed.csv.gz": b"\x1f\x8b\x08" + good.encode(),
        "wide.csv": (b"Qqyzxmarker," * 40 + b"x\n" + b"8675309," * 40 + b"x\n") * 3,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, binaries: Path, files: list[Path]
) -> Iterator[RunningStack]:
    """Return a stack that says all it can, after it has seen every file by every operation."""
    may = {"WEBHOOK_NETWORKS": "127.0.0.0/8", "WEBHOOK_HTTP": "1", "AUTH": "keys"}
    home = tmp_path_factory.mktemp("markers")
    with a_receiver() as hears, running_stack(home, LOG_LEVEL="debug", **may) as running:
        [key] = re.findall(rf"{MARK}\S+", running.log.read_text())
        client = Client(running.api.address, key)
        running.api = client.api
        client.api.make("/api/webhooks", {"url": hears.url})
        jobs = [
            client.submit(*files, operation=operation)
            for operation in ("harmonize", "validate", "deduplicate", "link", "link")
        ]
        for file in files:
            with contextlib.suppress(ApiError):
                client.preview(file)
        for wanted in (
            {"operation": "Qqyzxmarker"},
            {"profile": "qqyzxmarker"},
            {"options": '{"today": "Qqyzxmarker"}'},
            {"options": '{"qqyzxmarker": 8675309}'},
            {"table": "Qqyzxmarker"},
        ):
            with pytest.raises(ApiError):
                client.api.submit(files[:1], wanted)
        for path in ("/api/jobs/Qqyzxmarker", "/Qqyzxmarker?q=8675309"):
            with pytest.raises(ApiError):
                running.api.document(path)
        try_to_log_in(running.api.address)
        ended = [job.wait(120)["status"] for job in jobs]
        assert "succeeded" in ended or "partial" in ended, ended
        jobs[0].result(tmp_path_factory.mktemp("export"), "ndjson")
        with contextlib.suppress(ApiError):
            jobs[2].result(tmp_path_factory.mktemp("export"), "fhir")
        eventually(lambda: len(hears.got) >= len(jobs), "every end of a job is told", 60)
        told = [str(one) for one in hears.got]
        assert [one for one in told if found_in(one)] == []
        yield running


def try_to_log_in(address: str) -> None:
    """Send a name and a password that somebody took from the wrong column, and an unknown key."""
    form = urlencode({"name": "Qqyzxmarker", "password": "8675309"}).encode()
    for request in (
        urllib.request.Request(f"{address}/login", form, {"Sec-Fetch-Site": "same-origin"}),
        urllib.request.Request(f"{address}/api/jobs", headers={"Authorization": "Bearer 8675309"}),
    ):
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=30).close()


def found_in(text: str) -> list[str]:
    """Return the markers in a text, each with what stands around it."""
    return [
        f"{text[max(0, at.start() - 80) : at.end() + 40]!r}"
        for marker in MARKERS
        for at in list(re.finditer(re.escape(marker), text, re.IGNORECASE))[:1]
    ]


def test_no_marker_is_in_a_log(stack: RunningStack) -> None:
    logs = [*stack.home.glob("logs/*"), stack.log]
    assert {"web.log", "worker.log", "reconciler.log", "tasks.log"} <= {log.name for log in logs}
    for log in logs:
        assert found_in(log.read_text(errors="replace")) == [], log.name


def test_no_marker_is_in_a_metric(stack: RunningStack) -> None:
    for address in (stack.api.address, stack.worker):
        with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        assert "harmonizer_" in text
        assert found_in(text) == []


def test_no_marker_was_ever_in_redis(stack: RunningStack) -> None:
    """Its log of commands has everything that was ever written, keys and values."""
    commands = [file for file in (stack.home / "redis").rglob("*.aof") if file.stat().st_size]
    assert commands
    for file in commands:
        text = file.read_bytes().decode("latin-1")
        assert "harmonizer:" in text
        assert found_in(text) == []
    port = int((stack.home / "redis.port").read_text())
    with redis.Redis(port=port) as client:
        packed = [client.hget(key, "data") for key in client.scan_iter("rq:job:*")]
    assert not [one for one in packed if one and found_in(zlib.decompress(one).decode())]


def test_no_marker_is_in_a_column(stack: RunningStack) -> None:
    with contextlib.closing(sqlite3.connect(stack.home / "harmonizer.db")) as database:
        tables = {
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        assert tables > PERSON_VALUES
        for table in tables - PERSON_VALUES:
            rows = database.execute(f"SELECT * FROM {table}").fetchall()
            assert found_in(str(rows)) == [], table
        for wanted in ("login.fail", "webhook.make", "job.export"):
            seen = database.execute("SELECT count(*) FROM audit_log WHERE what = ?", (wanted,))
            assert seen.fetchone()[0] > 0, f"the test did no {wanted}"
        [(persons,)] = database.execute("SELECT count(*) FROM person_record").fetchall()
        assert persons > 0, "the test looked at nothing"


PATHS = ("status", "outputs", "issues?samples=10", "logs")


def test_no_marker_is_in_an_answer_about_a_job(stack: RunningStack) -> None:
    api = stack.api
    for job in api.document("/api/jobs")["jobs"]:
        base = f"/api/jobs/{job['job_id']}"
        for path in (base, *(f"{base}/{one}" for one in PATHS)):
            with contextlib.suppress(ApiError):
                assert found_in(json.dumps(api.document(path))) == [], path
    for path in ("queue", "workers", "failures", "tasks", "webhooks", "keys", "audit"):
        assert found_in(json.dumps(api.document(f"/api/{path}"))) == [], path
