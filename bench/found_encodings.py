"""Measure how often the encoding of a file is found: `python bench/found_encodings.py HARMONIZE`.

HARMONIZE is the binary. Files of made-up people are written in the encodings that systems of their
countries write, by Faker, which only this program needs (`pip install Faker`). What is right is
what decodes to the text that was encoded.
"""

import csv
import io
import json
import random
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import faker
import yaml

# The encodings of each locale of Faker.
WRITTEN: dict[str, tuple[str, ...]] = {
    "tr_TR": ("cp1254",),
    "zh_CN": ("gbk", "gb18030"),
    "zh_TW": ("big5",),
    "ko_KR": ("euc_kr",),
    "ja_JP": ("cp932", "euc_jp"),
    "ar_AA": ("cp1256",),
    "fa_IR": ("cp1256",),
    "he_IL": ("cp1255",),
    "el_GR": ("cp1253", "iso8859_7"),
    "pl_PL": ("cp1250", "iso8859_2", "cp852"),
    "cs_CZ": ("cp1250", "iso8859_2", "cp852"),
    "sk_SK": ("cp1250",),
    "hu_HU": ("cp1250",),
    "ro_RO": ("cp1250",),
    "hr_HR": ("cp1250",),
    "sl_SI": ("cp1250",),
    "lt_LT": ("cp1257",),
    "lv_LV": ("cp1257",),
    "et_EE": ("cp1257",),
    "th_TH": ("cp874",),
    "vi_VN": ("cp1258",),
    "ru_RU": ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5"),
    "uk_UA": ("cp1251",),
    "bg_BG": ("cp1251",),
    "fr_FR": ("cp1252", "mac_roman", "cp850", "cp437"),
    "de_DE": ("cp1252", "mac_roman", "cp850", "cp437"),
    "es_ES": ("cp1252", "mac_roman", "cp850", "cp437"),
    "pt_BR": ("cp1252", "mac_roman", "cp850"),
    "it_IT": ("cp1252",),
    "nl_NL": ("cp1252",),
    "sv_SE": ("cp1252", "mac_roman", "cp850"),
    "no_NO": ("cp1252",),
    "da_DK": ("cp1252",),
    "fi_FI": ("cp1252",),
    "is_IS": ("cp1252",),
}
# What Python calls an encoding that the plan names otherwise.
PYTHON = {
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "ibm866": "cp866",
    "gbk": "gb18030",
}
ROWS = {5: 6, 50: 3, 500: 1}  # rows of a file: files of that size
NO_CASE = ("zh", "ko", "ja", "ar", "fa", "he", "th")
PER_RUN = 300
HEADER = ("patient_id", "last_name", "first_name", "birth_date", "address", "city")


def written(text: str, encoding: str) -> bytes:
    """Return a text in an encoding, its letters composed as that has them."""
    if encoding == "cp1258":
        text = vietnamese(text)
    text = text.translate(str.maketrans("șțȘȚ", "şţŞŢ"))
    return text.encode(encoding, errors="ignore")


def vietnamese(text: str) -> str:
    """Return a text with its tones behind the letters, as Windows-1258 has them."""
    out = []
    for c in unicodedata.normalize("NFC", text):
        try:
            c.encode("cp1258")
            out.append(c)
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", c)
            tones = [p for p in parts[1:] if p in "\u0300\u0301\u0303\u0309\u0323"]
            rest = "".join(p for p in parts if p not in tones)
            out.append(unicodedata.normalize("NFC", rest) + "".join(tones))
    return "".join(out)


def upper(text: str, locale: str) -> str:
    """Return a text in capitals, those of its language."""
    if locale == "tr_TR":
        text = text.replace("i", "İ")
    return text.upper()


def person(fake: faker.Faker, number: int) -> list[str]:
    """Return the cells of a made-up person."""
    address = fake.address().replace("\n", " ")
    try:
        city = fake.city()
    except AttributeError:
        city = address.split(",")[-1].split()[-1]
    try:
        street = fake.street_address().replace("\n", " ")
    except AttributeError:
        street = address
    return [
        str(1000 + number),
        fake.last_name(),
        fake.first_name(),
        fake.date_of_birth().isoformat(),
        street,
        city,
    ]


def files_of(
    locale: str, fake: faker.Faker, english: faker.Faker, rng: random.Random
) -> dict[str, list[list[str]]]:
    """Return the rows of all files of a locale, by what they are."""
    out = {}
    for rows, count in ROWS.items():
        for n in range(count):
            dense = [person(fake, i) for i in range(rows)]
            sparse = [person(english, i) for i in range(rows)]
            for row, own in zip(sparse, dense, strict=True):
                for at in (1, 2, 4, 5):
                    if rng.random() < 0.15:
                        row[at] = own[at]
            if all(cell.isascii() for row in sparse for cell in row):
                one, at = rng.choice([(r, c) for r in range(rows) for c in (1, 2, 4, 5)])
                sparse[one][at] = dense[one][at]
            for kind, table in (("dense", dense), ("sparse", sparse)):
                out[f"{kind}-title-{rows}-{n}"] = table
                if not locale.startswith(NO_CASE):
                    out[f"{kind}-upper-{rows}-{n}"] = [
                        [upper(c, locale) for c in row] for row in table
                    ]
    return out


Of = tuple[str, str]  # a locale and an encoding


class Case(NamedTuple):
    """A file that was written."""

    path: Path
    of: Of
    rows: int
    kind: str  # dense: every cell is of the locale; sparse: one in seven


def write(folder: Path) -> list[Case]:
    """Write the files of all locales in all their encodings."""
    faker.Faker.seed(20)
    rng = random.Random(20)
    english = faker.Faker("en_US")
    cases = []
    for locale, encodings in WRITTEN.items():
        for what, rows in files_of(locale, faker.Faker(locale), english, rng).items():
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(rows)
            for encoding in encodings:
                data = written(text.getvalue(), encoding)
                if not data.isascii():
                    path = folder / f"{locale}-{encoding}-{what}.csv"
                    path.write_bytes(data)
                    cases.append(Case(path, (locale, encoding), len(rows), what.split("-")[0]))
    return cases


def read(binary: str, cases: list[Case], out: Path) -> tuple[dict[str, str], set[str]]:
    """Return the encoding found for each file, and the files of which a guess is told."""
    command = [binary, "--operation", "validate", "-o", str(out), *[str(c.path) for c in cases]]
    subprocess.run(command, capture_output=True, check=False)
    plan = yaml.safe_load((out / "plan.yaml").read_text())
    issues = [json.loads(line) for line in (out / "issues.ndjson").read_text().strip().split("\n")]
    return {f["name"]: f["ingest"]["encoding"] for f in plan["files"]}, {
        i["file"] for i in issues if i["rule_id"] == "ENC-003"
    }


def is_right(case: Case, name: str) -> bool:
    """Return whether a file reads in the encoding that was found as it was written."""
    data = case.path.read_bytes()
    try:
        return data.decode(PYTHON.get(name, name)) == data.decode(
            {"euc_kr": "cp949"}.get(case.of[1], case.of[1])
        )
    except (UnicodeDecodeError, LookupError):
        return False


def main() -> None:
    """Write the files, have them read, and print a table."""
    right: Counter[tuple[Of, str, int]] = Counter()
    every: Counter[tuple[Of, str, int]] = Counter()
    misses: dict[Of, Counter[str]] = {
        (locale, e): Counter() for locale, encodings in WRITTEN.items() for e in encodings
    }
    told: Counter[Of] = Counter()
    silent = 0
    with tempfile.TemporaryDirectory() as folder:
        cases = write(Path(folder))
        for begin in range(0, len(cases), PER_RUN):
            part = cases[begin : begin + PER_RUN]
            found, guessed = read(sys.argv[1], part, Path(folder) / f"out{begin}")
            for case in part:
                name = found.get(case.path.name, "none")
                key = (case.of, case.kind, case.rows)
                every[key] += 1
                told[case.of] += case.path.name in guessed
                if is_right(case, name):
                    right[key] += 1
                else:
                    misses[case.of][name] += 1
                    silent += case.path.name not in guessed
    kinds = [(kind, rows) for kind in ("dense", "sparse") for rows in ROWS]
    print(
        "| locale | encoding |"
        + "".join(f" {kind} {rows} |" for kind, rows in kinds)
        + " right | of | told (ENC-003) | misread as |"
    )
    print("|---|---|" + "---:|" * (len(kinds) + 3) + "---|")
    for of, missed in misses.items():
        cells = "".join(f" {right[of, *k]}/{every[of, *k]} |" for k in kinds)
        sums = [sum(counts[of, *k] for k in kinds) for counts in (right, every)]
        names = ", ".join(f"{name} {n}" for name, n in missed.most_common())
        print(f"| {of[0]} | {of[1]} |{cells} {sums[0]} | {sums[1]} | {told[of]} | {names} |")
    print(
        f"\n{right.total()} of {every.total()} files right; {silent} are read wrong without a word"
    )


if __name__ == "__main__":
    main()
