"""Mercy General Hospital: a big system's CSV exports, names in capitals, months first."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from samples import damage
from samples.cell import Cell, plain
from samples.clinical import DIAGNOSES, DRUGS, TESTS, Test, visits
from samples.people import Person, person
from samples.table import Extract, Row

GENDER = {"female": ("F", "Female", "FEMALE"), "male": ("M", "Male", "m")}
RACE = {
    "2106-3": ("White", "W", "Caucasian"),
    "2054-5": ("Black", "Black or African American", "AA"),
    "2028-9": ("Asian", "A"),
    "1002-5": ("American Indian", "AIAN"),
    "2076-8": ("Pacific Islander", "NHPI"),
    "2131-1": ("Other",),
}
ETHNICITY = {
    "2135-2": ("Hispanic", "Hispanic or Latino"),
    "2186-5": ("Not Hispanic", "Non-Hispanic"),
}
CLASS = {"AMB": ("Outpatient", "OP", "Office"), "EMER": ("ED", "ER"), "IMP": ("Inpatient", "IP")}

PATIENT = {
    "mrn": "MRN",
    "name_family": "Last Name",
    "name_given": "First Name",
    "name_middle": "MI",
    "birth_date": "DOB",
    "administrative_gender": "Sex",
    "race": "Race",
    "ethnicity": "Ethnicity",
    "phone_home": "Home Phone",
    "email": "E-mail",
    "address_line1": "Address",
    "city": "City",
    "state": "ST",
    "zip": "Zip Code",
}
ENCOUNTER = {
    "encounter_id": "CSN",
    "patient_id": "MRN",
    "class": "Visit Type",
    "start": "Admit Date",
    "end": "Discharge Date",
    "reason_code": "Reason Code",
    "facility": "Dept",
}
LAB = {
    "observation_id": "Accession",
    "patient_id": "MRN",
    "code_text": "Test Name",
    "code": "LOINC",
    "value": "Result",
    "unit": "Units",
    "effective": "Collection Date",
}
VITAL = {
    "patient_id": "MRN",
    "effective": "Taken At",
    "weight": "Wt (lb)",
    "height": "Ht (in)",
    "temperature": "Temp",
    "blood_pressure": "BP",
    "heart_rate": "Pulse",
}
MEDICATION = {
    "medication_id": "Rx ID",
    "patient_id": "MRN",
    "code": "RxNorm",
    "code_text": "Drug",
    "dose": "Strength",
    "dose_unit": "Unit",
    "route": "Route",
    "start": "Start Dt",
    "end": "Stop Dt",
}


def extracts(seed: int, rows: int) -> list[Extract]:
    """Return the hospital's five files for so many patients."""
    return [
        Extract("patients.csv", "patient", PATIENT, patients(seed, rows)),
        Extract("encounters.csv", "encounter", ENCOUNTER, encounters(seed, rows)),
        Extract("lab_results.csv", "observation", LAB, lab_results(seed, rows)),
        Extract("vitals.csv", "observation", VITAL, vitals(seed, rows)),
        Extract("medications.csv", "medication", MEDICATION, medications(seed, rows), "report"),
    ]


def mrn(number: int) -> str:
    """Return the hospital's number of a person: eight digits, the first ones zero."""
    return f"{number + 100237:08d}"


def patients(seed: int, rows: int) -> Iterator[Row]:
    """Yield a row for each person, for some of them a second or third one."""
    for number in range(rows):
        rng = random.Random(f"general patient {seed} {number}")
        true = person(seed, number)
        row = Row(number, _patient(rng, true))
        if damage.happens(rng, 0.04):
            # Neither number nor birth date: nobody can say who this is.
            lost = {field: Cell("", "", "missing") for field in ("mrn", "birth_date")}
            yield replace(row, cells={**row.cells, **lost}, kind="unidentified")
            continue
        yield row
        if damage.happens(rng, 0.06):
            yield replace(row, kind="copy")
        if damage.happens(rng, 0.03):
            family = damage.typo(rng, true.family)
            yield replace(row, cells={**row.cells, "name_family": family}, kind="corrected later")


def _patient(rng: random.Random, true: Person) -> dict[str, Cell]:
    return {
        "mrn": damage.identifier(rng, mrn(true.number)),
        "name_family": damage.name(rng, true.family, upper=True),
        "name_given": damage.name(rng, true.given, upper=True),
        "name_middle": plain(true.middle),
        "birth_date": damage.date(rng, true.birth_date, day_first=False),
        "administrative_gender": damage.word(rng, true.gender, GENDER[true.gender]),
        "race": damage.word(rng, true.race, RACE[true.race]),
        "ethnicity": damage.word(rng, true.ethnicity, ETHNICITY[true.ethnicity]),
        "phone_home": damage.phone(rng, true.phone),
        "email": Cell(true.email.replace("example", "Example"), true.email),
        "address_line1": damage.address(rng, true.address),
        "city": plain(true.city),
        "state": plain(true.state),
        "zip": damage.zip_code(rng, true.zip),
    }


def encounters(seed: int, rows: int) -> Iterator[Row]:
    """Yield the visits of each person."""
    for number in range(rows):
        rng = random.Random(f"general encounter {seed} {number}")
        for nth, (kind, start, end) in enumerate(visits(rng, person(seed, number).birth_date)):
            late = damage.happens(rng, 0.02)
            if late:
                start, end = end, start
            code = rng.choice(tuple(DIAGNOSES))
            written = code.replace(".", "") if damage.happens(rng, 0.4) else code.lower()
            yield Row(
                number,
                {
                    "encounter_id": plain(f"E{number:06d}{nth}"),
                    "patient_id": damage.owner(rng, mrn(number)),
                    "class": damage.word(rng, kind, CLASS[kind]),
                    "start": damage.moment(rng, start, day_first=False),
                    "end": damage.moment(rng, end, day_first=False),
                    "reason_code": Cell(written, code, "code form"),
                    "facility": plain(rng.choice(("Cardiology", "Family Medicine", "Surgery"))),
                },
                "ends before it begins" if late and start > end else "",
            )


def lab_results(seed: int, rows: int) -> Iterator[Row]:
    """Yield up to four results of each person, in the units of whichever analyser it was."""
    for number in range(rows):
        rng = random.Random(f"general lab {seed} {number}")
        for nth in range(rng.randrange(5)):
            test = rng.choice(TESTS)
            value, unit = _result(rng, test)
            loinc = Cell(test.loinc, test.loinc)
            if damage.happens(rng, 0.02):
                loinc = Cell(
                    f"{test.loinc[:-1]}{(int(test.loinc[-1]) + 1) % 10}", "", "check digit"
                )
            yield Row(
                number,
                {
                    "observation_id": plain(f"L{number:06d}{nth}"),
                    "patient_id": damage.owner(rng, mrn(number)),
                    "code_text": plain(rng.choice(test.names)),
                    "code": loinc,
                    "value": value,
                    "unit": unit,
                    "effective": damage.moment(rng, _when(rng), day_first=False),
                },
            )


def _result(rng: random.Random, test: Test) -> tuple[Cell, Cell]:
    """Return a result and its unit; one in six comes in the other unit of the test."""
    if damage.happens(rng, 0.03):
        return Cell(rng.choice(("QNS", "HEMOLYZED", "PENDING")), "", "no result"), plain("")
    true = test.draw(rng)
    if damage.happens(rng, 0.04):
        return Cell(f"<{true}", f"<{true}", "comparator"), Cell(test.alias, test.unit)
    if test.other and damage.happens(rng, 0.17):
        written = damage.scaled(true, test.other.divide, test.other.places)
        back = damage.scaled(Decimal(written), test.other.times, test.places)
        return Cell(written, back, "other unit"), Cell(test.other.unit, test.unit, "other unit")
    return Cell(str(true), str(true)), Cell(test.alias, test.unit)


def vitals(seed: int, rows: int) -> Iterator[Row]:
    """Yield one line of a nurse's sheet for each visit: one column for each vital sign."""
    for number in range(rows):
        rng = random.Random(f"general vital {seed} {number}")
        for _ in range(rng.randrange(3)):
            pounds, inches = rng.randrange(95, 260), rng.randrange(58, 77)
            fahrenheit = Decimal(rng.randrange(970, 1025)) / 10
            systolic, diastolic = rng.randrange(95, 180), rng.randrange(50, 95)
            tall = Cell(f"{inches // 12}'{inches % 12}\"", "", "feet and inches")
            height = tall if damage.happens(rng, 0.3) else plain(str(inches))
            centimetres = damage.scaled(Decimal(inches), "2.54", 1)
            weight = Cell(str(pounds), damage.scaled(Decimal(pounds), "0.45359237", 2))
            if damage.happens(rng, 0.03):
                weight = Cell("999", "", "number for none")
            yield Row(
                number,
                {
                    "patient_id": plain(mrn(number)),
                    "effective": damage.moment(rng, _when(rng), day_first=False),
                    "weight": weight,
                    "height": replace(height, truth=centimetres),
                    "temperature": Cell(
                        f"{fahrenheit}", damage.scaled((fahrenheit - 32) / Decimal("1.8"), "1", 1)
                    ),
                    "blood_pressure": plain(f"{systolic}/{diastolic}"),
                    "heart_rate": plain(str(rng.randrange(50, 120))),
                },
            )


def medications(seed: int, rows: int) -> Iterator[Row]:
    """Yield up to three prescriptions of each person."""
    for number in range(rows):
        rng = random.Random(f"general drug {seed} {number}")
        for nth in range(rng.randrange(4)):
            drug = rng.choice(DRUGS)
            start = _when(rng)
            open_ended = damage.happens(rng, 0.3)
            end = start + datetime.timedelta(days=rng.choice((10, 30, 90)))
            yield Row(
                number,
                {
                    "medication_id": plain(f"RX{number:06d}{nth}"),
                    "patient_id": damage.identifier(rng, mrn(number)),
                    "code": plain(drug.rxnorm),
                    "code_text": Cell(drug.name.upper(), drug.name.upper()),
                    "dose": plain(rng.choice(drug.doses)),
                    "dose_unit": Cell(rng.choice(drug.units), drug.unit),
                    "route": Cell(rng.choice(("PO", "oral", "By mouth")), "PO"),
                    "start": Cell(f"{start:%m/%d/%Y}", f"{start:%Y-%m-%d}"),
                    "end": Cell("12/31/9999", "", "open end")
                    if open_ended
                    else Cell(f"{end:%m/%d/%Y}", f"{end:%Y-%m-%d}"),
                },
            )


def _when(rng: random.Random) -> datetime.datetime:
    start = datetime.datetime(2024, 1, 1, 7)
    return start + datetime.timedelta(minutes=5 * rng.randrange(12 * 24 * 700))
