"""The core work in pandas. Usage: peer_pandas.py IN.csv CLEAN.csv REJECTS.csv."""

import sys

import core
import pandas as pd


def dated(column: pd.Series) -> pd.Series:
    """Write a date of any known form as ISO 8601, each distinct text once."""
    texts = pd.Series(column.unique(), dtype="object")
    read = pd.Series(index=texts.index, dtype="object")
    for form in core.DATE_FORMS:
        left = texts[read.isna()]
        dates = pd.to_datetime(left, format=form, errors="coerce").dropna()
        read.loc[dates.index] = dates.dt.strftime("%Y-%m-%d")
    return column.map(dict(zip(texts, read, strict=True)))


def measured(number: pd.Series, unit: pd.Series, factors: dict[str, float]) -> pd.Series:
    """Convert a number into the unit."""
    factor = unit.str.lower().map(factors).astype("float64")
    converted = pd.to_numeric(number, errors="coerce").astype("float64") * factor
    return converted.round(1).astype("string[pyarrow]")


def coded(column: pd.Series) -> pd.Series:
    """Write a code with its dot."""
    code = column.str.upper()
    bare = code.str.replace(".", "", regex=False)
    dotted = (bare.str[:3] + "." + bare.str[3:]).where(bare.str.len() > 3, bare)
    return dotted.where(code.str.match(core.CODE))


def readings(table: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what is read of each column that has a form; null where it has another."""
    phone, pressure = (
        table[name].str.extract(form)
        for name, form in (("phone", core.PHONE), ("blood_pressure", core.PRESSURE))
    )
    email, zip_code = table["email"].str.lower(), table["zip"]
    padded = zip_code.str.zfill(5).where(zip_code.str.match(core.SHORT_ZIP))
    numbers = pressure.astype("float64")
    return {
        "gender": table["gender"].str.lower().map(core.GENDERS),
        **{name: dated(table[name]) for name in core.DATES},
        "phone": "+1" + phone[0] + phone[1] + phone[2],
        "email": email.where(email.str.match(core.EMAIL)),
        "state": table["state"].str.upper().map(core.STATES),
        "zip": padded.fillna(zip_code.where(zip_code.str.match(core.ZIP))),
        "diagnosis_code": coded(table["diagnosis_code"]),
        **{
            name: measured(table[name], table[f"{name}_unit"], factors)
            for name, (_, factors) in core.UNITS.items()
        },
        "blood_pressure": table["blood_pressure"].where(numbers[0] > numbers[1]),
    }


def broken(table: pd.DataFrame, read: dict[str, pd.Series]) -> pd.Series:
    """Return the rules that each row breaks, as one text; print how many rows break each."""
    birth = read["dob"].fillna(core.OLDEST)
    found = [
        *(table[name] == "" for name in core.NEEDED),
        *((table[name] != "") & read[name].isna() for name in core.READ),
        birth > core.TODAY,
        birth < core.OLDEST,
    ]
    named = pd.Series("", index=table.index)
    for no, rule in zip(found, core.RULES, strict=True):
        named[no] += f";{rule}"
    print(dict(zip(core.RULES, (int(no.sum()) for no in found), strict=True)))
    return named.str[1:]


def main() -> None:
    """Read, standardize, validate, divide, write."""
    source, clean, rejects = sys.argv[1:]
    table = pd.read_csv(source, dtype="string[pyarrow]", keep_default_na=False)
    for name in core.COLUMNS:
        tidy = table[name].str.replace("[\\s\u00a0]+", " ", regex=True).str.strip(" ")
        table[name] = tidy.mask(tidy.str.lower().isin(core.NULL_WORDS), "")
    read = readings(table)
    table["issues"] = broken(table, read)
    pressure = read.pop("blood_pressure").str.extract(core.PRESSURE)
    table["systolic"], table["diastolic"] = pressure[0], pressure[1]
    del table["blood_pressure"]
    for name in core.NAMES:
        table[name] = table[name].str.title()
    for name, (unit, _) in core.UNITS.items():
        table[f"{name}_unit"] = table[f"{name}_unit"].mask(read[name].notna(), unit)
    for name, values in read.items():
        table[name] = values.fillna(table[name])
    usable = (table[list(core.NEEDED)] != "").all(axis=1)
    table[usable].drop_duplicates(list(core.KEY)).to_csv(clean, index=False)
    table[~usable].to_csv(rejects, index=False)


main()
