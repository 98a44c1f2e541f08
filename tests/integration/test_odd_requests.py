"""Every route is asked what no client of good will asks: a clear no, and nothing of the server."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from an_api import AnApi
from web.config import Settings
from web.errors import MEDIA

NOBODY = "01a2156c-ab26-7f2f-9d9d-b53979e1e18d"
PARTS = (
    NOBODY,
    "0",
    "-1",
    "9" * 18,
    "9" * 24,
    "%00",
    "a%00b",
    "%ff",
    "%F0%9F%92%89",
    "%D9%A3",
    "..",
)
TEXTS = ("", "\0", "\ud800", "\u0663", "\U0001f489", "x" * 70_000, NOBODY)
VALUES: tuple[Any, ...] = (
    *TEXTS,
    None,
    True,
    -1,
    2**63,
    10**30,
    1e308,
    [],
    ["\0"],
    [{"row_uid": "\ud800"}],
    {},
)
BODIES = (b"null", b"[]", b"{", b"\xff", b"[" * 5000, b'{"a":1,"a":2}', b'{"limit": NaN}', b"{}{}")
STREAM = "/api/jobs/{job_id}/events"


@pytest.fixture
def asked(api: AnApi) -> "Asked":
    return Asked(api)


class Asked:
    """Asks, and holds every answer against what all have in common."""

    def __init__(self, api: AnApi) -> None:
        self._api = api
        self.wrong: list[str] = []
        self.answers = 0
        self._document = api.get("/api/openapi.json")

    def routes(self, *methods: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield path, method and description of each route; that of a stream does not end."""
        for path, operations in self._document["paths"].items():
            for method, found in operations.items():
                if path != STREAM and method.upper() in methods:
                    yield path, method.upper(), found

    def __call__(self, method: str, path: str, **more: Any) -> TestResponse:
        answer = self._api.client.open(path, method=method, buffered=True, **more)
        self.answers += 1
        refused = answer.status_code >= 400 and answer.status_code != 503
        if answer.status_code == 500 or (refused and answer.mimetype != MEDIA):
            self.wrong.append(f"{method} {path[:80]} {str(more)[:200]}: {answer.status}")
        return answer


def filled(path: str, part: str = NOBODY) -> str:
    return re.sub(r"\{\w+\}", part, path)


def test_parts_of_paths(asked: Asked) -> None:
    for path, method, _ in asked.routes("GET", "PUT", "POST", "DELETE"):
        for part in PARTS if "{" in path else ():
            asked(method, filled(path, part))
    assert asked.wrong == []


def test_parameters(asked: Asked) -> None:
    for path, method, found in asked.routes("GET"):
        for one in found["parameters"]:
            for part in PARTS if one["in"] == "query" else ():
                asked(method, f"{filled(path)}?{one['name']}={part}&{one['name']}=1")
        asked(method, f"{filled(path)}?%zz&=&a")
    assert asked.wrong == []


def test_bodies(asked: Asked) -> None:
    for path, method, found in asked.routes("PUT", "POST", "DELETE"):
        for body in BODIES:
            asked(method, filled(path), data=body, content_type="application/json")
        content = found.get("requestBody", {}).get("content", {})
        fields = content.get("application/json", {}).get("schema", {}).get("properties", {})
        usual = {name: 1 if one["type"] == "integer" else "x" for name, one in fields.items()}
        for name in fields:
            for value in VALUES:
                asked(method, filled(path, "1"), json={name: value})
                asked(method, filled(path, "1"), json=usual | {name: value})
    assert asked.wrong == []
    assert asked.answers > 1000


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://[::1"},
        {"Origin": "null"},
        {"Host": "[::1"},
        {"Host": "a b"},
        {"Sec-Fetch-Site": "\xe9"},
        {"Authorization": "Bearer \xe9"},
        {"Accept": "image/png;q=x, */*;q=0"},
        {"Range": "bytes=9-1, -0, a-"},
        {"If-Match": '"other"'},
        {"If-None-Match": '"open'},
        {"If-Modified-Since": "Thu, 01 Jan 99999 00:00:00 GMT"},
        {"traceparent": "00-" + "0" * 32 + "-" + "0" * 16 + "-01"},
        {"Prefer": "wait=999999999999999999999, wait"},
        {"Last-Event-ID": "\xe9"},
        {"Cookie": "harmonizer=;;=\xe9"},
    ],
)
def test_headers(asked: Asked, api: AnApi, headers: dict[str, str]) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={"patient.clean.csv": ("clean", "patient", b"mrn\n1\n")})
    for path, method, _ in asked.routes("GET", "POST"):
        asked(method, path.replace("{job_id}", job_id), headers=headers)
    assert asked.wrong == []


@pytest.mark.parametrize(
    "options",
    [
        r'{"format": "\ud800"}',
        r'{"\ud800": 1}',
        r'{"source_unique": ["\ud800"]}',
        r'{"source_unique": [[]]}',
        r'{"gold_pairs": "file_a,record_a,file_b,record_b\n\ud800,1,b,1"}',
        '{"gold_pairs": "file_a,record_a,file_b,record_b\\na,%s,b,1"}' % ("9" * 30),
        '{"gold_pairs": "file_a,record_a,file_b,record_b\\na,\u0663,b,1"}',
        '{"format": []}',
        "\0",
    ],
)
def test_options(api: AnApi, options: str) -> None:
    answer = api.post(("a.csv", b"mrn\n1\n"), operation="link", options=options)
    assert (answer.status_code, answer.mimetype) == (400, MEDIA)


def test_a_name_that_is_not_utf_8_is_told_so(api: AnApi) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xe9.csv"\r\n\r\na\r\n--x--'
    )
    answer = api.client.post("/api/jobs", data=body, content_type="multipart/form-data; boundary=x")
    assert "not UTF-8" in json.loads(answer.data)["detail"]


def test_a_state_that_is_expected(api: AnApi) -> None:
    job_id = api.submit()
    api.end(job_id, outputs={"patient.clean.csv": ("clean", "patient", b"mrn\n1\n")})
    for path in ("", "/result", "/archive", "/outputs/patient.clean.csv"):
        url = f"/api/jobs/{job_id}{path}"
        tag = api.client.get(url, buffered=True).headers["ETag"]

        def ask(url: str = url, **headers: str) -> int:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return api.client.get(url, headers=sent, buffered=True).status_code

        assert ask(If_Match=tag) == ask(If_Match="*") == ask(If_Match=f'"a", {tag}') == 200
        assert ask(If_Match='"a"') == ask(If_Match=f"W/{tag}") == 412
        assert ask(If_None_Match="*") == ask(If_None_Match=f'"a", W/{tag}') == 304


def test_without_keys_a_name_that_is_none_is_refused(api: AnApi, settings: Settings) -> None:
    for name in ("[::1", "a]b", "example.org", ""):
        answer = api.client.get("/api/jobs", headers={"Host": name})
        assert (answer.status_code, answer.mimetype) == (403, MEDIA), name
