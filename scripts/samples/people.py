"""Invented persons. Person ``n`` of a seed is always the same one, so nothing has to be kept."""

import datetime
import random
from dataclasses import dataclass

GIVEN = {
    "female": (
        "Maria", "Patricia", "Linda", "Elizabeth", "Barbara", "Susan", "Jessica", "Margaret",
        "Sarah", "Catherine", "Nancy", "Sofía", "Aaliyah", "Mei", "Priya", "Zoë", "Ingrid", "Olga",
        "Chloé", "Fatima", "Ruth", "Deborah", "Rosa", "Hannah",
    ),
    "male": (
        "James", "Robert", "William", "Michael", "Richard", "Thomas", "Charles", "Daniel",
        "Matthew", "Anthony", "José", "Kevin", "Edward", "Samuel", "Andrés", "Wei", "Raj", "Omar",
        "Liam", "Björn", "Dmitri", "Kofi", "Hiroshi", "Benjamin",
    ),
}  # fmt: skip

FAMILY = (
    "Smith", "Johnson", "Williams", "Brown", "Jones", "García", "Miller", "Davis", "Rodríguez",
    "Martínez", "Hernández", "Lopez", "Wilson", "Anderson", "Taylor", "Moore", "Jackson", "Martin",
    "Lee", "Thompson", "White", "Harris", "Clark", "Lewis", "Robinson", "Walker", "Young", "Allen",
    "King", "Wright", "Nguyen", "O'Brien", "McDonald", "Müller", "Okafor", "Patel", "Kim", "Chen",
    "Cohen", "Van Dyke", "Mack", "Fitzgerald", "Novak", "Silva", "Haddad", "Yamamoto", "Larsen",
    "Kowalski",
)  # fmt: skip

NICKNAMES = {
    "Patricia": "Pat", "Elizabeth": "Liz", "Barbara": "Barb", "Susan": "Sue", "Jessica": "Jess",
    "Margaret": "Peggy", "Catherine": "Cathy", "Deborah": "Debbie", "James": "Jim",
    "Robert": "Bob", "William": "Bill", "Michael": "Mike", "Richard": "Rick", "Thomas": "Tom",
    "Charles": "Charlie", "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony", "Edward": "Ed",
    "Samuel": "Sam", "Benjamin": "Ben",
}  # fmt: skip

STREETS = ("Maple", "Oak", "Cedar", "Washington", "Lake", "Hill", "Park", "Elm", "Pine", "River")
SUFFIXES = {"ST": "Street", "AVE": "Avenue", "RD": "Road", "DR": "Drive", "LN": "Lane"}

PLACES = (  # city, state, ZIP, area code
    ("Boston", "MA", "02118", "617"), ("Cambridge", "MA", "02139", "617"),
    ("Hartford", "CT", "06103", "860"), ("Newark", "NJ", "07102", "973"),
    ("Providence", "RI", "02903", "401"), ("Portland", "ME", "04101", "207"),
    ("Springfield", "IL", "62701", "217"), ("Austin", "TX", "78701", "512"),
    ("Denver", "CO", "80202", "303"), ("Seattle", "WA", "98101", "206"),
    ("Phoenix", "AZ", "85004", "602"), ("Atlanta", "GA", "30303", "404"),
)  # fmt: skip

RACES = ("2106-3", "2054-5", "2028-9", "1002-5", "2076-8", "2131-1")
RACE_WEIGHTS = (60, 15, 12, 4, 2, 7)


@dataclass(frozen=True)
class Person:
    """What is true of one person, in the canonical forms of the product."""

    number: int
    given: str
    middle: str
    family: str
    birth_date: datetime.date
    gender: str
    phone: str
    email: str
    address: str
    city: str
    state: str
    zip: str
    race: str
    ethnicity: str


def person(seed: int, number: int) -> Person:
    """Return person ``number`` (from 0) of a seed."""
    rng = random.Random(f"person {seed} {number}")
    gender = rng.choice(("female", "male"))
    given, family = rng.choice(GIVEN[gender]), rng.choice(FAMILY)
    city, state, zip_code, area = rng.choice(PLACES)
    # Exchange 555 is kept for fiction; its lines 0100-0199 and 1212 are placeholders to the rules.
    line = rng.randrange(2000, 10000)
    house = rng.randrange(1, 2000)
    letters = "".join(c for c in f"{given}.{family}".lower() if c.isascii() and c not in " '")
    return Person(
        number=number,
        given=given,
        middle=rng.choice("ABCDEFGHJKLMNPRSTW") if rng.random() < 0.6 else "",
        family=family,
        birth_date=datetime.date(1930, 1, 1) + datetime.timedelta(days=rng.randrange(34000)),
        gender=gender,
        phone=f"+1{area}555{line}",
        email=f"{letters}{number % 10_000}@example.org",
        address=f"{house} {rng.choice(STREETS)} {rng.choice(tuple(SUFFIXES))}".upper(),
        city=city,
        state=state,
        zip=zip_code,
        race=rng.choices(RACES, RACE_WEIGHTS)[0],
        ethnicity="2135-2" if rng.random() < 0.18 else "2186-5",
    )
