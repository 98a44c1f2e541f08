"""The core work in Polars. Usage: peer_polars.py IN.csv CLEAN.csv REJECTS.csv."""

import sys

import core
import polars as pl


def cleaned(name: str) -> pl.Expr:
    """Take white space and null words away."""
    value = pl.col(name).fill_null("").str.replace_all(r"[\s\u00a0]+", " ").str.strip_chars(" ")
    null = value.str.to_lowercase().is_in(core.NULL_WORDS)
    return pl.when(null).then(pl.lit("")).otherwise(value).alias(name)


def dated(name: str) -> pl.Expr:
    """Write a date of any known form as ISO 8601."""
    read = [pl.col(name).str.to_date(form, strict=False) for form in core.DATE_FORMS]
    return pl.coalesce(read).dt.to_string("%Y-%m-%d")


def measured(name: str) -> pl.Expr:
    """Convert a number into the unit."""
    factors = core.UNITS[name][1]
    factor = (
        pl.col(f"{name}_unit")
        .str.to_lowercase()
        .replace_strict(factors, default=None, return_dtype=pl.Float64)
    )
    return (pl.col(name).cast(pl.Float64, strict=False) * factor).round(1).cast(pl.String)


def readings() -> dict[str, pl.Expr]:
    """Return what is read of each column that has a form; null where it has another."""
    phone, pressure = (
        pl.col(name).str.extract_groups(form)
        for name, form in (("phone", core.PHONE), ("blood_pressure", core.PRESSURE))
    )
    email, zip_code = pl.col("email").str.to_lowercase(), pl.col("zip")
    code = pl.col("diagnosis_code").str.to_uppercase()
    bare = code.str.replace(".", "", literal=True)
    dotted = pl.when(bare.str.len_bytes() > 3).then(bare.str.head(3) + "." + bare.str.slice(3))
    higher, lower = (pressure.struct[i].cast(pl.Int32, strict=False) for i in (0, 1))
    return {
        "gender": pl.col("gender").str.to_lowercase().replace_strict(core.GENDERS, default=None),
        **{name: dated(name) for name in core.DATES},
        "phone": pl.lit("+1") + phone.struct[0] + phone.struct[1] + phone.struct[2],
        "email": pl.when(email.str.contains(core.EMAIL)).then(email),
        "state": pl.col("state").str.to_uppercase().replace_strict(core.STATES, default=None),
        "zip": pl.when(zip_code.str.contains(core.SHORT_ZIP))
        .then(zip_code.str.zfill(5))
        .when(zip_code.str.contains(core.ZIP))
        .then(zip_code),
        "diagnosis_code": pl.when(code.str.contains(core.CODE)).then(dotted.otherwise(bare)),
        **{name: measured(name) for name in core.UNITS},
        "blood_pressure": pl.when(higher > lower).then(pressure),
    }


def broken() -> pl.Expr:
    """Return the rules that a row breaks, as one text."""
    birth = pl.col("dob_read")
    found = [
        *(pl.col(name) == "" for name in core.NEEDED),
        *((pl.col(name) != "") & pl.col(f"{name}_read").is_null() for name in core.READ),
        birth > core.TODAY,
        birth < core.OLDEST,
    ]
    named = [pl.when(no).then(pl.lit(rule)) for no, rule in zip(found, core.RULES, strict=True)]
    return pl.concat_str(named, separator=";", ignore_nulls=True)


def written(name: str) -> pl.Expr:
    """Return what stands in the clean table: what was read, else what arrived."""
    value = pl.col(name)
    if name in core.NAMES:
        return value.str.to_titlecase()
    if name in core.READ:
        return pl.coalesce(f"{name}_read", name).alias(name)
    measure = name.removesuffix("_unit")
    if measure in core.UNITS:
        read = pl.col(f"{measure}_read").is_not_null()
        return pl.when(read).then(pl.lit(core.UNITS[measure][0])).otherwise(value).alias(name)
    return value


def main() -> None:
    """Read, standardize, validate, divide, write."""
    source, clean, rejects = sys.argv[1:]
    pressure = pl.col("blood_pressure_read").struct
    table = (
        pl.scan_csv(source, infer_schema=False)
        .select(map(cleaned, core.COLUMNS))
        .with_columns(read.alias(f"{name}_read") for name, read in readings().items())
        .select(
            *(written(name) for name in core.COLUMNS if name != "blood_pressure"),
            pressure[0].alias("systolic"),
            pressure[1].alias("diastolic"),
            broken().alias("issues"),
        )
        .collect(engine="streaming")
    )
    counted = (pl.col("issues").str.contains(r, literal=True).sum().alias(r) for r in core.RULES)
    print(table.select(counted).row(0, named=True))
    usable = pl.all_horizontal(pl.col(core.NEEDED) != "")
    table.filter(usable).unique(core.KEY, keep="first", maintain_order=True).write_csv(clean)
    table.filter(~usable).write_csv(rejects)


main()
