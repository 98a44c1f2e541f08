"""Write a messy patient file of 26 columns and a given size; the same size gives the same bytes."""

import csv
import io
import random
from collections.abc import Callable
from pathlib import Path

from core import COLUMNS, STATES

GIVEN = [
    "James",
    "Mary",
    "John",
    "Patricia",
    "Robert",
    "Maria",
    "José",
    "Zoë",
    "Karen",
    "Daniel",
    "Ruth",
    "Walter",
    "Emma",
    "Noah",
]
STEMS = [
    "Al",
    "Ander",
    "Ash",
    "Beck",
    "Black",
    "Bran",
    "Brook",
    "Cal",
    "Clay",
    "Dal",
    "Den",
    "East",
    "Fair",
    "Gran",
    "Hal",
    "Ken",
    "Lan",
]
ENDS = [
    "ton",
    "ford",
    "man",
    "son",
    "field",
    "ley",
    "wood",
    "well",
    "bury",
    "dale",
    "gate",
    "house",
    "kins",
    "more",
    "ner",
    "shaw",
]
CODES = [
    "E11.9",
    "I10",
    "J45.909",
    "E78.5",
    "M54.5",
    "F32.9",
    "K21.9",
    "N39.0",
    "Z00.00",
    "E66.9",
    "S72.001A",
    "U07.1",
]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
REPEATED = 0.05
BLOCK = 2000
"""Rows between two looks at the size."""


def write(path: Path, size: int) -> Path:
    """Write rows until the file has ``size`` bytes; one in twenty repeats an earlier one."""
    chance = random.Random(2026)
    recent: list[list[str]] = []
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerow(COLUMNS)
        number = 0
        while out.tell() < size:
            text = io.StringIO()
            rows = csv.writer(text, lineterminator="\n")
            for _ in range(BLOCK):
                if recent and chance.random() < REPEATED:
                    rows.writerow(chance.choice(recent))
                    continue
                number += 1
                row = _row(chance, number)
                recent = [*recent[-50:], row]
                rows.writerow(row)
            out.write(text.getvalue())
    return path


def _row(chance: random.Random, number: int) -> list[str]:
    pick, digits = chance.choice, _digits(chance)
    given, family = pick(GIVEN), pick(STEMS) + pick(ENDS)
    state = pick(list(STATES))
    weight, height = pick(["lb", "lbs", "kg"]), pick(["in", "inches", "cm"])
    return [
        f"P{number:09}",
        f"MRN{digits(8)}",
        _messy(chance, given),
        _messy(chance, family),
        pick(["", "", "A", "LEE", "marie ", "N/A"]),
        pick(["", "", "", "", "Jr", "III"]),
        pick(["M", "F", "m", "f", "Male", "FEMALE", "1", "2", "man", "woman", "UNK", "Q"]),
        _date(chance, 1930, 2005),
        f"{digits(3)}-{digits(2)}-{digits(4)}",
        pick(["({}) {}-{}", "{}-{}-{}", "{}{}{}", "+1 {} {} {}", "{}.{}.{}"]).format(
            "617", "2" + digits(2), digits(4)
        ),
        pick(["{}.{}@example.org", "{}{}@Mail.Example.com", "{} {}"]).format(given, family),
        f"{chance.randint(1, 9999)} {_messy(chance, family)} {pick(['St', 'Ave', 'Road'])}",
        _messy(chance, pick(STEMS) + pick(ENDS)),
        pick([state, STATES[state], STATES[state].lower(), state.title()]),
        pick(["0" + digits(4), digits(4), f"{digits(5)}-{digits(4)}", "ABCDE"]),
        pick(["White", "Asian", "WHITE", "Other", "N/A"]),
        pick(["Not Hispanic or Latino", "hispanic", "null"]),
        pick(["English", "EN", "Spanish", "es", "-"]),
        pick([str.upper, str.lower, _undotted])(pick(CODES)),
        _date(chance, 2015, 2025),
        str(chance.randint(50, 250)),
        weight,
        str(chance.randint(55, 200)),
        height,
        f"{chance.randint(90, 180)}/{chance.randint(50, 110)}",
        _date(chance, 2015, 2025),
    ]


def _undotted(code: str) -> str:
    return code.replace(".", "")


def _digits(chance: random.Random) -> Callable[[int], str]:
    return lambda count: str(chance.randrange(10**count)).zfill(count)


def _messy(chance: random.Random, text: str) -> str:
    form = chance.randrange(8)
    return {0: text.upper(), 1: text.lower(), 2: f"  {text}", 3: f"{text}\u00a0"}.get(form, text)


def _date(chance: random.Random, first: int, last: int) -> str:
    year, month, day = chance.randint(first, last), chance.randint(1, 12), chance.randint(1, 28)
    name = MONTHS[month - 1]
    return chance.choice(
        [
            f"{year}-{month:02}-{day:02}",
            f"{month:02}/{day:02}/{year}",
            f"{month:02}-{day:02}-{year}",
            f"{day:02}-{name}-{year}",
            f"{year}{month:02}{day:02}",
            f"{name} {day}, {year}",
            "02/30/1985",
            "",
        ]
    )
