"""What is sent to harm: gunicorn and the application refuse it, go on, and stay small."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from a_gunicorn import MIB, Server, peak_memory, serving
from harmonizer.services import RedisServer
from running_stack import eventually
from web.api.every_request import HEADERS

SECONDS = 60.0

FORM = (
    b"--x\r\n"
    b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    b"patient_id,name\n1,Zzyzxmarker\n\r\n--x--\r\n"
)
LENGTH = b"Content-Length: %d\r\n" % len(FORM)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(FORM), FORM)
JSON = b"POST /api/queue/pause HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
PLAN = b"version: 1\nprofile: {name: us-core}\ntoday: 2026-01-01\nfiles:\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("hostile")
    redis = RedisServer(home / "redis").start()
    with serving(home, redis.url, WEB_PROCESSES="1", MAX_UPLOAD_BYTES=str(64 * MIB)) as one:
        yield one
    redis.stop()


def submission(headers: bytes, body: bytes, host: bytes = b"Host: localhost\r\n") -> bytes:
    form = b"Content-Type: multipart/form-data; boundary=x\r\n"
    return b"POST /api/jobs HTTP/1.1\r\n" + host + form + headers + b"\r\n" + body


def looking(
    headers: bytes = b"", path: bytes = b"/api/jobs", version: bytes = b"HTTP/1.1"
) -> bytes:
    return b"GET " + path + b" " + version + b"\r\nHost: localhost\r\n" + headers + b"\r\n"


def answers(server: Server, sent: bytes) -> list[tuple[int, str, bytes]]:
    """Send bytes and nothing more; return status, head and body of all that is answered."""
    with closing(socket.create_connection(("127.0.0.1", server.port), SECONDS)) as connection:
        connection.sendall(sent)
        with suppress(OSError):  # It may have answered and left already.
            connection.shutdown(socket.SHUT_WR)
        got = b""
        while more := connection.recv(MIB):
            got += more
    found = []
    while got:
        head, _, got = got.partition(b"\r\n\r\n")
        text = head.decode()
        length = next(
            int(x.split(b":")[1])
            for x in head.split(b"\r\n")
            if b"ontent-" in x and x.lower().startswith(b"content-length")
        )
        found.append((int(text.split()[1]), text, got[:length]))
        got = got[length:]
    return found


REFUSED = {
    "length and chunks": (400, submission(LENGTH + CHUNKED, CHUNKS)),
    "chunks, then something": (
        400,
        submission(CHUNKED + b"Transfer-Encoding: identity\r\n", CHUNKS),
    ),
    "an unknown coding": (501, submission(b"Transfer-Encoding: xchunked\r\n", CHUNKS)),
    "a coding of chunks": (400, submission(b"Transfer-Encoding: gzip, chunked\r\n", CHUNKS)),
    "a space before a colon": (400, submission(b"Transfer-Encoding : chunked\r\n", CHUNKS)),
    "a length twice": (400, submission(LENGTH * 2, FORM)),
    "two lengths": (400, submission(LENGTH + b"Content-Length: 5\r\n", FORM)),
    "a length below zero": (400, submission(b"Content-Length: -1\r\n", FORM)),
    "a length with a sign": (400, submission(b"Content-Length: +9\r\n", FORM)),
    "a length in hexadecimal": (400, submission(b"Content-Length: 0x9\r\n", FORM)),
    "a length above all limits": (
        413,
        submission(b"Content-Length: 99999999999999999999\r\n", FORM),
    ),
    "a length too small": (400, submission(b"Content-Length: 40\r\n", FORM[:40])),
    "a length too large": (400, submission(LENGTH, FORM[:-9])),
    "no lengths but chunks of HTTP/1.0": (
        400,
        submission(CHUNKED, CHUNKS).replace(b"HTTP/1.1", b"HTTP/1.0"),
    ),
    "a bare line feed": (400, submission(b"X: a\nY: b\r\n" + LENGTH, FORM)),
    "bare line feeds": (400, submission(LENGTH, b"").replace(b"\r\n", b"\n") + FORM),
    "a bare carriage return": (400, submission(b"X: a\rY: b\r\n" + LENGTH, FORM)),
    "a NUL": (400, submission(b"X: a\0b\r\n" + LENGTH, FORM)),
    "a folded header": (400, submission(b"X: a\r\n b\r\n" + LENGTH, FORM)),
    "a header without a colon": (400, submission(b"X\r\n" + LENGTH, FORM)),
    "no host": (400, submission(LENGTH, FORM, host=b"")),
    "no host of HTTP/1.0": (
        400,
        submission(LENGTH, FORM, host=b"").replace(b"HTTP/1.1", b"HTTP/1.0"),
    ),
    "two hosts": (400, submission(LENGTH, FORM, host=b"Host: a\r\nHost: b\r\n")),
    "another host": (403, submission(LENGTH, FORM, host=b"Host: evil.example\r\n")),
    "a packed body": (415, submission(b"Content-Encoding: gzip\r\n" + LENGTH, FORM)),
    "a chunk of no size": (400, submission(CHUNKED, b"zz\r\n" + FORM)),
    "a chunk below zero": (400, submission(CHUNKED, b"-5\r\n" + FORM)),
    "a chunk without its end": (
        400,
        submission(CHUNKED, CHUNKS.replace(b"--\r\n\r\n", b"--\r\nX")),
    ),
    "chunks with line feeds": (400, submission(CHUNKED, CHUNKS.replace(b"\r\n", b"\n"))),
    "a chunk that is cut": (400, submission(CHUNKED, CHUNKS[:60])),
    "a size of a chunk that never ends": (400, submission(CHUNKED, b"0" * 49_999)),
    "HTTP/0.9": (400, b"GET /api/jobs\r\n\r\n"),
    "HTTP/3.0": (400, looking(version=b"HTTP/3.0")),
    "a line too long": (414, looking(path=b"/api/jobs?x=" + b"a" * 9000)),
    "a header too long": (431, looking(b"X: " + b"a" * 9000 + b"\r\n")),
    "too many headers": (431, looking(b"X: a\r\n" * 101)),
    "an expectation": (417, submission(b"Expect: nothing\r\n" + LENGTH, FORM)),
    "a path upwards": (404, looking(path=b"/static/../../web/config.py")),
    "a path upwards, encoded": (404, looking(path=b"/static/%2e%2e/%2e%2e/config.py")),
    "a NUL in a path": (404, looking(path=b"/api/jobs/%00")),
}


def test_a_probe_by_http_1_0_needs_no_host(server: Server) -> None:
    [(status, _, body)] = answers(server, b"GET /health HTTP/1.0\r\n\r\n")
    assert (status, body) == (200, b'{"status":"ok"}\n')


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_a_reason(server: Server, what: str) -> None:
    status, sent = REFUSED[what]
    [(answered, head, body), *more] = answers(server, sent)
    assert answered == status
    assert b"/problems/" in body
    assert b"Zzyzxmarker" not in body
    for name in HEADERS:
        assert f"\r\n{name}: ".lower() in head.lower()
    # What follows a request that was not understood is not taken for another one.
    assert not more


def test_a_body_is_not_taken_for_a_request(server: Server) -> None:
    """Bytes within the length are the body, whatever they look like; what follows is a request."""
    inner = looking(path=b"/api/queue")
    outer = looking(b"Content-Length: %d\r\n" % len(inner), b"/health") + inner
    assert [one[0] for one in answers(server, outer)] == [200]
    assert [one[0] for one in answers(server, outer + inner)] == [200, 200]
    # After a broken chunk nobody knows where the next request begins.
    assert [one[0] for one in answers(server, submission(CHUNKED, b"zz\r\n" + inner))] == [400]


def test_a_body_in_chunks_says_the_same_as_one_with_a_length(server: Server) -> None:
    assert answers(server, submission(CHUNKED, CHUNKS))[0][0] == 202
    wrong = b'{"nothing": 1}'
    for sent in (
        JSON + b"Content-Length: %d\r\n\r\n%s" % (len(wrong), wrong),
        JSON + CHUNKED + b"\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(wrong), wrong),
    ):
        assert answers(server, sent)[0][0] == 400


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"scope":' + b"[" * 100_000])
def test_json_that_is_deep_is_none(server: Server, body: bytes) -> None:
    assert answers(server, JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body)[0][0] == 400


def test_json_that_is_long_is_not_read(server: Server) -> None:
    [worker] = server.workers()
    before = peak_memory(worker)
    body = b'{"scope":"' + b"x" * 40 * MIB + b'"}'
    assert answers(server, JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body)[0][0] == 413
    assert peak_memory(worker) - before < 24 * MIB


def part(name: str, filename: str | None, content: bytes = b"a,b\n1,2\n") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    return (
        f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        + content
        + b"\r\n"
    )


def form(server: Server, *parts: bytes) -> tuple[int, bytes]:
    body = b"".join(parts) + b"--x--\r\n"
    [(status, _, answer)] = answers(server, submission(b"Content-Length: %d\r\n" % len(body), body))
    return status, answer


PATHS = [
    "../../../etc/passwd",
    "/etc/passwd",
    "..\\..\\boot.ini",
    "C:\\x.csv",
    "..",
    ".",
    "a\x00b.csv",
]


def test_names_that_are_paths_stay_names(server: Server) -> None:
    """A file is stored by its number; what it is called stands in rows and answers alone."""
    before = {path for path in server.home.rglob("*") if "jobs" not in path.parts}
    status, _ = form(server, *(part("file", name) for name in PATHS))
    assert status == 202
    jobs = server.home / "store" / "jobs"
    newest = max(jobs.iterdir(), key=lambda folder: folder.name)
    assert sorted(p.name for p in (newest / "input").iterdir()) == sorted("1234567")
    after = {path for path in server.home.rglob("*") if "jobs" not in path.parts}
    assert not [path for path in after - before if path.suffix in (".csv", ".ini")]


def test_parts_that_are_too_many_or_repeated(server: Server) -> None:
    [worker] = server.workers()
    before = peak_memory(worker)
    assert form(server, *[part("source", None, b"a")] * 10_001)[0] == 413
    assert form(server, part("file", "a.csv"), *[part("operation", None, b"clean")] * 2)[0] == 400
    assert form(server, part("file", "a.csv"), *[part("plan", "p.yaml", PLAN)] * 2)[0] == 400
    assert form(server, part("file", "a.csv"), part("options", None, b"[" * 60_000))[0] == 400
    assert form(server, part("x" * 70_000, "a.csv"))[0] in (400, 413)
    assert peak_memory(worker) - before < 24 * MIB


def test_plans_that_are_bombs(server: Server) -> None:
    [worker] = server.workers()
    before = peak_memory(worker)
    lines = ["a0: &a0 [x]\n", *(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 10}]\n" for n in range(1, 10))]
    for plan, says in (
        (PLAN + "".join(lines).encode(), b"aliases"),
        (PLAN + b"- " + b"[" * 50_000, b"line 5: is"),
        (PLAN + b"x" * 3 * MIB, b"larger than"),
    ):
        status, answer = form(server, part("file", "a.csv"), part("plan", "p.yaml", plan))
        assert (status, says in answer) == (400, True)
    assert peak_memory(worker) - before < 64 * MIB


def test_who_sends_nothing_holds_no_thread(server: Server) -> None:
    """More of them than there are threads: requests are served beside, and their ends come."""
    silent = [socket.create_connection(("127.0.0.1", server.port), SECONDS) for _ in range(16)]
    try:
        for connection in silent:
            connection.sendall(looking()[:20])
        eventually(server.api.ready, "somebody else is served", 2 * SECONDS)
        for connection in silent:
            connection.settimeout(2 * SECONDS)
            assert connection.recv(1000) == b""
    finally:
        for connection in silent:
            connection.close()
    assert "request failed" not in server.log()
