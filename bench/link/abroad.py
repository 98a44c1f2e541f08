"""Make patients of other countries, with other faults than town.py and hard.py make.

Names, streets and places come from the package Faker, which knows many countries. Linkage was
corrected by what went wrong with these sets, so they are no unseen data; no limit was chosen by
them. All persons and numbers are invented.
"""

import random
import unicodedata
from collections.abc import Callable

from faker import Faker

Row = dict[str, str]
Files = dict[str, list[tuple[str, Row]]]

OCR = [
    *(("0", "O"), ("1", "I"), ("5", "S"), ("8", "B"), ("rn", "m"), ("m", "rn"), ("cl", "d")),
    *(("w", "vv"), ("l", "i"), ("h", "b"), ("u", "v"), ("e", "c")),
]
GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
BARRED = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D"})
MAILS = ["example.org", "example.com", "mail.example"]
MISSING = {
    "birth_date": 0.3,
    "phone_home": 2,
    "email": 4,
    "address_line1": 1,
    "ssn": 5,
    "city": 0.5,
    "zip": 0.5,
    "name_middle": 4,
    "name_given": 0.1,
}
"""How much more often than others a field is empty."""

USUAL: dict[str, float] = {
    "dob": 1,
    "sex": 1,
    "twins": 0.02,
    "junior": 0.02,
    "typo": 0.12,
    "err_dob": 0.06,
    "miss": 0.05,
    "maiden": 0.05,
    "moved": 0.1,
    "sharedphone": 0.7,
    "swapped": 0.01,
    "initial": 0.02,
    "cities": 25,
}
"""Columns that are there (1 or 0) and shares of faults, unless a set says otherwise; others: 0."""

SIZES = [30, 30, 16, 14, 7, 3]
"""Households by their size."""


def plain(text: str) -> str:
    """Return a text without its diacritics."""
    folded = unicodedata.normalize("NFKD", text.translate(BARRED))
    return "".join(c for c in folded if not unicodedata.combining(c))


class Country:
    """The people of a country and what is written down of them."""

    def __init__(self, seed: int, locale: str, sizes: list[int] = SIZES, **other: float) -> None:
        self.r, self.f = random.Random(seed), Faker(locale)
        self.f.seed_instance(seed)
        self.o, self.sizes = USUAL | other, sizes
        self.streets = [self.f.street_name() for _ in range(800)]
        self.cities = [(self.f.city(), str(10000 + 61 * i)) for i in range(int(self.o["cities"]))]

    def p(self, share: str | float) -> bool:
        """Return true as often as a share says."""
        return self.r.random() < (self.o.get(share, 0) if isinstance(share, str) else share)

    def digits(self, first: int, last: int) -> str:
        """Return a number."""
        return str(self.r.randint(first, last))

    def ssn(self) -> str:
        """Return a number of nine digits."""
        return self.digits(100, 665) + self.digits(10, 99) + self.digits(1000, 9999)

    def given(self, sex: str) -> str:
        """Return a given name, or two."""
        make = self.f.first_name_female if sex == "female" else self.f.first_name_male
        name: str = make()
        if self.p("two_given") and (second := make()) != name:
            name += f" {second}"
        return name

    def family(self) -> str:
        """Return a family name, or two."""
        name: str = self.f.last_name()
        return f"{name} {self.f.last_name()}" if self.p("double") else name

    def birth(self, first: int, last: int) -> str:
        """Return a day."""
        return (
            f"{self.r.randint(first, last)}-{self.r.randint(1, 12):02d}-{self.r.randint(1, 28):02d}"
        )

    def home(self) -> Row:
        """Return an address and its phone."""
        weights = [1 / (i + 2) for i in range(len(self.cities))]
        city, zip_ = self.r.choices(self.cities, weights=weights)[0]
        line = f"{self.r.randint(1, 300)} {self.r.choice(self.streets)}"
        return {"address_line1": line, "city": city, "zip": zip_, "phone_home": self.phone()}

    def phone(self) -> str:
        """Return a number."""
        return "+1" + self.digits(2010000000, 9899999999)

    def mail(self, given: str, family: str, people: list[Row]) -> str:
        """Return an address of one's own, or that of the first of the family."""
        name = f"{plain(given).split()[0]}.{plain(family).split()[0]}"
        own = f"{name}{self.r.randint(1, 99)}@{self.r.choice(MAILS)}".lower()
        if len(people) < 2 or self.p(0.2):
            return own
        return people[0]["email"] if self.p(0.5) else ""

    def household(self) -> list[Row]:
        """Return the people of one address, twins and children called like a parent among them."""
        home, name, people = self.home(), self.family(), list[Row]()
        for i in range(self.r.choices(range(1, 7), weights=self.sizes)[0]):
            sex = self.r.choice(["female", "male"])
            born = self.birth(1928, 2004) if i < 2 else self.birth(2000, 2024)
            given = self.given(sex)
            while any(given.split()[0] == one["name_given"].split()[0] for one in people):
                given = self.given(sex)
            family = self.family() if i == 1 and self.p(0.3) else name
            person = {
                "name_given": given,
                "name_middle": self.given(sex) if self.p("middle") else "",
                "name_family": family,
                "name_maiden": "",
                "birth_date": born,
                "administrative_gender": sex,
                "ssn": self.ssn(),
                "email": self.mail(given, family, people),
                **home,
                "mrn": self.digits(10**6, 10**7 - 1),
            }
            if i < 2 and not self.p("sharedphone"):
                person["phone_home"] = self.phone()
            if i >= 2 and self.p("junior"):
                for parent in people[:2]:
                    if parent["administrative_gender"] == sex:
                        person |= {k: parent[k] for k in ("name_given", "name_family")}
                        break
            people.append(person)
            if i >= 2 and self.p("twins"):
                people.append(self.twin(person))
        return people

    def twin(self, of: Row) -> Row:
        """Return a twin, whose social security number often is the next one."""
        sex = of["administrative_gender"] if self.p(0.6) else self.r.choice(["female", "male"])
        given = of["name_given"]
        while given == of["name_given"]:
            given = self.given(sex)
        return of | {
            "name_given": given,
            "name_middle": self.given(sex) if self.p("middle") else "",
            "administrative_gender": sex,
            "mrn": self.digits(10**6, 10**7 - 1),
            "ssn": str(int(of["ssn"]) + 1) if self.p(0.5) else self.ssn(),
            "email": "",
        }

    def slip(self, text: str) -> str:
        """Return a text as it may be mistyped or misread."""
        if len(text) < 3:
            return text
        if self.p("ocr"):
            for seen, read in self.r.sample(OCR, len(OCR)):
                if seen in text:
                    return text.replace(seen, read, 1)
        at, kind = self.r.randrange(len(text) - 1), self.r.randrange(4)
        letter = self.r.choice([c for c in text if c.isalpha()] or ["x"]).lower()
        if kind == 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        if kind == 1:
            return text[:at] + text[at + 1 :]
        if kind == 2:
            return text[:at] + letter + text[at:]
        if text[at].isdigit():
            letter = self.r.choice("0123456789")
        return text[:at] + letter + text[at + 1 :]

    def rename(self, row: Row) -> None:
        """Change names as people do: by marriage, and by leaving out some of them."""
        grown = row["birth_date"] < "2004"
        if row["administrative_gender"] == "female" and grown and self.p("maiden"):
            new, kind = self.family(), self.r.randrange(3)
            if kind == 0:
                row["name_maiden"] = row["name_family"]
            row["name_family"] = f"{row['name_family']}-{new}" if kind == 2 else new
        if " " in row["name_family"] and self.p(0.35):
            row["name_family"] = row["name_family"].split()[0]
        if " " in row["name_given"] and self.p(0.35):
            row["name_given"] = row["name_given"].split()[0 if self.p(0.7) else 1]
        if self.p("swapped"):
            row["name_given"], row["name_family"] = row["name_family"], row["name_given"]
        if self.p("initial"):
            row["name_given"] = row["name_given"][0]
        if row["name_middle"] and self.p(0.4):
            row["name_middle"] = row["name_middle"][0]

    def misdate(self, date: str) -> str:
        """Return a birth date with a part that is wrong."""
        year, month, day = date.split("-")
        kind = self.r.randrange(5)
        if kind == 0 and int(day) <= 12:
            month, day = day, month
        elif kind <= 1:
            day = f"{self.r.randint(1, 28):02d}"
        elif kind == 2:
            month = f"{self.r.randint(1, 12):02d}"
        elif kind == 3:
            year = str(min(int(year) + self.r.choice([-10, -1, 1, 10]), 2025))
        else:
            year = year[:2] + year[3] + year[2] if year < "2000" else year
        return f"{year}-{month}-{day}"

    def written(self, person: Row, dirty: bool, capitals: bool = False) -> Row:
        """Return a record of a person."""
        row = dict(person)
        if dirty:
            if self.p("moved"):
                row |= self.home()
            self.rename(row)
            for field in ("name_given", "name_family", "address_line1", "city", "email"):
                if self.p("typo"):
                    row[field] = self.slip(row[field])
            for field in ("ssn", "zip", "phone_home"):
                if self.p(self.o["typo"] / 2):
                    row[field] = self.slip(row[field])
            if self.p("err_dob"):
                row["birth_date"] = self.misdate(row["birth_date"])
            if self.p("firsts"):
                row["birth_date"] = row["birth_date"][:8] + "01"
            elif self.p("firsts"):
                row["birth_date"] = row["birth_date"][:5] + "01-01"
            if self.p("yearonly"):
                row["birth_date"] = row["birth_date"][:4]
            if self.p(0.04):
                row["administrative_gender"] = ""
        for field, more in MISSING.items():
            if self.p(min(0.8, self.o["miss"] * more)):
                row[field] = ""
        if capitals or self.p("capitals"):
            for field in (
                "name_given",
                "name_family",
                "name_maiden",
                "name_middle",
                "city",
                "address_line1",
            ):
                text = row[field].translate(GERMAN) if self.p("german") else row[field]
                row[field] = plain(text).upper()
        return self.columns(row)

    def columns(self, row: Row) -> Row:
        """Return a row with the columns of the set."""
        o = self.o.get
        kept = {
            "name_given": 1,
            "name_family": 1,
            "name_middle": o("middle"),
            "name_maiden": o("maidencol"),
            "birth_date": o("dob"),
            "administrative_gender": o("sex"),
            "phone_home": o("phone"),
            "email": o("email"),
            **dict.fromkeys(["address_line1", "city", "zip"], o("address")),
            "ssn": o("ssn"),
            "mrn": o("mrn"),
        }
        return {name: row[name] for name, there in kept.items() if there}

    def one_file(self, records: int, weights: tuple[int, ...] = (60, 25, 9, 4, 2)) -> Files:
        """Return one file, with so many persons by their number of records."""
        rows, entity = list[tuple[str, Row]](), 0
        while len(rows) < records:
            for person in self.household():
                entity += 1
                for i in range(self.r.choices(range(1, len(weights) + 1), weights=weights)[0]):
                    rows.append((str(entity), self.written(person, i > 0 and self.p(0.8))))
                if person["birth_date"] >= "2015" and self.p("newborn"):
                    word = "Girl" if person["administrative_gender"] == "female" else "Boy"
                    born = person | {"name_given": f"Baby {word}"}
                    rows.append((str(entity), self.columns(born)))
        del rows[records:]
        self.r.shuffle(rows)
        return {"patients.csv": rows}

    def sources(self, people: int, files: int, share: float) -> Files:
        """Return files with a share of the people each, nobody twice, the second in capitals."""
        everybody = list[Row]()
        while len(everybody) < people:
            everybody += self.household()
        out: Files = {}
        for no in range(files):
            rows = [
                (str(entity), self.written(person, no > 0 or self.p(0.3), no == 1))
                for entity, person in enumerate(everybody, 1)
                if self.p(share)
            ]
            self.r.shuffle(rows)
            out[f"source{no}.csv"] = rows
        return out


ALL = {"phone": 1, "email": 1, "address": 1}
HOME = {"phone": 1, "address": 1}
CLINIC = {"middle": 0.5, "ssn": 1, "mrn": 1, "newborn": 0.3, "twins": 0.2, **ALL}
PAEDIATRIC = [10, 10, 20, 30, 20, 10]


def sets() -> dict[str, Callable[[], Files]]:
    """Return what makes the files of each set."""
    return {
        "mexico": lambda: Country(
            11, "es_MX", double=0.9, two_given=0.4, capitals=0.3, typo=0.08, **HOME
        ).one_file(20_000),
        "germany": lambda: Country(
            12, "de_DE", german=1, sex=0, err_dob=0.05, typo=0.07, moved=0, two_given=0.05
        ).sources(12_000, 2, 0.7),
        "contacts": lambda: Country(
            14, "en_GB", junior=0, dob=0, sex=0, phone=1, email=1, typo=0.06, miss=0.06
        ).sources(9_000, 2, 0.7),
        "clinic200": lambda: Country(15, "en_US", PAEDIATRIC, **CLINIC).one_file(200),
        "clinic2000": lambda: Country(25, "en_US", PAEDIATRIC, **CLINIC).one_file(2_000),
        "vietnam100k": lambda: Country(
            16, "vi_VN", two_given=0.6, capitals=0.3, cities=60, **HOME
        ).one_file(100_000),
        "poland": lambda: Country(17, "pl_PL", maiden=0.15, maidencol=1, ocr=0.5, **HOME).sources(
            7_000, 3, 0.6
        ),
        "india": lambda: Country(
            18, "en_IN", firsts=0.08, yearonly=0.06, miss=0.12, initial=0.08, **ALL
        ).one_file(10_000),
        "russia": lambda: Country(19, "ru_RU", **HOME).one_file(5_000),
        "china": lambda: Country(20, "zh_CN", initial=0, swapped=0.005, **HOME).one_file(5_000),
        "arabia": lambda: Country(21, "ar_AA", two_given=0.2, **HOME).one_file(5_000),
        "damaged": lambda: Country(
            22,
            "en_US",
            typo=0.25,
            err_dob=0.15,
            miss=0.1,
            ssn=1,
            maiden=0.12,
            middle=0.6,
            ocr=0.5,
            **ALL,
        ).sources(8_000, 2, 0.75),
        "france": lambda: Country(23, "fr_FR", maidencol=1, maiden=0.2, phone=1).sources(
            300, 2, 0.7
        ),
        "nobody_twice": lambda: Country(24, "en_US", middle=0.5, **HOME).one_file(5_000, (1,)),
        "nobody_twice_names": lambda: Country(27, "en_US", sex=0).one_file(10_000, (1,)),
        "names_dates": lambda: Country(29, "en_US", typo=0.05, err_dob=0.05, middle=0.6).one_file(
            30_000
        ),
    }
