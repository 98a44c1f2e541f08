"""Every error has the one shape, and none tells a value or a place in the program."""

import json

import pytest
from flask import Flask, abort
from redis.exceptions import ConnectionError as RedisConnectionError
from werkzeug.test import TestResponse

from web import errors
from web.errors import PROBLEMS, FieldError, NoResultError, invalid, register
from web.store import FullStoreError, StoreError


def asked(path: str, method: str = "GET") -> TestResponse:
    app = Flask(__name__)
    register(app)

    @app.get("/raise/<what>")
    def fail(what: str) -> str:
        if what.isdigit():
            abort(int(what))
        raise {
            "value": ValueError("Smith, born 1980"),
            "store": StoreError("Smith"),
            "full": FullStoreError("Smith"),
            "redis": RedisConnectionError("Smith"),
            "field": invalid("operation", "must be another"),
            "result": NoResultError("Not yet."),
        }[what]

    return app.test_client().open(path, method=method)


@pytest.mark.parametrize(
    ("path", "method", "slug"),
    [
        ("/none", "GET", "not-found"),
        ("/raise/value", "POST", "method-not-allowed"),
        ("/raise/413", "GET", "too-large"),
        ("/raise/415", "GET", "unsupported-media-type"),
        ("/raise/418", "GET", "invalid-request"),
        ("/raise/500", "GET", "internal-error"),
        ("/raise/value", "GET", "internal-error"),
        ("/raise/store", "GET", "unavailable"),
        ("/raise/full", "GET", "unavailable"),
        ("/raise/redis", "GET", "unavailable"),
        ("/raise/field", "GET", "invalid-request"),
        ("/raise/result", "GET", "no-result"),
    ],
)
def test_problems(path: str, method: str, slug: str) -> None:
    answer = asked(path, method)
    problem = json.loads(answer.data)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == PROBLEMS[slug].status == problem["status"]
    assert problem["type"] == f"/problems/{slug}"
    assert problem["title"] == PROBLEMS[slug].title
    assert problem["detail"].endswith((".", "another"))
    assert problem["instance"] == path
    assert b"Smith" not in answer.data
    assert b"Traceback" not in answer.data


def test_fields_are_named() -> None:
    assert json.loads(asked("/raise/field").data)["errors"] == [
        {"field": "operation", "reason": "must be another"}
    ]


def test_headers_of_an_error_are_kept() -> None:
    assert "GET" in asked("/raise/value", "POST").headers["Allow"]
    assert asked("/raise/store").headers["Retry-After"] == "5"


def test_every_exception_belongs_to_a_problem() -> None:
    classes = [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.ApiError)
    ]
    assert len(classes) > 5
    assert {one.slug for one in classes} <= set(PROBLEMS)
    assert FieldError("a", "b") in invalid("a", "b").errors


def test_a_full_store_is_told() -> None:
    assert b"no room left" in asked("/raise/full").data
    assert b"no room left" not in asked("/raise/store").data
