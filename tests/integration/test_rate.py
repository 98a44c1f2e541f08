"""How many requests a key may make: counted over processes, told, refused beyond, open at need."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import TestResponse

from an_api import AnApi, an_api
from web.api import rate
from web.config import Settings
from web.db import keys
from web.db.models import Role

QUOTA = 3


class _Clock:
    """A clock that stands at the 20th second of a minute until somebody sets it."""

    now = 1_800_000_000.0 - 1_800_000_000 % 60 + 20

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    clock = _Clock()
    monkeypatch.setattr(rate, "time", clock)
    return clock


@pytest.fixture
def limited(settings: Settings, clock: _Clock) -> Iterator[AnApi]:
    with an_api(dataclasses.replace(settings, auth="keys", requests_per_minute=QUOTA)) as api:
        yield api


def key(api: AnApi, role: Role = Role.VIEWER, **more: Any) -> str:
    now = datetime.now(UTC)
    with api.of.sessions.begin() as session:
        return keys.make(session, name="k", owner="north", role=role, now=now, **more)[1]


def ask(api: AnApi, secret: str, path: str = "/api/jobs") -> TestResponse:
    return api.client.get(path, headers={"Authorization": f"Bearer {secret}"})


def test_answers_say_what_is_left_and_beyond_is_429(limited: AnApi, clock: _Clock) -> None:
    secret = key(limited)
    for left in (2, 1, 0):
        answer = ask(limited, secret)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"key";q=3;w=60'
        assert answer.headers["RateLimit"] == f'"key";r={left};t=40'
    refused = ask(limited, secret)
    assert refused.status_code == 429
    assert refused.get_json(force=True)["type"] == "/problems/too-many-requests"
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"key";r=0;t=40'
    clock.now += 40
    assert ask(limited, secret).status_code == 200


def test_another_process_counts_on(limited: AnApi) -> None:
    secret = key(limited)
    for _ in range(QUOTA):
        ask(limited, secret)
    with an_api(limited.of.settings) as other:
        assert ask(other, secret).status_code == 429


def test_keys_do_not_take_from_each_other(limited: AnApi) -> None:
    first, second = key(limited), key(limited)
    for _ in range(QUOTA + 1):
        last = ask(limited, first)
    assert last.status_code == 429
    assert ask(limited, second).headers["RateLimit"].startswith('"key";r=2;')


def test_a_key_may_have_a_number_of_its_own(limited: AnApi) -> None:
    admin = key(limited, Role.ADMIN, limits=keys.Limits(requests_per_minute=0))
    assert "RateLimit" not in ask(limited, admin).headers
    wanted = {"name": "k", "owner": "lab", "role": "viewer", "requests_per_minute": 1}
    made = limited.client.post(
        "/api/keys", json=wanted, headers={"Authorization": f"Bearer {admin}"}
    ).get_json()
    assert made["requests_per_minute"] == 1
    assert [ask(limited, made["secret"]).status_code for _ in range(2)] == [200, 429]
    turned = limited.client.post(
        f"/api/keys/{made['key_id']}/rotate", headers={"Authorization": f"Bearer {admin}"}
    ).get_json()
    assert turned["requests_per_minute"] == 1
    wrong = limited.client.post(
        "/api/keys",
        json=wanted | {"requests_per_minute": -1},
        headers={"Authorization": f"Bearer {admin}"},
    )
    assert wrong.status_code == 400


def test_what_needs_no_key_has_no_limit(limited: AnApi, settings: Settings) -> None:
    for _ in range(QUOTA + 1):
        assert limited.client.get("/health").status_code == 200
        assert limited.client.get("/api/jobs").status_code == 401
    with an_api(dataclasses.replace(settings, requests_per_minute=1)) as open_:
        for _ in range(3):
            assert open_.client.get("/api/jobs").status_code == 200


def test_without_redis_requests_are_served_and_told(limited: AnApi, clock: _Clock) -> None:
    gone = dataclasses.replace(limited.of.settings, redis_url="redis://127.0.0.1:1/0")
    secret = key(limited)
    with an_api(gone) as api:
        for _ in range(QUOTA + 2):
            answer = ask(api, secret)
            assert answer.status_code == 200
            assert "RateLimit" not in answer.headers
        text = api.client.get("/metrics").text
    [told] = re.findall(r"^harmonizer_requests_uncounted_total ([0-9.]+)$", text, re.M)
    assert float(told) >= QUOTA + 2


def test_what_is_counted_is_forgotten(limited: AnApi) -> None:
    ask(limited, key(limited))
    client = limited.queue.client
    [name] = [one for one in client.scan_iter("rate:*")]
    assert 0 < client.ttl(name) <= 2 * rate.WINDOW_SECONDS
