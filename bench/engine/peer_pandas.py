"""The core work in pandas. Usage: peer_pandas.py IN.csv CLEAN.csv REJECTS.csv."""

import sys

import core
import pandas as pd


def dated(column: pd.Series) -> pd.Series:
    """Write a date of any known form as ISO 8601, each distinct text once; what is none stays."""
    texts = pd.Series(column.unique(), dtype="object")
    read = pd.Series(index=texts.index, dtype="object")
    for form in core.DATE_FORMS:
        left = texts[read.isna()]
        dates = pd.to_datetime(left, format=form, errors="coerce").dropna()
        read.loc[dates.index] = dates.dt.strftime("%Y-%m-%d")
    return column.map(dict(zip(texts, read.fillna(texts), strict=True)))


def main() -> None:
    """Read, standardize, divide, write."""
    source, clean, rejects = sys.argv[1:]
    table = pd.read_csv(source, dtype="string[pyarrow]", keep_default_na=False)
    for name in core.COLUMNS:
        tidy = table[name].str.replace("[\\s\u00a0]+", " ", regex=True).str.strip(" ")
        table[name] = tidy.mask(tidy.str.lower().isin(core.NULL_WORDS), "")
    for name in core.NAMES:
        table[name] = table[name].str.title()
    for name in core.DATES:
        table[name] = dated(table[name])
    table["gender"] = table["gender"].str.lower().map(core.GENDERS).fillna("unknown")
    parts = table["phone"].str.extract(core.PHONE)
    table["phone"] = ("+1" + parts[0] + parts[1] + parts[2]).fillna(table["phone"])
    table["email"] = table["email"].str.lower()
    table["email_ok"] = table["email"].str.match(core.EMAIL)
    upper = table["state"].str.upper()
    table["state"] = upper.map(core.STATES).fillna(upper)
    short = table["zip"].str.fullmatch("[0-9]{3,5}")
    table["zip"] = table["zip"].mask(short, table["zip"].str.zfill(5))
    code = table["diagnosis_code"].str.upper()
    bare = code.str.replace(".", "", regex=False)
    dotted = (bare.str[:3] + "." + bare.str[3:]).where(bare.str.len() > 3, bare)
    table["diagnosis_code"] = dotted.where(code.str.match(core.CODE), table["diagnosis_code"])
    for name, (unit, factors) in core.UNITS.items():
        stated = table[f"{name}_unit"].str.lower().map(factors).astype("float64")
        number = (pd.to_numeric(table[name], errors="coerce").astype("float64") * stated).round(1)
        table[name] = number.astype("string[pyarrow]").fillna(table[name])
        table[f"{name}_unit"] = table[f"{name}_unit"].mask(number.notna(), unit)
    usable = (table[["first_name", "last_name", "dob"]] != "").all(axis=1)
    table[usable].drop_duplicates(list(core.KEY)).to_csv(clean, index=False)
    table[~usable].to_csv(rejects, index=False)


main()
