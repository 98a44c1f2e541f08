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
    """Write a date of any known form as ISO 8601; what is none stays."""
    value = pl.col(name)
    read = [value.str.to_date(form, strict=False) for form in core.DATE_FORMS]
    return pl.coalesce(pl.coalesce(read).dt.to_string("%Y-%m-%d"), value).alias(name)


def measured(name: str, unit: str, factors: dict[str, float]) -> list[pl.Expr]:
    """Convert a number into the unit; where that cannot be done both stay."""
    stated = pl.col(f"{name}_unit")
    factor = stated.str.to_lowercase().replace_strict(
        factors, default=None, return_dtype=pl.Float64
    )
    number = (pl.col(name).cast(pl.Float64, strict=False) * factor).round(1)
    written = pl.coalesce(number.cast(pl.String), pl.col(name)).alias(name)
    return [
        written,
        pl.when(number.is_null())
        .then(stated)
        .otherwise(pl.lit(unit))
        .alias(stated.meta.output_name()),
    ]


def main() -> None:
    """Read, standardize, divide, write."""
    source, clean, rejects = sys.argv[1:]
    table = pl.scan_csv(source, infer_schema=False).select(map(cleaned, core.COLUMNS))
    phone = pl.col("phone").str.extract_groups(core.PHONE)
    state, code, zip_code = (pl.col(name) for name in ("state", "diagnosis_code", "zip"))
    upper, bare = (
        state.str.to_uppercase(),
        code.str.to_uppercase().str.replace(".", "", literal=True),
    )
    dotted = pl.when(bare.str.len_bytes() > 3).then(bare.str.head(3) + "." + bare.str.slice(3))
    table = table.with_columns(
        *(pl.col(name).str.to_titlecase() for name in core.NAMES),
        pl.col("gender").str.to_lowercase().replace_strict(core.GENDERS, default="unknown"),
        *map(dated, core.DATES),
        pl.coalesce(
            pl.lit("+1") + phone.struct[0] + phone.struct[1] + phone.struct[2], pl.col("phone")
        ).alias("phone"),
        pl.col("email").str.to_lowercase(),
        pl.col("email").str.to_lowercase().str.contains(core.EMAIL).alias("email_ok"),
        upper.replace_strict(core.STATES, default=upper).alias("state"),
        pl.when(zip_code.str.contains(r"^\d{3,5}$"))
        .then(zip_code.str.zfill(5))
        .otherwise(zip_code)
        .alias("zip"),
        pl.when(code.str.to_uppercase().str.contains(core.CODE))
        .then(dotted.otherwise(bare))
        .otherwise(code)
        .alias("diagnosis_code"),
        *(
            expression
            for name, (unit, factors) in core.UNITS.items()
            for expression in measured(name, unit, factors)
        ),
    ).collect(engine="streaming")
    usable = pl.all_horizontal(pl.col("first_name", "last_name", "dob") != "")
    table.filter(usable).unique(core.KEY, keep="first", maintain_order=True).write_csv(clean)
    table.filter(~usable).write_csv(rejects)


main()
