"""Make two files of the people of one town, hard to link.

Families at one address, twins, fathers and sons of one name, nicknames, misread letters, moved and
married persons, one postcode. All names and numbers are invented.
"""

import json
import random
from pathlib import Path

Row = dict[str, str]

WORDS = json.loads((Path(__file__).parent / "words.json").read_text())
GIVEN_F: list[str] = WORDS["female"]
GIVEN_M: list[str] = WORDS["male"]
FAMILY: list[str] = WORDS["family"]
STREETS: list[str] = WORDS["street"]
NICK: dict[str, str] = WORDS["nickname"]
KINDS = ["St", "Ave", "Rd", "Dr", "Ln", "Ct"]
MISREAD = [
    ("rn", "m"),
    ("l", "1"),
    ("O", "0"),
    ("cl", "d"),
    ("vv", "w"),
    ("e", "c"),
    ("S", "5"),
    ("B", "8"),
    ("i", "l"),
    ("h", "b"),
]

Person = dict[str, str]


def birth(r: random.Random, first: int, last: int) -> str:
    """Return a day of one of the years."""
    return f"{r.randint(first, last)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"


def household(r: random.Random) -> list[Person]:
    """Return the people of one address; some are twins, or father and son of one name."""
    family = r.choice(FAMILY) if r.random() < 0.8 else r.choice(FAMILY) + "-" + r.choice(FAMILY)
    street = f"{r.randint(1, 240)} {r.choice(STREETS)} {r.choice(KINDS)}"
    unit = f"Apt {r.randint(1, 40)}" if r.random() < 0.25 else ""
    phone = f"617555{r.randint(1000, 9999)}"
    people: list[Person] = []

    def add(sex: str, born: str, given: str = "") -> None:
        while not given or any(
            p["name_given"] == given and p["birth_date"] == born for p in people
        ):
            given = r.choice(GIVEN_F if sex == "female" else GIVEN_M)
        people.append(
            {
                "name_given": given,
                "name_middle": r.choice("ABCDEFGHJKLMNPRSTW") if r.random() < 0.7 else "",
                "name_family": family,
                "birth_date": born,
                "administrative_gender": sex,
                "phone_home": phone if r.random() < 0.7 else f"857555{r.randint(1000, 9999)}",
                "address_line1": street,
                "address_line2": unit,
                "city": "Salem",
                "state": "MA",
                "zip": "01970",
                "ssn": f"{r.randint(100, 665)}{r.randint(10, 99)}{r.randint(1000, 9999)}",
            }
        )

    add(r.choice(["female", "male"]), birth(r, 1935, 1990))
    if r.random() < 0.6:
        add(
            "female" if people[0]["administrative_gender"] == "male" else "male",
            birth(r, 1935, 1990),
        )
    for _ in range(r.choice([0, 0, 1, 2, 2, 3])):
        born = birth(r, 1990, 2020)
        add(r.choice(["female", "male"]), born)
        if r.random() < 0.08:
            add(r.choice(["female", "male"]), born)
    father = next((p for p in people if p["administrative_gender"] == "male"), None)
    if father and r.random() < 0.08:
        add("male", birth(r, 1985, 2015), father["name_given"])
    return people


def damaged(r: random.Random, person: Person, rate: float) -> Row:
    """Return what a clerk, a scanner and the years make of a person."""
    row = dict(person)
    if r.random() < 0.25 and row["name_given"] in NICK:
        row["name_given"] = NICK[row["name_given"]]
    if r.random() < 0.03:
        row["name_given"] = row["name_given"][0]
    if r.random() < 0.02:
        row["name_given"], row["name_family"] = row["name_family"], row["name_given"]
    if "-" in row["name_family"] and r.random() < 0.4:
        row["name_family"] = r.choice(row["name_family"].split("-"))
    if row["administrative_gender"] == "female" and r.random() < 0.04:
        row["name_family"] = r.choice(FAMILY)
    if r.random() < 0.08:
        row["address_line1"] = f"{r.randint(1, 240)} {r.choice(STREETS)} {r.choice(KINDS)}"
        row["phone_home"] = f"978555{r.randint(1000, 9999)}"
    for field in ("name_given", "name_family", "address_line1"):
        if r.random() < rate:
            row[field] = misread(r, row[field])
    year, month, day = row["birth_date"].split("-")
    if r.random() < 0.03 and int(day) <= 12:
        month, day = day, month
    if r.random() < rate / 2:
        day = f"{r.randint(1, 28):02d}"
    row["birth_date"] = f"{year}-{month}-{day}"
    if r.random() < rate:
        row["ssn"] = row["ssn"][:7] + row["ssn"][8] + row["ssn"][7]
    for field, share in (
        ("name_middle", 0.2),
        ("phone_home", 0.2),
        ("ssn", 0.4),
        ("birth_date", 0.02),
        ("address_line1", 0.05),
    ):
        if r.random() < share:
            row[field] = ""
    return row


def misread(r: random.Random, text: str) -> str:
    """Return a text as a scanner or a hurried hand would write it."""
    written, seen = r.choice(MISREAD)
    if written in text and r.random() < 0.5:
        return text.replace(written, seen, 1)
    at = r.randrange(max(len(text) - 1, 1))
    return r.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
            text[:at] + "e" + text[at:],
        ]
    )


def files(seed: int, households: int = 2200) -> dict[str, list[tuple[str, Row]]]:
    """Return two files that share four of five persons, each with its entity."""
    r = random.Random(seed)
    people = [p for _ in range(households) for p in household(r)]
    out: dict[str, list[tuple[str, Row]]] = {"clinic.csv": [], "hospital.csv": []}
    for number, person in enumerate(people):
        there = r.random()
        if there < 0.9:
            out["clinic.csv"].append((str(number), damaged(r, person, 0.05)))
        if there > 0.1:
            out["hospital.csv"].append((str(number), damaged(r, person, 0.1)))
    for rows in out.values():
        r.shuffle(rows)
    return out
