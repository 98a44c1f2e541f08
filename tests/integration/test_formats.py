"""Clean tables in the formats of others, read by libraries that are not ours: FHIR R4, Parquet."""

import csv
import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from fhir.resources.R4B import get_fhir_model_class

from harmonizer.demo import sample_files
from harmonizer_queue import CONTRACT

TABLES = (
    "patients",
    "encounters",
    "observations",
    "conditions",
    "medications",
    "immunizations",
    "allergies",
)
RESOURCES = (
    "Patient",
    "Encounter",
    "Observation",
    "Condition",
    "MedicationRequest",
    "Immunization",
    "AllergyIntolerance",
)

Resource = dict[str, Any]


def harmonized(
    binaries: Path, out: Path, format: str, files: list[Path], operation: str = "harmonize"
) -> Path:
    options = ["--format", format, "--today", "2026-11-23", "--operation", operation]
    done = subprocess.run(
        [binaries / "harmonize", *options, "-o", out, *files], capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    return out


def synthea(suites: Path) -> list[Path]:
    return [suites / "synthea-csv" / f"{table}.csv" for table in TABLES]


@pytest.fixture(scope="module")
def resources(
    binaries: Path, suites: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Resource]]:
    """Return the resources of the sample files and of Synthea, by the folder they came from."""
    found: dict[str, list[Resource]] = {}
    for name, files in (("samples", sample_files()), ("synthea", synthea(suites))):
        out = harmonized(binaries, tmp_path_factory.mktemp(name) / "out", "fhir", files)
        found[name] = [
            json.loads(line)
            for path in sorted(out.glob("*.clean.ndjson"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
    return found


def every(resources: dict[str, list[Resource]]) -> Iterator[Resource]:
    for some in resources.values():
        yield from some


def validate(one: Resource) -> None:
    get_fhir_model_class(one["resourceType"]).model_validate_json(json.dumps(one))


def test_every_row_is_a_valid_resource(resources: dict[str, list[Resource]]) -> None:
    # R4B differs from R4 in none of these types.
    seen = Counter[str]()
    for one in every(resources):
        validate(one)
        seen[one["resourceType"]] += 1
    assert sorted(seen) == sorted(RESOURCES)
    assert min(seen.values()) > 30


ORDINARY = [
    "1",
    "0.5",
    "<5",
    "2-5",
    "1:80",
    "POS",
    "active",
    "male",
    "final",
    "dispense",
    "administration",
    "statement",
    "1987",
    "2024-01-05 10:00",
]


def canonical_tables() -> dict[str, list[str]]:
    """Return the fields of every table that is a resource."""
    profile = yaml.safe_load((CONTRACT / "profiles" / "us-core.yaml").read_text(encoding="utf-8"))
    return {
        table["name"]: [field["name"] for field in table["fields"]]
        for table in profile["tables"]
        if table["fields"]
    }


def test_any_text_in_any_field_makes_a_valid_resource(
    binaries: Path, suites: Path, tmp_path: Path
) -> None:
    strings = json.loads((suites / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    texts = [text for text in strings if text.strip()] + ORDINARY
    chance = random.Random(2026)
    for name, fields in canonical_tables().items():
        source = tmp_path / f"{name}.csv"
        with source.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(fields)
            for _ in range(200):
                rows.writerow(chance.choice((*texts, *ORDINARY * 20)) for _ in fields)
        made = harmonized(binaries, tmp_path / name, "fhir", [source], "standardize")
        lines = (made / f"{name}.clean.ndjson").read_text(encoding="utf-8").rstrip("\n").split("\n")
        assert len(lines) == 200
        for line in lines:
            validate(json.loads(line))


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": None},
        {"code": None},
        {"id": "a_b"},
        {"effectiveDateTime": "2025-01-01T10:00:00"},
        {"colour": "red"},
    ],
)
def test_the_validator_refuses_what_is_wrong(
    resources: dict[str, list[Resource]], wrong: Resource
) -> None:
    right = next(one for one in every(resources) if one["resourceType"] == "Observation")
    changed = {key: value for key, value in {**right, **wrong}.items() if value is not None}
    with pytest.raises(ValueError, match="Observation"):
        validate(changed)


def test_ids_are_unique_and_references_lead_somewhere(
    resources: dict[str, list[Resource]],
) -> None:
    for some in resources.values():
        ids = Counter(f"{one['resourceType']}/{one['id']}" for one in some)
        assert ids.most_common(1)[0][1] == 1
    ids = Counter(f"{one['resourceType']}/{one['id']}" for one in resources["synthea"])
    for one in resources["synthea"]:
        for key in ("subject", "patient", "encounter"):
            if key in one:
                assert one[key]["reference"] in ids


def codings(value: Any) -> Iterator[tuple[str, str]]:
    """Yield system and code of every coding in a value."""
    if isinstance(value, dict):
        if isinstance(value.get("system"), str) and isinstance(value.get("code"), str):
            yield value["system"], value["code"]
        for inner in value.values():
            yield from codings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from codings(inner)


def test_codes_are_those_of_their_systems(
    resources: dict[str, list[Resource]], suites: Path
) -> None:
    known: dict[str, set[str]] = {}
    with (suites / "fhir-r4-code-systems" / "code_systems.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            known.setdefault(row["url"], set()).add(row["code"])
            known.setdefault(row["code_system"], set()).add(row["code"])
    checked = Counter[str]()
    for one in every(resources):
        for system, code in codings(one):
            if system in known:
                assert code in known[system], (system, code)
                checked[system] += 1
        if one["resourceType"] in ("Encounter", "Observation", "MedicationRequest"):
            name = one["resourceType"].lower() + "-status"
            assert one["status"] in known[name]
    assert len(checked) >= 5


def test_nothing_is_said_that_the_row_does_not_say(resources: dict[str, list[Resource]]) -> None:
    told = Counter(one["status"] for one in every(resources) if "status" in one)
    assert set(told) == {"unknown"}, "neither the samples nor Synthea's CSV have a status"
    vaccinations = [one for one in every(resources) if one["resourceType"] == "Immunization"]
    assert vaccinations
    for one in vaccinations:
        reason = one["_status"]["extension"][0]
        assert reason["url"].endswith("/data-absent-reason")
        assert reason["valueCode"] == "unknown"


@pytest.mark.parametrize("which", ["samples", "synthea"])
def test_resources_read_back_give_the_same_values(
    which: str, binaries: Path, suites: Path, tmp_path: Path
) -> None:
    files = sample_files() if which == "samples" else synthea(suites)
    first = harmonized(binaries, tmp_path / "csv", "csv", files)
    as_fhir = harmonized(binaries, tmp_path / "fhir", "fhir", files)
    lines = sorted(as_fhir.glob("*.clean.ndjson"))
    again = harmonized(binaries, tmp_path / "again", "csv", lines, "standardize")
    for path in first.glob("*.clean.csv"):
        before, after = records(path), records(again / path.name)
        assert len(before) == len(after) > 0
        for field in before[0]:
            if field not in LOST and not field.startswith("x_"):
                assert [kept(row, field) for row in before] == [
                    kept(row, field) for row in after
                ], f"{path.name}: {field}"


LOST = {
    "observation_id": "rows without one get an id",
    "patient_id": "a patient without one goes by the mrn",
    "absent_reason": "is a code of the resource, and no column that is read",
    "payer": "stands in no Encounter",
    "itin": "is an identifier of a type that no column asks for",
    "end_open_ended": "FHIR says that there is no end by saying nothing",
    "start_precision": "FHIR writes seconds with every time of day",
    "end_precision": "likewise",
    "effective_precision": "likewise",
}


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def kept(row: dict[str, str], field: str) -> str:
    """Return a value as FHIR can hold it: the unit of a text has no place."""
    if field in ("unit", "value_unit") and row.get("value_text"):
        return ""
    return row.get(field, "")


@pytest.mark.parametrize("which", ["samples", "synthea"])
def test_parquet_holds_what_csv_holds(
    which: str, binaries: Path, suites: Path, tmp_path: Path
) -> None:
    files = sample_files() if which == "samples" else synthea(suites)
    as_csv = harmonized(binaries, tmp_path / "csv", "csv", files)
    as_parquet = harmonized(binaries, tmp_path / "parquet", "parquet", files)
    again = harmonized(binaries, tmp_path / "again", "parquet", files)
    for path in as_csv.glob("*.clean.csv"):
        copy = as_parquet / f"{path.stem}.parquet"
        assert copy.read_bytes() == (again / copy.name).read_bytes()
        table = pq.read_table(copy)
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert table.column_names == rows[0]
        columns = list(zip(*rows[1:], strict=True))
        for name, want, got in zip(rows[0], columns, table.columns, strict=True):
            same = Decimal if pa.types.is_decimal(got.type) else str
            read = [_text(value) for value in got.to_pylist()]
            assert [same(v) if v else "" for v in read] == [same(v) if v else "" for v in want], (
                name
            )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_types_of_parquet_columns(binaries: Path, tmp_path: Path) -> None:
    source = tmp_path / "lab_results.csv"
    source.write_text(
        "patient_id,code,value,unit,date,reference_low,reference_high\n"
        "007,2345-7,<5.50,mg/dL,2024-01,3.5,5\n007,2345-7,90,mg/dL,2024-01-05,3.5,5\n"
    )
    out = harmonized(binaries, tmp_path / "out", "parquet", [source])
    schema = pq.read_schema(out / "observation.clean.parquet")
    exact, text = pa.decimal128(38, 12), pa.string()
    for name, kind in {
        "patient_id": text,
        "code": text,
        "value": text,
        "effective": text,
        "value_number": exact,
        "reference_low": exact,
        "reference_high": exact,
    }.items():
        assert schema.field(name).type == kind, name
