"""How pages word numbers."""

import datetime

import pytest

from web.console.formats import pace, percent, seconds, size, with_code


def ago(seconds: float) -> str:
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)).isoformat()


def test_pace_is_what_was_read_since_the_beginning_and_what_is_left_follows_from_the_share() -> (
    None
):
    found = pace(ago(100), 50_000_000, 25.0)
    assert found == {
        "rate": pytest.approx(500_000, rel=0.01),
        "left_s": pytest.approx(300, rel=0.01),
    }


@pytest.mark.parametrize("share", [None, 0.0, 1.9])
def test_nothing_is_guessed_from_next_to_nothing(share: float | None) -> None:
    assert pace(ago(100), 1_000, share)["left_s"] is None


def test_a_job_that_has_not_begun_has_no_pace() -> None:
    assert pace(None, 0, None) == {"rate": None, "left_s": None}


def test_lengths_of_time_and_sizes_have_the_unit_that_says_most() -> None:
    assert [seconds(one) for one in (None, 0.04, 9.96, 80, 3_700, 90_000)] == [
        "–",
        "0.0 s",
        "10.0 s",
        "1 min 20 s",
        "1 h 1 min",
        "1 d 1 h",
    ]
    assert [size(one) for one in (0, 999, 1_000, 189_000, 15_600_000)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "189 kB",
        "16 MB",
    ]


def test_only_all_is_all_and_only_nothing_is_nothing() -> None:
    told = [percent(one) for one in (0, 0.0001, 0.004, 0.5, 0.9999, 1)]
    assert told == ["0 %", "0.1 %", "0.4 %", "50 %", "99.9 %", "100 %"]


def test_words_between_backticks_are_code_and_nothing_else_is_markup() -> None:
    told = with_code("One of ``?table=``, as `a<b>` was; <i> stands as it is.")
    assert told == (
        "One of <code>?table=</code>, as <code>a&lt;b&gt;</code> was; &lt;i&gt; stands as it is."
    )
