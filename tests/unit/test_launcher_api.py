"""The caller's side of the HTTP API, against a server that records what it gets."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from werkzeug.formparser import parse_form_data

from harmonizer.api import Api, ApiError
from harmonizer.ports import free_port


class Recorder(HTTPServer):
    """Answers every request with ``code`` and ``answer``; keeps the last form it was sent."""

    code = 202
    failing = 0
    keys: list[str]
    answer: object = {"job_id": "j1", "status": "accepted"}
    fields: list[tuple[str, str]]
    files: list[tuple[str, bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        environ = {
            "wsgi.input": self.rfile,
            "CONTENT_TYPE": self.headers["Content-Type"],
            "CONTENT_LENGTH": self.headers["Content-Length"],
            "REQUEST_METHOD": "POST",
        }
        self.server.keys.append(self.headers.get("Idempotency-Key", ""))
        _, fields, files = parse_form_data(environ)
        self.server.fields = list(fields.items(multi=True))
        self.server.files = []
        for one in files.getlist("file"):
            with one.stream as content:
                self.server.files.append((one.filename or "", content.read()))
        self.do_GET()

    def do_GET(self) -> None:
        self.server.failing -= 1
        self.send_response(503 if self.server.failing >= 0 else self.server.code)
        self.end_headers()
        self.wfile.write(json.dumps(self.server.answer).encode())

    def log_message(self, *parts: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Recorder]:
    with Recorder(("127.0.0.1", 0), Handler) as recorder:
        recorder.keys = []
        thread = threading.Thread(target=recorder.serve_forever, args=(0.01,))
        thread.start()
        yield recorder
        recorder.shutdown()
        thread.join()


@pytest.fixture
def api(server: Recorder) -> Api:
    return Api(f"http://127.0.0.1:{server.server_port}/")


def test_a_submission_arrives_as_it_was_given(api: Api, server: Recorder, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(b"id\r\n1\r\n")
    second.write_bytes(b"\x00" * 600_000)
    fields = {"operation": "clean", "source": ["north", "süd"]}
    assert api.submit([first, second], fields) == "j1"
    assert server.fields == [("operation", "clean"), ("source", "north"), ("source", "süd")]
    assert server.files == [("a.csv", first.read_bytes()), ("b.csv", second.read_bytes())]


def test_a_refusal_carries_the_reasons_the_api_gave(api: Api, server: Recorder) -> None:
    server.code = 400
    server.answer = {
        "title": "Invalid request",
        "detail": "The submission cannot be accepted as it is.",
        "errors": [{"field": "operation", "reason": "must be one of harmonize, clean"}],
    }
    with pytest.raises(ApiError) as raised:
        api.submit([], {"operation": "nonsense"})
    assert str(raised.value) == (
        "The submission cannot be accepted as it is. operation must be one of harmonize, clean"
    )


def test_one_wrong_field_is_told_once(api: Api, server: Recorder) -> None:
    server.code = 400
    server.answer = {
        "title": "Invalid request",
        "detail": "format: must be one of csv, json",
        "errors": [{"field": "format", "reason": "must be one of csv, json"}],
    }
    with pytest.raises(ApiError, match=r"^format: must be one of csv, json$"):
        api.status("j1")


@pytest.mark.parametrize("address", ["ftp://x", "file:///etc/hosts", "http://", "http://a b"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ApiError, match="begins with http"):
        Api(address)


def test_a_key_may_have_spaces_around_it_and_none_within(server: Recorder) -> None:
    address = f"http://127.0.0.1:{server.server_port}"
    assert Api(address, " hmz_a\r\n").status("a b/../c") == server.answer
    for key in ("hmz a", "hmz_a\nX: y", "hmz_é"):
        with pytest.raises(ApiError, match="no key has") as raised:
            Api(address, key)
        assert key not in str(raised.value)


@pytest.mark.parametrize("answer", ["text", None, {"other": 1}, {"title": "t", "errors": [1]}])
def test_a_refusal_in_no_known_form_is_told_by_its_code(
    api: Api, server: Recorder, answer: object
) -> None:
    server.code, server.answer = 502, answer
    with pytest.raises(ApiError, match="502"):
        api.status("j1")


def test_nobody_there_is_an_error_and_not_ready() -> None:
    api = Api(f"http://127.0.0.1:{free_port()}")
    assert not api.ready()
    with pytest.raises(ApiError, match="did not answer"):
        api.outputs("j1")


def test_a_submission_is_sent_again_as_the_same_one(server: Recorder, tmp_path: Path) -> None:
    file = tmp_path / 'a "b".csv'
    file.write_bytes(b"id\n1\n")
    server.failing = 2
    sent: list[tuple[int, int]] = []
    api = Api(f"http://127.0.0.1:{server.server_port}", patience=60)
    assert api.submit([file], {}, lambda *now: sent.append(now)) == "j1"
    assert len(server.keys) == 3
    assert len(set(server.keys)) == 1
    assert server.keys[0]
    assert sent[-1][0] == sent[-1][1]
    assert server.files == [('a "b".csv', b"id\n1\n")]


def test_a_refusal_is_not_sent_again(server: Recorder) -> None:
    server.code, server.answer = 404, {"title": "Nothing is here"}
    with pytest.raises(ApiError, match="Nothing is here") as raised:
        Api(f"http://127.0.0.1:{server.server_port}", patience=60).status("j1")
    assert raised.value.status == 404
    assert server.failing == -1


def test_patience_ends(server: Recorder) -> None:
    server.failing = 1000
    with pytest.raises(ApiError):
        Api(f"http://127.0.0.1:{server.server_port}", patience=0.5).status("j1")


def test_a_download_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    class Short(Handler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"only this")

    with Recorder(("127.0.0.1", 0), Short) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            with pytest.raises(ApiError, match="91 bytes are missing"):
                Api(f"http://127.0.0.1:{server.server_port}").download("/x", tmp_path / "x")
        finally:
            server.shutdown()
            thread.join()
    assert list(tmp_path.iterdir()) == []
