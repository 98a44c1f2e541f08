"""How long a 100 MB submission takes on loopback, in all and after its last byte."""

import secrets
import socket
import statistics
import time
from pathlib import Path

from files import patients

from harmonizer_queue import Queue, Scope, connect
from running_stack import running_stack

SIZE = 100_000_000
RUNS = 5
PIECE = 1 << 20


def measure(folder: Path) -> None:
    """Post the same file several times, nothing else running; print the median and the worst."""
    file = patients(folder, SIZE)
    with running_stack(folder / "home") as stack:
        port = int(stack.api.address.rpartition(":")[2])
        redis_port = (stack.home / "redis.port").read_text().strip()
        with connect(f"redis://127.0.0.1:{redis_port}/0") as client:
            # Nothing is handed out meanwhile, so that no worker takes a core away.
            Queue(client, "harmonizer").pause(Scope.ALL)
        took = [_post(port, file) for _ in range(RUNS)]
    whole, after = zip(*took, strict=True)
    print(f"POST of {SIZE / 1e6:.0f} MB, {RUNS} runs, the queue paused:")
    print(f"  in all           median {statistics.median(whole):.3f} s, worst {max(whole):.3f} s")
    print(
        f"  after last byte  median {statistics.median(after) * 1e3:.1f} ms,"
        f" worst {max(after) * 1e3:.1f} ms"
    )


def _post(port: int, file: Path) -> tuple[float, float]:
    """Return the seconds from connecting to the answer, and from the last byte to the answer."""
    boundary = secrets.token_hex(16)
    head = (
        f"--{boundary}\r\nContent-Disposition: form-data; name=file; filename=patients.csv\r\n\r\n"
    ).encode()
    end = f"\r\n--{boundary}--\r\n".encode()
    length = len(head) + file.stat().st_size + len(end)
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            f"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
            f"Content-Type: multipart/form-data; boundary={boundary}\r\nConnection: close\r\n\r\n"
            "".encode()
            + head
        )
        with file.open("rb") as content:
            while piece := content.read(PIECE):
                connection.sendall(piece)
        connection.sendall(end)
        sent = time.perf_counter()
        answer = connection.recv(PIECE)
        answered = time.perf_counter()
    if b" 202 " not in answer.split(b"\r\n", 1)[0]:
        raise SystemExit(f"refused: {answer[:400]!r}")
    return answered - began, answered - sent
