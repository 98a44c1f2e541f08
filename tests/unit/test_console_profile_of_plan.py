"""Profiles that are made of plans."""

from typing import Any

import yaml

from web.console.profile_of_plan import draft


def column(header: str, field: str, why: str = "exact header", **decisions: Any) -> dict[str, Any]:
    return {"header": header, "field": field, "why": why, "decisions": decisions}


def made(*sections: tuple[str, list[dict[str, Any]]]) -> Any:
    plan = {"files": [{"table": {"name": name}, "columns": some} for name, some in sections]}
    return yaml.safe_load(draft(plan, "us-core"))


def test_what_the_base_knows_needs_no_word() -> None:
    counted = {"value": "month_first", "why": "counted"}
    columns = [column("MRN", "mrn"), column("DOB", "birth_date", date_order=counted)]
    assert made(("patient", columns)) == {"extends": "us-core"}


def test_headers_become_synonyms_over_all_files() -> None:
    first = [column("Patientennummer", "mrn", "looks like it"), column("zip", "zip", "by values")]
    second = [column("Nummer", "mrn", "chosen by a person"), column("Notiz", "x_notiz")]
    found = made(
        ("patient", first), ("patient", second), ("observation", [column("W", "value", "")])
    )
    assert found["tables"] == [
        {"name": "patient", "fields": [{"name": "mrn", "synonyms": ["Patientennummer", "Nummer"]}]},
        {"name": "observation", "fields": [{"name": "value", "synonyms": ["W"]}]},
    ]


def test_what_a_person_chose_is_kept_and_what_was_counted_is_not() -> None:
    chosen = {"value": "day_first", "confidence": 1, "why": "chosen by a person"}
    unit = {"value": "kg", "confidence": 1, "why": "chosen by a person"}
    columns = [
        column("DOB", "birth_date", date_order=chosen),
        column("Weight", "weight", unit=unit),
        column("Seen", "last_visit", date_order=chosen | {"value": "mixed"}),
    ]
    [table] = made(("patient", columns))["tables"]
    assert table["fields"] == [
        {"name": "birth_date", "date_order": "dmy"},
        {"name": "weight", "unit": "kg"},
    ]
