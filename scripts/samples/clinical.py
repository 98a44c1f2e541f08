"""What is measured, prescribed and diagnosed in the invented hospitals.

LOINC codes and factors are those of SPEC's table of tests (queue/contract/tables); RxNorm and
ICD-10-CM codes are the public codes of the named ingredient or condition.
"""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

DIAGNOSES = {
    "I10": "Hypertension",
    "E11.9": "Type 2 diabetes",
    "J45.909": "Asthma",
    "M54.50": "Low back pain",
    "K21.9": "Reflux",
    "N39.0": "Urinary tract infection",
}


@dataclass(frozen=True)
class OtherUnit:
    """Another unit of a test: written = true × divide, true = written × times."""

    unit: str
    divide: str
    times: str
    places: int


@dataclass(frozen=True)
class Test:
    """One laboratory test: usual values, its canonical unit, and how sources write both."""

    loinc: str
    names: tuple[str, ...]
    unit: str
    alias: str
    low: str
    high: str
    places: int
    other: OtherUnit | None = None

    def draw(self, rng: random.Random) -> Decimal:
        """Return a usual value with the decimals of the test."""
        step = Decimal(1).scaleb(-self.places)
        steps = int((Decimal(self.high) - Decimal(self.low)) / step)
        return Decimal(self.low) + rng.randrange(steps + 1) * step


TESTS = (
    Test("2345-7", ("Glucose", "GLU", "Glucose, serum"), "mg/dL", "mg/dl", "65", "240", 1,
         OtherUnit("mmol/L", "0.0555062", "18.016", 1)),
    Test("2160-0", ("Creatinine", "CREAT"), "mg/dL", "MG/DL", "0.5", "2.4", 2,
         OtherUnit("umol/L", "88.40", "0.0113122", 0)),
    Test("2823-3", ("Potassium", "K"), "mmol/L", "mmol/L", "3.1", "5.6", 1,
         OtherUnit("mEq/L", "1", "1", 1)),
    Test("718-7", ("Hemoglobin", "HGB"), "g/dL", "gm/dl", "8.5", "17.5", 1,
         OtherUnit("g/L", "10", "0.1", 0)),
    Test("2093-3", ("Cholesterol", "Total Cholesterol"), "mg/dL", "mg/dL", "110", "310", 0,
         OtherUnit("mmol/L", "0.0258598", "38.67", 1)),
    Test("6690-2", ("WBC", "Leukocytes"), "10*3/uL", "K/uL", "3.0", "15.0", 1),
)  # fmt: skip


@dataclass(frozen=True)
class Drug:
    """One drug: its RxNorm ingredient and the strengths it comes in."""

    rxnorm: str
    name: str
    doses: tuple[str, ...]
    units: tuple[str, ...] = ("mg", "MG", "mgs")
    unit: str = "mg"


DRUGS = (
    Drug("6809", "Metformin", ("500", "850", "1000")),
    Drug("29046", "Lisinopril", ("5", "10", "20")),
    Drug("83367", "Atorvastatin", ("10", "20", "40")),
    Drug("17767", "Amlodipine", ("2.5", "5", "10")),
    Drug("7646", "Omeprazole", ("20", "40")),
    Drug("10582", "Levothyroxine", ("25", "50", "100"), ("mcg", "ug", "MCG"), "ug"),
)


def visits(
    rng: random.Random, born: datetime.date
) -> Iterator[tuple[str, datetime.datetime, datetime.datetime]]:
    """Yield up to three visits: class, start, end. None lies before the birth."""
    for _ in range(rng.randrange(4)):
        kind = rng.choice(("AMB", "AMB", "AMB", "EMER", "IMP"))
        day = datetime.datetime(2024, 1, 1, 8) + datetime.timedelta(
            days=rng.randrange(700), minutes=15 * rng.randrange(40)
        )
        hours = {"AMB": 1, "EMER": 5, "IMP": 24 * rng.randrange(1, 9)}[kind]
        if day.date() > born:
            yield kind, day, day + datetime.timedelta(hours=hours)
