"""The API as gunicorn serves it: uploads in bounded memory, refusals that arrive, metrics."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harmonizer.api import Api, ApiError
from harmonizer.ports import free_port
from harmonizer.services import RedisServer
from running_stack import eventually
from web.config import ROOT

MIB = 1024 * 1024
START_SECONDS = 30


@dataclass
class Server:
    """One gunicorn with an empty temporary folder of its own."""

    process: "subprocess.Popen[bytes]"
    home: Path
    temporary: Path
    port: int

    @property
    def api(self) -> Api:
        return Api(f"http://127.0.0.1:{self.port}")

    def workers(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in task.read_text().split()]

    def log(self) -> str:
        return (self.home / "web.log").read_text()


@contextlib.contextmanager
def serving(home: Path, redis_url: str, **settings: str) -> Iterator[Server]:
    temporary = home / "tmp"
    temporary.mkdir()
    port = free_port()
    own = {"HOME": str(home), "PORT": str(port), "REDIS_URL": redis_url} | settings
    environ = {k: v for k, v in os.environ.items() if "HARMONIZER_" not in k}
    environ |= {f"HARMONIZER_{name}": value for name, value in own.items()}
    environ |= {"TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "scripts/init_db.py"], cwd=ROOT, env=environ, check=True)
    with (home / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "gunicorn", "--config", "gunicorn.conf.py", "app:app"],
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=log,
        )
    server = Server(process, home, temporary, port)
    try:
        eventually(server.api.ready, "gunicorn serves", START_SECONDS)
        yield server
    finally:
        process.terminate()
        process.wait()


def written(process: int) -> int:
    """Return how many bytes a process has handed to write calls."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines())
    return int(fields["wchar"])


def peak_memory(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM")]
    return int(peak.split()[1]) * 1024


def test_a_large_upload_streams_into_the_store_and_is_written_once(
    tmp_path: Path, redis_url: str
) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as out:
        out.write(b"patient_id,name\n")
        for _ in range(100):
            out.write(b"1,Ada\r\n" * (MIB // 7))
    size = large.stat().st_size
    with serving(tmp_path, redis_url, WEB_PROCESSES="1") as server:
        [worker] = server.workers()
        memory, bytes_before = peak_memory(worker), written(worker)
        job_id = server.api.submit([large], {"operation": "validate"})
        assert peak_memory(worker) - memory < 24 * MIB
        assert size <= written(worker) - bytes_before < size + MIB
        assert list(server.temporary.rglob("*.csv")) == []
        [stored] = (server.home / "store" / "jobs" / job_id / "input").iterdir()
        assert stored.stat().st_size == size
        assert "job accepted" in server.log()


def test_a_refusal_reaches_a_client_that_is_still_sending(tmp_path: Path, redis_url: str) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 3 * MIB)
    with serving(tmp_path, redis_url, MAX_UPLOAD_BYTES=str(2 * MIB)) as server:
        with pytest.raises(ApiError, match="too large"):
            server.api.submit([large], {"operation": "clean"})
        small = tmp_path / "small.csv"
        small.write_bytes(b"x" * MIB)
        with pytest.raises(ApiError, match="no such part"):
            server.api.submit([small], {"colour": "blue"})
        assert server.api.ready()


def test_a_client_that_goes_away_leaves_nothing(tmp_path: Path, redis_url: str) -> None:
    with serving(tmp_path, redis_url) as server:
        jobs = server.home / "store" / "jobs"
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        with contextlib.closing(connection):
            connection.putrequest("POST", "/api/jobs")
            connection.putheader("Content-Type", "multipart/form-data; boundary=x")
            connection.putheader("Content-Length", str(8 * MIB))
            connection.endheaders()
            connection.send(head + b"a,b\n" * MIB)
            eventually(lambda: jobs.exists() and list(jobs.iterdir()), "the upload begins", 10)
        eventually(lambda: not list(jobs.iterdir()), "the upload is forgotten", 10)
        assert server.api.ready()


def test_what_is_no_request_does_not_get_into_the_log(tmp_path: Path, redis_url: str) -> None:
    with serving(tmp_path, redis_url) as server:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as client:
            client.connect()
            client.sock.sendall(b"Zzyzxmarker,1980-01-01\r\nGrace Zzyzxmarker\r\n\r\n")
            assert b"400" in client.sock.recv(1000)
        eventually(lambda: "request not understood" in server.log(), "it is logged", 10)
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
