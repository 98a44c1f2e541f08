"""The API as gunicorn serves it: uploads in bounded memory, refusals that arrive, metrics."""

import contextlib
import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from a_gunicorn import MIB, Server, peak_memory, serving, written
from harmonizer.api import ApiError
from harmonizer.services import RedisServer
from running_stack import eventually
from web.api.places import LATE_SECONDS

SECONDS = 60.0
MOST = 128 * MIB


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Server]:
    """Return a server of one process, which all tests here share that do not say otherwise."""
    settings = {"WEB_PROCESSES": "1", "MAX_UPLOAD_BYTES": str(MOST)}
    with serving(tmp_path_factory.mktemp("server"), redis_url, **settings) as server:
        yield server


def test_a_large_upload_streams_into_the_store_and_is_written_once(
    server: Server, tmp_path: Path
) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as out:
        out.write(b"patient_id,name\n")
        for _ in range(100):
            out.write(b"1,Ada\r\n" * (MIB // 7))
    size = large.stat().st_size
    [worker] = server.workers()
    memory, bytes_before = peak_memory(worker), written(worker)
    job_id = server.api.submit([large], {"operation": "validate"})
    assert peak_memory(worker) - memory < 24 * MIB
    assert size <= written(worker) - bytes_before < size + MIB
    assert list(server.temporary.rglob("*.csv")) == []
    [stored] = (server.home / "store" / "jobs" / job_id / "input").iterdir()
    assert stored.stat().st_size == size
    assert "job accepted" in server.log()


def test_what_waited_until_its_client_was_gone_is_not_begun(server: Server) -> None:
    [worker] = server.workers()
    lost = "not begun"
    before = server.log().count(lost)
    os.kill(worker, signal.SIGSTOP)
    try:
        for path in ("/api/queue/pause", "/api/queue"):
            request = f"HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Length: 0\r\n\r\n"
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                verb = "POST" if path.endswith("pause") else "GET"
                client.sendall(f"{verb} {path} {request}".encode())
        time.sleep(LATE_SECONDS + 0.5)
    finally:
        os.kill(worker, signal.SIGCONT)
    eventually(lambda: server.log().count(lost) > before, "the request comes to its turn", SECONDS)
    assert server.api.document("/api/queue")["paused"] == []
    assert server.log().count(lost) == before + 1, "who only asks changes nothing"


def test_a_refusal_reaches_a_client_that_is_still_sending(server: Server, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (MOST + MIB))
    with pytest.raises(ApiError, match="too large"):
        server.api.submit([large], {"operation": "clean"})
    small = tmp_path / "small.csv"
    small.write_bytes(b"x" * MIB)
    with pytest.raises(ApiError, match="no such part"):
        server.api.submit([small], {"colour": "blue"})
    assert server.api.ready()


def test_a_client_that_goes_away_leaves_nothing(server: Server) -> None:
    folder = server.home / "store" / "jobs"
    before = set(folder.glob("*"))

    def new() -> set[Path]:
        return set(folder.glob("*")) - before

    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    with contextlib.closing(connection):
        connection.putrequest("POST", "/api/jobs")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", str(8 * MIB))
        connection.endheaders()
        connection.send(head + b"a,b\n" * MIB)
        eventually(new, "the upload begins", SECONDS)
    eventually(lambda: not new(), "the upload is forgotten", SECONDS)
    assert server.api.ready()


def test_what_is_no_request_does_not_get_into_the_log(server: Server) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as client:
        client.connect()
        client.sock.sendall(b"Zzyzxmarker,1980-01-01\r\nGrace Zzyzxmarker\r\n\r\n")
        assert b"400" in client.sock.recv(1000)
    eventually(lambda: "request not understood" in server.log(), "it is logged", SECONDS)
    assert "Zzyzxmarker" not in server.log()
    for line in server.log().splitlines():
        assert json.loads(line)["process"] == "web"


def test_metrics_add_up_over_all_processes(tmp_path: Path) -> None:
    redis = RedisServer(tmp_path / "redis").start()
    with serving(tmp_path, redis.url, WEB_PROCESSES="2") as server:
        for _ in range(20):
            connection = http.client.HTTPConnection("127.0.0.1", server.port)
            connection.request("GET", "/api/jobs")
            assert connection.getresponse().status == 200
            connection.close()
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        assert 'harmonizer_http_request_total{method="GET",status="200"} 20.0' in text
        assert text.count("\nharmonizer_queue_depth{") == 3
    redis.stop()
