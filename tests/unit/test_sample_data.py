"""The generator of sample data: the same bytes again, and a truth that fits what was written."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from web.config import ROOT

SCRIPT = ROOT / "scripts" / "generate_sample_data.py"


def generate(out: Path, *arguments: str) -> dict[str, bytes]:
    subprocess.run([sys.executable, SCRIPT, "--out", out, *arguments], check=True)
    return contents(out)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "README.md"
    }


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines()))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return generate(tmp_path_factory.mktemp("samples"))


def test_the_committed_files_are_what_the_generator_writes(generated: dict[str, bytes]) -> None:
    assert contents(ROOT / "sample_data") == generated


def test_another_seed_gives_other_persons(generated: dict[str, bytes], tmp_path: Path) -> None:
    other = generate(tmp_path, "--seed", "7", "--only", "patients.csv")
    assert other["patients.csv"] != generated["patients.csv"]


def test_more_rows_begin_with_the_same_ones(generated: dict[str, bytes], tmp_path: Path) -> None:
    more = generate(tmp_path, "--rows", "300", "--only", "patients.csv")
    assert more["patients.csv"].startswith(generated["patients.csv"])


def test_the_truth_names_the_cells_that_were_written(generated: dict[str, bytes]) -> None:
    written = {
        name: rows(content)
        for name, content in generated.items()
        if name in ("patients.csv", "encounters.csv", "lab_results.csv", "vitals.csv")
    }
    damage = [one for one in rows(generated["truth/damage.csv"]) if one["file"] in written]
    assert len(damage) > 200
    for one in damage:
        record = written[one["file"]][int(one["record_no"]) - 1]
        assert record[one["header"]] == one["written"]


def test_every_record_has_its_person(generated: dict[str, bytes]) -> None:
    persons = [one for one in rows(generated["truth/persons.csv"]) if one["file"] == "patients.csv"]
    assert [int(one["record_no"]) for one in persons] == list(range(1, len(persons) + 1))
    assert len(persons) == len(rows(generated["patients.csv"]))
    copies = [one for one in persons if one["kind"] == "copy"]
    assert copies, "a sample without a person who is there twice shows nothing"


def test_both_hospitals_share_persons(generated: dict[str, bytes]) -> None:
    persons = rows(generated["truth/persons.csv"])
    here = {one["person"] for one in persons if one["file"] == "patients.csv"}
    there = {one["person"] for one in persons if one["file"] == "lakeside_patients.json"}
    assert here & there
    assert there - here
