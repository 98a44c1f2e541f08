"""What 200 open streams of events cost submissions, on one web process."""

import contextlib
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from files import patients

from a_gunicorn import serving
from harmonizer.api import Api
from harmonizer.services import RedisServer

STREAMS = 200
SUBMISSIONS = 100
ROUNDS = 3


def measure(folder: Path) -> None:
    """Print p50 and p99 of small submissions with and without streams, in turn."""
    file = patients(folder, 5_000)
    redis = RedisServer(folder / "redis").start()
    without: list[float] = []
    beside: list[float] = []
    with serving(folder, redis.url, WEB_PROCESSES="1", WEB_STREAMS=str(STREAMS)) as server:
        [process] = server.workers()
        jobs = [server.api.submit([file], {}) for _ in range(STREAMS)]
        for _ in range(ROUNDS):
            without += _submissions(server.api, file)
            with _streams(server.port, jobs):
                beside += _submissions(server.api, file)
        before, began = _cpu_seconds(process), time.perf_counter()
        with _streams(server.port, jobs):
            time.sleep(20)
        share = (_cpu_seconds(process) - before) / (time.perf_counter() - began)
    redis.stop()
    print(f"{ROUNDS * SUBMISSIONS} submissions of 5 kB each, one web process, in turn:")
    for name, took in (("no stream", without), (f"{STREAMS} streams of {STREAMS} jobs", beside)):
        median, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
        print(f"  {name:<24} median {median * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms")
    print(f"  opening and keeping the streams takes {100 * share:.0f} % of one processor")


def _submissions(api: Api, file: Path) -> list[float]:
    took = []
    for _ in range(SUBMISSIONS):
        began = time.perf_counter()
        api.submit([file], {})
        took.append(time.perf_counter() - began)
    return took


@contextlib.contextmanager
def _streams(port: int, jobs: list[str]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for job_id in jobs:
            stack.enter_context(_stream(port, job_id))
        yield


def _stream(port: int, job_id: str) -> socket.socket:
    """Return a connection with an open stream; those closed just now may still have its place."""
    request = f"GET /api/jobs/{job_id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    while True:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(request)
        if b" 200 " in connection.recv(100):
            return connection
        connection.close()
        time.sleep(0.2)


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
