"""Make one file of a region's patients, of any size, with the same person several times.

Names are drawn as often as the 1990 census of the United States counted them (package names),
places by a curve of Zipf. A person has 1 to 8 records; two of three after the first are damaged.
Shares nothing with hard.py but the idea of a household. All persons and numbers are invented.
"""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, str]

NEIGHBOURS = {
    a: b
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
    for a, b in zip(row, row[1:] + row[-2], strict=True)
}
SOUNDS = [
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "ei"),
    ("y", "i"),
    ("ee", "ea"),
    ("ll", "l"),
    ("tt", "t"),
]
PARTS = ["oak", "mill", "green", "stone", "wood", "clear", "spring", "ash", "north", "fair", "high"]
ENDS = ["field", "ton", "ville", "burg", "brook", "dale", "haven", "ford", "view", "crest", "land"]
KINDS = ["Street", "Avenue", "Road", "Drive", "Lane", "Court", "Boulevard", "Way"]
MAILS = ["example.org", "example.com", "mail.example", "post.example"]


class Drawing:
    """Values with weights, drawn one by one."""

    def __init__(self, values: list[str], weights: list[float]) -> None:
        self.values, self.sums = values, list(itertools.accumulate(weights))

    def one(self, r: random.Random) -> str:
        """Return one of the values."""
        return r.choices(self.values, cum_weights=self.sums)[0]


def census(name: str) -> Drawing:
    """Return the names of a list of the package names."""
    import names

    lines = (Path(names.__file__).parent / name).read_text().split("\n")
    rows = [line.split() for line in lines if line]
    return Drawing([r[0].title() for r in rows], [max(float(r[1]), 0.0005) for r in rows])


class Region:
    """The people of a region and what is written down of them."""

    def __init__(self, seed: int, towns: int) -> None:
        self.r = random.Random(seed)
        self.family = census("dist.all.last")
        self.given = {"female": census("dist.female.first"), "male": census("dist.male.first")}
        places = [a.title() + b for a in PARTS for b in ENDS]
        self.towns = [(places[i % len(places)], f"{10000 + 37 * i:05d}") for i in range(towns)]
        self.sizes = list(itertools.accumulate(1 / (i + 3) for i in range(towns)))
        self.streets = [f"{a} {kind}" for a in places + self.family.values[:400] for kind in KINDS]

    def digits(self, n: int) -> str:
        """Return n digits."""
        return f"{self.r.randrange(10**n):0{n}d}"

    def move(self, person: Row) -> None:
        """Give a person an address."""
        person["city"], person["zip"] = self.r.choices(self.towns, cum_weights=self.sizes)[0]
        person["address_line1"] = f"{self.r.randint(1, 2400)} {self.r.choice(self.streets)}"
        person["state"] = "OH"

    def birth(self, first: int, last: int) -> str:
        """Return a day."""
        r = self.r
        return f"{r.randint(first, last)}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"

    def household(self) -> Iterator[Row]:
        """Yield the people of one address."""
        r = self.r
        home: Row = {"name_family": self.family.one(r), "phone_home": "614" + self.digits(7)}
        self.move(home)
        for i in range(r.choice([1, 1, 2, 2, 3, 4, 5])):
            sex = r.choice(["female", "male"])
            given = self.given[sex].one(r)
            born = self.birth(1930, 1995) if i < 2 else self.birth(1995, 2022)
            mail = ""
            if r.random() < 0.6:
                mail = f"{given}.{home['name_family']}{r.randint(1, 999)}@{r.choice(MAILS)}".lower()
            yield {
                "name_given": given,
                "name_middle": self.given[sex].one(r) if r.random() < 0.6 else "",
                "name_family": home["name_family"] if r.random() < 0.9 else self.family.one(r),
                "birth_date": born,
                "administrative_gender": sex,
                "ssn": f"{r.randint(100, 665)}{r.randint(10, 99)}{r.randint(1000, 9999)}",
                "phone_home": home["phone_home"] if r.random() < 0.6 else "614" + self.digits(7),
                "email": mail,
                "address_line1": home["address_line1"],
                "city": home["city"],
                "state": home["state"],
                "zip": home["zip"],
            }

    def slip(self, text: str) -> str:
        """Return a text as it may be mistyped."""
        r = self.r
        if len(text) < 2:
            return text
        at = r.randrange(len(text) - 1)
        kind = r.randrange(5)
        if kind == 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        if kind == 1:
            return text[:at] + text[at + 1 :]
        if kind == 2:
            return text[:at] + text[at] + text[at:]
        if kind == 3:
            for written, heard in r.sample(SOUNDS, len(SOUNDS)):
                if written in text:
                    return text.replace(written, heard, 1)
        return text[:at] + NEIGHBOURS.get(text[at], text[at]) + text[at + 1 :]

    def written(self, person: Row, dirty: bool) -> Row:
        """Return a record of a person."""
        r = self.r
        row = dict(person)
        for field, share in (
            ("name_middle", 0.3),
            ("ssn", 0.5),
            ("phone_home", 0.2),
            ("email", 0.3),
            ("address_line1", 0.05),
            ("birth_date", 0.02),
        ):
            if r.random() < share:
                row[field] = ""
        if not dirty:
            return row
        chance = r.random()
        if chance < 0.1:
            self.move(row)
        elif chance < 0.14 and row["administrative_gender"] == "female":
            row["name_family"] = self.family.one(r)
        elif chance < 0.17:
            row["name_given"], row["name_family"] = row["name_family"], row["name_given"]
        elif chance < 0.2:
            row["name_given"] = row["name_given"][0]
        if row["name_middle"] and r.random() < 0.3:
            row["name_middle"] = row["name_middle"][0]
        for field in ("name_given", "name_family", "address_line1", "city", "email"):
            if r.random() < 0.1:
                row[field] = self.slip(row[field])
        for field in ("ssn", "phone_home", "zip"):
            if row[field] and r.random() < 0.06:
                at = r.randrange(len(row[field]))
                row[field] = row[field][:at] + self.digits(1) + row[field][at + 1 :]
        if row["birth_date"] and r.random() < 0.08:
            year, month, day = row["birth_date"].split("-")
            if int(day) <= 12 and r.random() < 0.4:
                month, day = day, month
            elif r.random() < 0.5:
                day = f"{r.randint(1, 28):02d}"
            else:
                year = str(int(year) + r.choice([-10, -1, 1, 10]))
            row["birth_date"] = f"{year}-{month}-{day}"
        return row


def files(seed: int, records: int) -> dict[str, list[tuple[str, Row]]]:
    """Return one file with so many records, in no order, each with its entity."""
    region = Region(seed, towns=max(20, records // 2000))
    r = region.r
    rows: list[tuple[str, Row]] = []
    entity = 0
    while len(rows) < records:
        for person in region.household():
            entity += 1
            times = r.choices(range(1, 9), weights=[55, 24, 11, 5, 2, 1, 1, 1])[0]
            for i in range(times):
                rows.append((str(entity), region.written(person, i > 0 and r.random() < 0.67)))
    del rows[records:]
    r.shuffle(rows)
    return {"patients.csv": rows}
