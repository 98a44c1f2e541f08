"""Plans that are made of what a person corrected on a page."""

from typing import Any

import pytest
import yaml

from web.api.upload import Submission
from web.console.corrections import Parts, plan_of
from web.errors import InvalidRequestError


def plan(name: str = "a.csv", table: str = "patient") -> str:
    order = {"value": "month_first", "rule": "DATE-101", "confidence": 0.9, "why": "counted"}
    columns = [
        {"header": "MRN", "field": "mrn", "type": "identifier", "score": 1},
        {
            "header": "DOB",
            "field": "birth_date",
            "type": "date",
            "decisions": {"date_order": order},
        },
    ]
    section = {"name": name, "table": {"name": table}, "columns": columns}
    return yaml.safe_dump({"version": 1, "today": "2026-11-26", "files": [section]})


def made(*plans: str, **parts: str | list[str]) -> Any:
    texts = {name: one if isinstance(one, list) else [one] for name, one in parts.items()}
    got = Submission(texts={"operation": ["clean"], "plan": list(plans)} | texts)
    found = plan_of(got)
    assert set(got.texts) <= {"operation", "table"}, "the form's own parts are taken out"
    return yaml.safe_load(found) if found else None


def test_nothing_corrected_is_no_plan() -> None:
    assert made() is None
    assert made(plan()) is None
    assert made(plan(), **{"field.0.0.0": "mrn", "date_order.0.0.1": "month_first"}) is None


def test_a_field_is_changed_alone_and_keeps_nothing_that_was_thought_of_the_other() -> None:
    [file] = made(plan(), **{"field.0.0.0": "patient_id"})["files"]
    assert file["columns"][0] == {
        "header": "MRN",
        "field": "patient_id",
        "why": "chosen by a person",
    }
    assert file["columns"][1]["decisions"]["date_order"]["value"] == "month_first"


def test_an_order_is_changed() -> None:
    [file] = made(plan(), **{"date_order.0.0.1": "day_first"})["files"]
    chosen = {"value": "day_first", "confidence": 1, "why": "chosen by a person"}
    assert file["columns"][1]["decisions"]["date_order"] == chosen


def test_plans_of_several_files_become_one() -> None:
    found = made(plan("a.csv"), plan("b.csv"), **{"field.1.0.0": "patient_id"})
    assert [file["name"] for file in found["files"]] == ["a.csv", "b.csv"]
    assert found["files"][1]["columns"][0]["field"] == "patient_id"
    assert found["files"][0]["columns"][0]["field"] == "mrn"


def test_choices_are_counted_from_the_file_that_the_form_begins_with() -> None:
    [file] = made(plan("c.csv"), at="2", **{"field.2.0.0": "patient_id"})["files"]
    assert file["columns"][0]["field"] == "patient_id"


def test_what_was_corrected_before_stays() -> None:
    assert made(plan(), corrected="1") is not None


def test_a_plan_for_another_table_than_the_chosen_one_is_left() -> None:
    assert made(plan(), corrected="1", table="observation") is None
    found = made(plan("a.csv"), plan("b.csv"), corrected="1", table=["observation", ""])
    assert [file["name"] for file in found["files"]] == ["b.csv"]


@pytest.mark.parametrize(
    ("plans", "parts"),
    [
        ([plan()], {"field.0.0.7": "mrn"}),
        ([plan()], {"field.0.3.0": "mrn"}),
        ([plan()], {"field.1.0.0": "mrn"}),
        ([plan()], {"at": "1", "field.0.0.0": "patient_id"}),
        ([plan()], {"at": "x"}),
        (["none"], {}),
        (["&a [*a]"], {}),
    ],
)
def test_what_is_no_correction_is_refused(plans: list[str], parts: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError):
        made(*plans, **parts)


def test_which_parts_a_form_may_have() -> None:
    parts = Parts()
    for name in ("operation", "plan", "at", "corrected", "field.0.0.12", "unit.3.1.0"):
        assert name in parts
    for other in ("field", "field.0.0", "field.0.0.0.0", "date_order.a.0.0", "", None):
        assert other not in parts


def test_a_file_that_cannot_be_read_has_no_plan_and_keeps_its_place() -> None:
    assert made("") is None
    found = made("", plan("b.csv"), **{"field.1.0.0": "x_mrn"})
    assert [one["name"] for one in found["files"]] == ["b.csv"]
    assert found["files"][0]["columns"][0]["field"] == "x_mrn"
