"""What a submission may ask for, and the reason for each thing it may not."""

import datetime
import json
from typing import Any

import pytest

from web.api.submission import Wanted, check
from web.api.upload import StoredFile, Submission
from web.errors import InvalidRequestError
from web.profiles import built_in

GOLD = "file_a,record_a,file_b,record_b\n"
TODAY = datetime.date(2026, 3, 1)


def file(name: str = "patients.csv", size: int = 10) -> StoredFile:
    return StoredFile(name, "text/csv", "jobs/j/input/1", "0" * 64, size)


def wanted(*files: StoredFile, **texts: str | list[str]) -> Wanted:
    given = {name: [one] if isinstance(one, str) else one for name, one in texts.items()}
    return check(Submission(list(files) or [file()], None, given), TODAY)


def reasons(*files: StoredFile, **texts: str | list[str]) -> dict[str, str]:
    with pytest.raises(InvalidRequestError) as caught:
        wanted(*files, **texts)
    return {error.field: error.reason for error in caught.value.errors}


def test_defaults() -> None:
    assert wanted() == Wanted(
        operation="harmonize",
        profile=built_in()["us-core"],
        priority=wanted().priority,
        today=TODAY,
        options={},
        sources=["patients"],
        tables=[None],
        gold_pairs=None,
        webhook_url="",
    )
    assert wanted().priority == "normal"
    assert wanted(operation="", profile=" ", options="") == wanted()


def test_sources_and_tables_follow_the_files() -> None:
    got = wanted(file("a.csv"), file("b.csv.gz"), source=["", "east"], table=["Lab_Results"])
    assert got.sources == ["a", "east"]
    assert got.tables == ["observation", None]
    for spaced in ("患者\u3000一覧", "9:05\u202fAM", "Klinik\u00a0Süd", "نمونه\u200cها"):
        assert wanted(source=[spaced]).sources == [spaced]


def test_options_are_kept_and_today_stands_apart() -> None:
    options = {
        "today": "2026-01-31",
        "format": "csv",
        "provenance": True,
        "max_reject_pct": 12.5,
        "csv_safe": False,
        "registry": "off",
    }
    got = wanted(options=json.dumps(options))
    assert got.today == datetime.date(2026, 1, 31)
    assert got.options == {k: v for k, v in options.items() if k != "today"}


def test_sources_that_have_each_person_once_go_with_persons() -> None:
    options = {"source_unique": ["patients"]}
    got = wanted(operation="link", options=json.dumps(options))
    assert got.options == options
    none = wanted(operation="link", options='{"source_unique": []}')
    assert none.options == {"source_unique": []}
    assert reasons(operation="link", options='{"source_unique": ["east"]}') == {
        "options.source_unique": "names a source that no file is from"
    }
    assert "goes with" in reasons(options=json.dumps(options))["options.source_unique"]


def test_known_pairs_go_with_persons() -> None:
    options = json.dumps({"gold_pairs": GOLD + "x.csv,1,y.csv,2\n"})
    got = wanted(operation="deduplicate", options=options)
    assert got.gold_pairs == GOLD + "x.csv,1,y.csv,2\n"
    assert got.options == {}
    marked = json.dumps({"gold_pairs": "\ufeff" + GOLD})
    assert reasons(options=marked) == {"options.gold_pairs": "goes with deduplicate and link"}
    assert "goes with deduplicate" in reasons(options=options)["options.gold_pairs"]


@pytest.mark.parametrize("format", ["csv", "ndjson", "json", "parquet", "fhir"])
def test_formats(format: str) -> None:
    assert wanted(options=json.dumps({"format": format})).options["format"] == format


def test_every_wrong_field_is_named_at_once() -> None:
    assert set(
        reasons(operation="polish", profile="mars", priority="urgent", options='{"colour": 1}')
    ) == {"operation", "profile", "priority", "options.colour"}


@pytest.mark.parametrize(
    ("texts", "field", "reason"),
    [
        ({"operation": "polish"}, "operation", "must be one of harmonize, standardize"),
        ({"operation": ["clean", "clean"]}, "operation", "given more than once"),
        ({"profile": "../us-core"}, "profile", "must be one of us-core"),
        ({"priority": "urgent"}, "priority", "must be one of high, normal, low"),
        ({"table": "spaceship"}, "table", "must be one of patient, encounter"),
        ({"table": ["patient", "patient"]}, "table", "more often than file"),
        ({"source": ["a", "b"]}, "source", "more often than file"),
        ({"source": "a\x00b"}, "source", "printable"),
        ({"source": "a\u202eb"}, "source", "printable"),
        ({"source": "x" * 201}, "source", "at most 200"),
        ({"plan": "01"}, "plan", "must be a file"),
        ({"options": "{"}, "options", "is not JSON"),
        ({"options": "[" * 60000}, "options", "is not JSON"),
        ({"options": '{"max_reject_pct": NaN}'}, "options", "is not JSON"),
        ({"options": '{"today": "2026-01-01", "today": "2026-01-02"}'}, "options", "key twice"),
        ({"options": "[]"}, "options", "must be a JSON object"),
    ],
)
def test_what_is_refused(texts: dict[str, Any], field: str, reason: str) -> None:
    assert reason in reasons(**texts)[field]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("today", [None, 1, "", "2026-02-30", "20260131", "2026-W01-1", "31.01.2026"]),
        ("format", [None, "xls", "FHIR", ["csv"], {}]),
        ("provenance", [None, 1, "yes"]),
        ("csv_safe", [None, 0, "no"]),
        ("again", [None, 1, "yes"]),
        ("max_reject_pct", [None, True, -1, 101, "50", 1e400]),
        ("registry", [None, True, "maybe", ["on"]]),
        ("source_unique", [None, True, "patients", [1], [["patients"]], {}]),
        ("gold_pairs", ["pairs.csv", None, "", "a,b\n", GOLD + "x.csv,1,y.csv,\n", GOLD + "1,2\n"]),
    ],
)
def test_values_that_an_option_does_not_take(name: str, values: list[Any]) -> None:
    for value in values:
        text = json.dumps({name: value})
        field = "options" if "Infinity" in text else f"options.{name}"
        assert list(reasons(operation="link", options=text)) == [field]


def test_files() -> None:
    assert reasons(file(size=0)) == {"file": "is empty"}
    assert reasons(file(size=0), file(size=0)) == {"file": "every one is empty"}
    assert wanted(file(size=0), file()).sources == ["patients", "patients"]
    with pytest.raises(InvalidRequestError) as caught:
        check(Submission(), TODAY)
    assert [(e.field, e.reason) for e in caught.value.errors] == [("file", "is missing")]


def test_a_reason_never_repeats_a_value() -> None:
    given = {"operation": "Smith", "profile": "Smith", "table": "Smith", "source": "Smith\x00"}
    assert "Smith" not in str(reasons(**given, options='{"today": "Smith"}', plan="Smith"))
