"""Lakeside Clinic: a small practice's JSON and semicolons, days first, other headers."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace

from samples import damage
from samples.cell import Cell, plain
from samples.clinical import DIAGNOSES, DRUGS, TESTS, visits
from samples.people import NICKNAMES, Person, person
from samples.table import Extract, Row

SHARED = 3
"""Every third patient of the clinic is one of the hospital's."""

GENDER = {"female": ("female", "woman"), "male": ("male", "man")}
CLASS = {
    "AMB": ("ambulatory", "clinic"),
    "EMER": ("emergency",),
    "IMP": ("admitted inpatient", "IMP"),
}

PATIENT = {
    "patient_id": "id",
    "name_full": "name",
    "birth_date": "birthDate",
    "administrative_gender": "gender",
    "phone_mobile": "cell",
    "email": "mail",
    "address_line1": "street",
    "city": "town",
    "state": "province",
    "zip": "postcode",
}
ENCOUNTER = {
    "encounter_id": "Visit No",
    "patient_id": "Pt No",
    "class": "Setting",
    "start": "Check In",
    "end": "Departure",
    "reason": "Chief Complaint",
}
LAB = {
    "observation_id": "result_id",
    "patient_id": "pt_no",
    "code_text": "component",
    "code": "loinc_code",
    "value": "result",
    "unit": "uom",
    "effective": "drawn",
}
VITAL = {
    "observation_id": "obs_id",
    "patient_id": "pt_no",
    "code": "loinc",
    "code_text": "description",
    "value": "result",
    "unit": "uom",
    "effective": "taken_at",
}
MEDICATION = {
    "medication_id": "rx_id",
    "patient_id": "pt_no",
    "code_text": "drug_name",
    "dose": "dose_amount",
    "dose_unit": "unit",
    "route": "admin_route",
    "start": "rx_date",
}


def extracts(seed: int, rows: int) -> list[Extract]:
    """Return the clinic's five files for about a third as many patients as the hospital has."""
    few = max(1, rows // 3)
    return [
        Extract("lakeside_patients.json", "patient", PATIENT, patients(seed, few), "json"),
        Extract(
            "lakeside_encounters.csv", "encounter", ENCOUNTER, encounters(seed, few), "semicolon"
        ),
        Extract(
            "lakeside_lab_results.ndjson", "observation", LAB, lab_results(seed, few), "ndjson"
        ),
        Extract("lakeside_vitals.json", "observation", VITAL, vitals(seed, few), "json"),
        Extract(
            "lakeside_medications.json", "medication", MEDICATION, medications(seed, few), "json"
        ),
    ]


def known(seed: int, nth: int) -> Person:
    """Return the clinic's ``nth`` patient; every third is the hospital's of the same number."""
    return person(seed, nth if nth % SHARED == 0 else 1_000_000_000 + nth)


def number_of(nth: int) -> str:
    """Return the clinic's own number of a patient."""
    return f"LK-{nth + 1:05d}"


def patients(seed: int, rows: int) -> Iterator[Row]:
    """Yield a record for each patient; some are there twice under two numbers."""
    for nth in range(rows):
        rng = random.Random(f"lakeside patient {seed} {nth}")
        true = known(seed, nth)
        row = Row(true.number, _patient(rng, true, number_of(nth)))
        yield row
        if damage.happens(rng, 0.04):
            again = plain(number_of(nth + 90_000))
            yield replace(row, cells={**row.cells, "patient_id": again}, kind="second number")


def _patient(rng: random.Random, true: Person, number: str) -> dict[str, Cell]:
    given = true.given
    called = NICKNAMES.get(given, given) if damage.happens(rng, 0.25) else given
    middle = f" {true.middle}" if true.middle else ""
    kind = "nickname" if called != given else "full name"
    return {
        "patient_id": plain(number),
        "name_full": Cell(
            f"{true.family.upper()}, {called.upper()}{middle}",
            f"{true.family}, {called}{middle}",
            kind,
        ),
        "birth_date": damage.date(rng, true.birth_date, day_first=True),
        "administrative_gender": damage.word(rng, true.gender, GENDER[true.gender]),
        "phone_mobile": damage.phone(rng, true.phone),
        "email": plain(true.email),
        "address_line1": damage.address(rng, true.address),
        "city": plain(true.city),
        "state": plain(true.state),
        "zip": damage.zip_code(rng, true.zip),
    }


def encounters(seed: int, rows: int) -> Iterator[Row]:
    """Yield the visits of each patient."""
    for nth in range(rows):
        rng = random.Random(f"lakeside encounter {seed} {nth}")
        true = known(seed, nth)
        for visit, (kind, start, end) in enumerate(visits(rng, true.birth_date)):
            yield Row(
                true.number,
                {
                    "encounter_id": plain(f"V{nth:05d}{visit}"),
                    "patient_id": damage.identifier(rng, number_of(nth)),
                    "class": damage.word(rng, kind, CLASS[kind]),
                    "start": damage.moment(rng, start, day_first=True),
                    "end": damage.moment(rng, end, day_first=True),
                    "reason": plain(rng.choice((*DIAGNOSES.values(), "Déjà-vu, tiredness"))),
                },
            )


def lab_results(seed: int, rows: int) -> Iterator[Row]:
    """Yield up to three results of each patient, always in the canonical unit."""
    for nth in range(rows):
        rng = random.Random(f"lakeside lab {seed} {nth}")
        for result in range(rng.randrange(4)):
            test = rng.choice(TESTS)
            value = plain(str(test.draw(rng)))
            if damage.happens(rng, 0.03):
                value = Cell(rng.choice(("TNP", "cancelled")), "", "no result")
            yield Row(
                known(seed, nth).number,
                {
                    "observation_id": plain(f"LR{nth:05d}{result}"),
                    "patient_id": plain(number_of(nth)),
                    "code_text": plain(test.names[0]),
                    "code": plain(test.loinc),
                    "value": value,
                    "unit": Cell(test.alias, test.unit),
                    "effective": damage.moment(rng, _when(rng), day_first=True),
                },
            )


def vitals(seed: int, rows: int) -> Iterator[Row]:
    """Yield a weight and a pulse of each patient, one record each, metric."""
    for nth in range(rows):
        rng = random.Random(f"lakeside vital {seed} {nth}")
        when = _when(rng)
        weight, pulse = f"{rng.randrange(420, 1200) / 10:.1f}", str(rng.randrange(50, 120))
        for code, text, value, unit, canonical in (
            ("29463-7", "Body weight", Cell(weight, f"{weight}0"), "kg", "kg"),
            ("8867-4", "Heart rate", plain(pulse), "bpm", "/min"),
        ):
            yield Row(
                known(seed, nth).number,
                {
                    "observation_id": plain(f"O{nth:05d}{code[:2]}"),
                    "patient_id": plain(number_of(nth)),
                    "code": plain(code),
                    "code_text": plain(text),
                    "value": value,
                    "unit": Cell(unit, canonical),
                    "effective": damage.moment(rng, when, day_first=True),
                },
            )


def medications(seed: int, rows: int) -> Iterator[Row]:
    """Yield up to two prescriptions of each patient, by name alone."""
    for nth in range(rows):
        rng = random.Random(f"lakeside drug {seed} {nth}")
        for rx in range(rng.randrange(3)):
            drug = rng.choice(DRUGS)
            start = _when(rng)
            yield Row(
                known(seed, nth).number,
                {
                    "medication_id": plain(f"P{nth:05d}{rx}"),
                    "patient_id": plain(number_of(nth)),
                    "code_text": plain(drug.name),
                    "dose": plain(rng.choice(drug.doses)),
                    "dose_unit": Cell(drug.units[0], drug.unit),
                    "route": Cell("oral", "PO"),
                    "start": Cell(f"{start:%d.%m.%Y}", f"{start:%Y-%m-%d}"),
                },
            )


def _when(rng: random.Random) -> datetime.datetime:
    start = datetime.datetime(2024, 1, 1, 7)
    return start + datetime.timedelta(minutes=5 * rng.randrange(12 * 24 * 700))
