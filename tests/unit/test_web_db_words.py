"""Words of SQL beside those of the queue's contract."""

import harmonizer_queue as contract
from web.db import words


def test_an_attempt_ends_with_any_event_but_its_start_and_unknown() -> None:
    ends = set(contract.Event) - {contract.Event.STARTED, contract.Event.UNKNOWN}
    assert {one.value for one in words.Outcome} == {one.value for one in ends}


def test_which_words_are_ends() -> None:
    assert {one for one in words.Event if one.terminal} == {"succeeded", "dead", "cancelled"}
    assert {one for one in words.ItemState if one.terminal} == {"succeeded", "dead", "cancelled"}
    live = {one for one in words.JobStatus if not one.terminal}
    assert live == {"accepted", "queued", "running"}
