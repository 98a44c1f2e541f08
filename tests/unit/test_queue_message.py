"""What a message may be: the schema, Python and the vectors agree. Go reads the same vectors."""

import json
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from harmonizer_queue import (
    CONTRACT,
    Backoff,
    Event,
    Input,
    Kind,
    Message,
    MessageError,
    Priority,
    Range,
    Scope,
    State,
)

SCHEMA = json.loads((CONTRACT / "schemas" / "item.json").read_text())
EVENT_SCHEMA = json.loads((CONTRACT / "schemas" / "event.json").read_text())
VECTORS = json.loads((CONTRACT / "vectors" / "messages.json").read_text())

MESSAGE = Message(
    item_id="01900000-0000-7000-8000-000000000001",
    job_id="01900000-0000-7000-8000-000000000000",
    kind=Kind.FILE,
    priority=Priority.NORMAL,
    created_at=1_764_000_000_000,
    input=Input("jobs/x/input/1", "0" * 64, 12, "text/csv"),
    params={"operation": "harmonize"},
)


def build(document: dict[str, Any]) -> Message:
    fields = {key: value for key, value in document.items() if key != "v"}
    source = fields["input"]
    span = Range(**source["range"]) if source["range"] else None
    return Message(
        **fields
        | {"input": Input(**source | {"range": span}), "backoff": Backoff(**fields["backoff"])}
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["description"])
def test_schema_and_code_allow_the_same(vector: dict[str, Any]) -> None:
    valid = jsonschema.Draft202012Validator(SCHEMA).is_valid(vector["message"])
    assert valid is vector["allowed"]
    if vector["allowed"]:
        assert json.loads(build(vector["message"]).to_json()) == vector["message"]
    else:
        with pytest.raises(MessageError):
            build(vector["message"])


def test_defaults_are_those_of_the_schema() -> None:
    made = json.loads(MESSAGE.to_json())
    jsonschema.validate(made, SCHEMA)
    limits = SCHEMA["properties"]
    assert made["max_failures"] == limits["max_failures"]["default"]
    assert made["max_losses"] == limits["max_losses"]["default"]
    backoff = limits["backoff"]["properties"]
    assert made["backoff"] == {name: backoff[name]["default"] for name in backoff}


def test_a_message_larger_than_16_kib_is_refused() -> None:
    most = 16 * 1024 - len(replace(MESSAGE, params={"note": ""}).to_json().encode())
    assert len(replace(MESSAGE, params={"note": "x" * most}).to_json()) == 16 * 1024
    with pytest.raises(MessageError):
        replace(MESSAGE, params={"note": "x" * (most + 1)}).to_json()
    with pytest.raises(MessageError):
        replace(MESSAGE, params={"note": "é" * most}).to_json()


def test_words_are_those_of_the_schemas() -> None:
    limits = SCHEMA["properties"]
    assert list(Kind) == limits["kind"]["enum"]
    assert list(Priority) == limits["priority"]["enum"]
    assert list(Event) == EVENT_SCHEMA["properties"]["event"]["enum"]
    assert set(Scope) == {"*", *Priority}
    assert [state for state in State if state.terminal] == ["succeeded", "dead", "cancelled"]
    assert [event for event in Event if event.terminal] == ["succeeded", "dead", "cancelled"]
