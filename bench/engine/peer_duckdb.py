"""The core work in DuckDB. Usage: peer_duckdb.py IN.csv CLEAN.csv REJECTS.csv."""

import sys
from collections.abc import Mapping

import core
import duckdb


def quoted(text: str) -> str:
    """Write a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def mapped(value: str, words: Mapping[str, object]) -> str:
    """Write a choice by words as SQL; NULL for other words."""
    whens = " ".join(
        f"WHEN {quoted(word)} THEN {quoted(meant) if isinstance(meant, str) else meant}"
        for word, meant in words.items()
    )
    return f"CASE {value} {whens} END"


def dated(name: str) -> str:
    """Write a date of any known form as ISO 8601."""
    forms = ", ".join(map(quoted, core.DATE_FORMS))
    return f"strftime(try_strptime({name}, [{forms}]), '%Y-%m-%d')"


def measured(name: str) -> str:
    """Convert a number into the unit."""
    factor = mapped(f"lower({name}_unit)", core.UNITS[name][1])
    return f"round(try_cast({name} AS DOUBLE) * {factor}, 1)::VARCHAR"


def readings() -> dict[str, str]:
    """Return what is read of each column that has a form; NULL where it has another."""
    upper = "upper(diagnosis_code)"
    bare = f"replace({upper}, '.', '')"
    dotted = f"if(length({bare}) > 3, {bare}[1:3] || '.' || {bare}[4:], {bare})"
    pressure = f"regexp_extract(blood_pressure, {quoted(core.PRESSURE)}, ['high', 'low'])"
    higher, lower = (f"try_cast({pressure}.{part} AS INTEGER)" for part in ("high", "low"))
    return {
        "gender": mapped("lower(gender)", core.GENDERS),
        **{name: dated(name) for name in core.DATES},
        "phone": f"if(regexp_matches(phone, {quoted(core.PHONE)}), "
        f"regexp_replace(phone, {quoted(core.PHONE)}, '+1\\1\\2\\3'), NULL)",
        "email": f"if(regexp_matches(lower(email), {quoted(core.EMAIL)}), lower(email), NULL)",
        "state": mapped("upper(state)", core.STATES),
        "zip": f"CASE WHEN regexp_matches(zip, {quoted(core.SHORT_ZIP)}) THEN lpad(zip, 5, '0') "
        f"WHEN regexp_matches(zip, {quoted(core.ZIP)}) THEN zip END",
        "diagnosis_code": f"if(regexp_matches({upper}, {quoted(core.CODE)}), {dotted}, NULL)",
        **{name: measured(name) for name in core.UNITS},
        "blood_pressure": f"if({higher} > {lower}, {pressure}, NULL)",
    }


def broken() -> str:
    """Return the rules that a row breaks, as one text."""
    found = [
        *(f"{name} = ''" for name in core.NEEDED),
        *(f"{name} <> '' AND {name}_read IS NULL" for name in core.READ),
        f"dob_read > '{core.TODAY}'",
        f"dob_read < '{core.OLDEST}'",
    ]
    named = (f"if({no}, '{rule}', NULL)" for no, rule in zip(found, core.RULES, strict=True))
    return f"concat_ws(';', {', '.join(named)})"


def written(name: str) -> str:
    """Return what stands in the clean table: what was read, else what arrived."""
    if name in core.NAMES:
        words = f"list_transform(string_split({name}, ' '), lambda w: upper(w[1]) || lower(w[2:]))"
        return f"list_aggregate({words}, 'string_agg', ' ')"
    if name in core.READ:
        return f"coalesce({name}_read, {name})"
    measure = name.removesuffix("_unit")
    if measure in core.UNITS:
        return f"if({measure}_read IS NULL, {name}, {quoted(core.UNITS[measure][0])})"
    return name


def main() -> None:
    """Read, standardize, validate, divide, write."""
    source, clean, rejects = map(quoted, sys.argv[1:])
    nulls = ", ".join(map(quoted, core.NULL_WORDS))
    con = duckdb.connect()
    con.execute(
        r"CREATE MACRO tidy(x) AS trim(regexp_replace(coalesce(x, ''), '[\s\x{00A0}]+', ' ', 'g'))"
    )
    tidied = ", ".join(
        f"if(lower(tidy({name})) IN ({nulls}), '', tidy({name})) AS {name}" for name in core.COLUMNS
    )
    read = ", ".join(f"{text} AS {name}_read" for name, text in readings().items())
    kept = [name for name in core.COLUMNS if name != "blood_pressure"]
    columns = ", ".join(f"{written(name)} AS {name}" for name in kept)
    con.execute(f"CREATE TEMP TABLE raw AS FROM read_csv({source}, header=true, all_varchar=true)")
    con.execute(
        f"CREATE TEMP TABLE done AS SELECT {columns}, blood_pressure_read.high AS systolic, "
        f"blood_pressure_read.low AS diastolic, {broken()} AS issues, place "
        f"FROM (SELECT *, {read} FROM (SELECT rowid AS place, {tidied} FROM raw))"
    )
    counts = ", ".join(f"count_if(contains(issues, '{rule}'))" for rule in core.RULES)
    [counted] = con.execute(f"SELECT {counts} FROM done").fetchall()
    print(dict(zip(core.RULES, counted, strict=True)))
    usable = " AND ".join(f"{name} <> ''" for name in core.NEEDED)
    first = f"SELECT min(place) FROM done WHERE {usable} GROUP BY {', '.join(core.KEY)}"
    wanted = "SELECT * EXCLUDE place FROM done WHERE"
    con.execute(f"COPY ({wanted} place IN ({first}) ORDER BY place) TO {clean} (HEADER)")
    con.execute(f"COPY ({wanted} NOT ({usable}) ORDER BY place) TO {rejects} (HEADER)")


main()
