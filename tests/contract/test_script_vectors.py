"""The vectors of the Lua scripts, against a real Redis; queue/vectors_test.go runs the same."""

import json
import re
from typing import Any

import jsonschema
import pytest
import redis
from redis.exceptions import ResponseError

from harmonizer_queue import CONTRACT, scripts
from harmonizer_queue.connection import send
from redis_content import PREFIX, as_text, dump

MESSAGE = json.loads((CONTRACT / "vectors" / "script-message.json").read_text())
EVENT = json.loads((CONTRACT / "schemas" / "event.json").read_text())
TIME = re.compile(r"<time([+-]\d+)?>")
TTL_SLACK = 10_000

LISTS = ("queue:", "ready", "processing:", "results")
HASHES = ("item:", "worker:", "conf")
ZSETS = ("waiting:", "fed", "leases", "delayed", "workers")


def vectors() -> list[Any]:
    return [
        pytest.param(vector, id=f"{name}: {vector['description']}")
        for name in scripts.names()
        for vector in json.loads((CONTRACT / "vectors" / f"{name}.json").read_text())
    ]


def test_every_script_has_vectors_in_the_form_of_the_schema() -> None:
    schema = json.loads((CONTRACT / "schemas" / "script-vectors.json").read_text())
    for name in scripts.names():
        found = json.loads((CONTRACT / "vectors" / f"{name}.json").read_text())
        jsonschema.validate(found, schema)
        assert {vector["script"] for vector in found} == {name}


@pytest.mark.parametrize("vector", vectors())
def test_script(vector: dict[str, Any], redis_client: redis.Redis) -> None:
    run_vector(vector, redis_client, PREFIX)


def run_vector(vector: dict[str, Any], redis_client: redis.Redis, prefix: str) -> None:
    """Run one vector on an empty server."""
    begin = now(redis_client)
    fill(redis_client, prefix, vector, begin)
    untouched = dump(redis_client, prefix)
    argv = [fixed(argument, begin) for argument in vector["argv"]]

    def call() -> Any:
        return as_text(scripts.run(redis_client, prefix, vector["script"], vector["items"], argv))

    if isinstance(vector["reply"], dict):
        with pytest.raises(ResponseError, match=re.escape(vector["reply"]["error"])):
            call()
    else:
        assert call() == as_text(fixed(vector["reply"], begin))
    end = now(redis_client)

    after = dump(redis_client, prefix)
    for key, want in vector["after"].items():
        assert matches(after.get(key), want, begin, end), (key, after.get(key), want)
    for key in (untouched.keys() | after.keys()) - vector["after"].keys():
        assert after.get(key) == untouched.get(key), key
    for event in after.get("results", []):
        if event not in untouched.get("results", []):
            jsonschema.validate(json.loads(event), EVENT)
    for key in after:
        left, most = redis_client.pttl(f"{prefix}:{key}"), vector.get("ttl", {}).get(key)
        assert left == -1 if most is None else most - TTL_SLACK < left <= most, key


def now(client: redis.Redis) -> int:
    seconds, microseconds = client.time()
    return seconds * 1000 + microseconds // 1000


def fixed(value: Any, at: int) -> Any:
    """Return a vector's value with the clock and the messages filled in."""
    if isinstance(value, list):
        return [fixed(part, at) for part in value]
    if isinstance(value, dict):
        return {key: fixed(part, at) for key, part in value.items()}
    if isinstance(value, str):
        if time := TIME.fullmatch(value):
            return str(at + int(time[1] or 0))
        if value.startswith("<msg "):
            item_id, priority = [*value[5:-1].split(), "normal"][:2]
            return json.dumps(MESSAGE | {"item_id": item_id, "priority": priority})
    return value


def fill(client: redis.Redis, prefix: str, vector: dict[str, Any], at: int) -> None:
    ttl = vector.get("before_ttl", {})
    for name, raw in vector["before"].items():
        key, value = f"{prefix}:{name}", fixed(raw, at)
        if name.startswith(LISTS):
            send(client, "RPUSH", key, *(e if isinstance(e, str) else json.dumps(e) for e in value))
        elif name.startswith(ZSETS):
            for member, score in value.items():
                send(client, "ZADD", key, score, member)
        elif name.startswith(HASHES):
            send(client, "HSET", key, *(part for pair in value.items() for part in pair))
        elif name == "paused":
            send(client, "SADD", key, *value)
        elif name == "progress":
            for entry in value:
                send(client, "XADD", key, "*", *(part for pair in entry.items() for part in pair))
        else:
            send(client, "SET", key, value)
        if name in ttl:
            send(client, "PEXPIRE", key, ttl[name])


def matches(got: Any, want: Any, begin: int, end: int) -> bool:
    """Compare what Redis holds with a vector's value; a time may lie anywhere in the call."""
    if isinstance(want, str) and (time := TIME.fullmatch(want)):
        return begin <= int(got) - int(time[1] or 0) <= end
    if isinstance(want, dict):
        if isinstance(got, str):
            got = json.loads(got)
        return (
            isinstance(got, dict)
            and got.keys() == want.keys()
            and all(matches(got[key], part, begin, end) for key, part in want.items())
        )
    if isinstance(want, list) and isinstance(got, list):
        return len(got) == len(want) and all(
            matches(one, part, begin, end) for one, part in zip(got, want, strict=True)
        )
    return bool(got == fixed(want, begin))
