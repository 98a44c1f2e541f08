"""Identifiers: their form, and that they sort by time."""

import time
import uuid
from datetime import UTC

import pytest

from web.ids import derived_id, is_id, made_at, made_at_ms, new_id


def test_ids_are_uuids_of_version_7_and_sort_by_time() -> None:
    before = time.time_ns() // 1_000_000
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert before <= made_at_ms(first) < made_at_ms(second) <= time.time_ns() // 1_000_000
    assert uuid.UUID(first).version == 7
    assert uuid.UUID(first).variant == uuid.RFC_4122
    assert is_id(first)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "01920000-0000-4000-8000-000000000000",
        "../etc",
        "A" * 36,
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ],
)
def test_what_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_a_derived_id_is_always_the_same_and_differs_by_both_arguments() -> None:
    first, second = new_id(), new_id()
    derived = derived_id(first, "finish")
    assert derived == derived_id(first, "finish")
    assert len({first, derived, derived_id(first, "link"), derived_id(second, "finish")}) == 4
    assert is_id(derived)
    assert made_at_ms(derived) == made_at_ms(first)


def test_the_time_of_an_id_is_a_date() -> None:
    assert made_at("e677d1a0-0000-7000-8000-000000000000").year == 9999
    assert made_at(new_id()).tzinfo is UTC
