"""queue/README.md names every script, key, field, event and answer there is."""

import json
import re
from typing import Any

import pytest

from harmonizer_queue import CONTRACT, Event, Priority, State, scripts
from harmonizer_queue.words import SHARES
from reconciler.differences import Kind
from reconciler.metrics import Metrics

README = (CONTRACT.parent / "README.md").read_text()


def vectors() -> list[dict[str, Any]]:
    return [
        vector
        for name in scripts.names()
        for vector in json.loads((CONTRACT / "vectors" / f"{name}.json").read_text())
    ]


def named() -> set[str]:
    return {word for quoted in re.findall(r"`([^`\n]+)`", README) for word in quoted.split(", ")}


@pytest.mark.parametrize("name", scripts.names())
def test_scripts(name: str) -> None:
    assert name in named()
    source = (CONTRACT / "lua" / f"{name}.lua").read_text()
    assert f"-- Vectors: contract/vectors/{name}.json" in source
    assert source.splitlines()[1].startswith(f"-- {name}: ")


def test_only_enqueue_and_progress_are_refused_by_a_full_server() -> None:
    refused = {n for n in scripts.names() if "allow-oom" not in scripts.load(n).source[:30]}
    assert refused == {"enqueue", "progress"}
    assert all(scripts.load(n).source.startswith("#!lua") for n in scripts.names())


def test_keys_and_fields() -> None:
    for vector in vectors():
        for key, value in (vector["before"] | vector["after"]).items():
            shape = re.sub(r"^(processing|item|worker|waiting):.+", r"\1:", key)
            assert f"`{shape}" in README, key
            if shape in ("item:", "worker:", "conf") and value:
                assert set(value) <= named(), key


def test_events_states_and_answers() -> None:
    assert {event.value for event in Event} <= named()
    assert all(state in README for state in State)
    for vector in vectors():
        replies = vector["reply"] if isinstance(vector["reply"], list) else [vector["reply"]]
        for reply in replies:
            answer = reply[0] if isinstance(reply, list) else reply
            if isinstance(answer, str) and vector["script"] != "take":
                assert answer in named(), answer


def test_what_the_reconciler_puts_right_and_counts() -> None:
    assert {kind.value for kind in Kind} <= named()
    assert {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in Metrics().registry.collect()
    } <= named()


def test_shares_are_those_of_the_script() -> None:
    text = (CONTRACT / "lua" / "lib" / "turns.lua").read_text()
    found = re.search(r"TURNS = \{(.*?)\}", text)
    assert found
    turns = re.findall(r"'(\w+)'", found[1])
    assert {one: turns.count(one) for one in Priority} == SHARES
    assert sum(SHARES.values()) == 10
