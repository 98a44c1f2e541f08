"""The core work in DuckDB. Usage: peer_duckdb.py IN.csv CLEAN.csv REJECTS.csv."""

import sys
from collections.abc import Mapping

import core
import duckdb


def quoted(text: str) -> str:
    """Write a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def mapped(value: str, words: Mapping[str, object], otherwise: str) -> str:
    """Write a choice by words as SQL."""
    whens = " ".join(
        f"WHEN {quoted(word)} THEN {quoted(meant) if isinstance(meant, str) else meant}"
        for word, meant in words.items()
    )
    return f"CASE {value} {whens} ELSE {otherwise} END"


def changes() -> dict[str, str]:
    """Return what each column becomes."""
    forms = ", ".join(map(quoted, core.DATE_FORMS))
    become = {
        name: f"list_aggregate(list_transform(string_split({name}, ' '), "
        "lambda w: upper(w[1]) || lower(w[2:])), 'string_agg', ' ')"
        for name in core.NAMES
    }
    for name in core.DATES:
        read = f"strftime(try_strptime({name}, [{forms}]), '%Y-%m-%d')"
        become[name] = f"coalesce({read}, {name})"
    for name, (unit, factors) in core.UNITS.items():
        factor = mapped(f"lower({name}_unit)", factors, "NULL")
        number = f"round(try_cast({name} AS DOUBLE) * {factor}, 1)"
        become[name] = f"coalesce({number}::VARCHAR, {name})"
        become[f"{name}_unit"] = f"if({number} IS NULL, {name}_unit, {quoted(unit)})"
    bare = "replace(upper(diagnosis_code), '.', '')"
    return become | {
        "gender": mapped("lower(gender)", core.GENDERS, "'unknown'"),
        "phone": f"if(regexp_matches(phone, {quoted(core.PHONE)}), "
        f"regexp_replace(phone, {quoted(core.PHONE)}, '+1\\1\\2\\3'), phone)",
        "email": "lower(email)",
        "state": mapped("upper(state)", core.STATES, "upper(state)"),
        "zip": r"if(regexp_full_match(zip, '\d{3,5}'), lpad(zip, 5, '0'), zip)",
        "diagnosis_code": f"if(regexp_matches(upper(diagnosis_code), {quoted(core.CODE)}), "
        f"if(length({bare}) > 3, {bare}[1:3] || '.' || {bare}[4:], {bare}), diagnosis_code)",
    }


def main() -> None:
    """Read, standardize, divide, write."""
    source, clean, rejects = map(quoted, sys.argv[1:])
    nulls = ", ".join(map(quoted, core.NULL_WORDS))
    con = duckdb.connect()
    con.execute(
        r"CREATE MACRO tidy(x) AS trim(regexp_replace(coalesce(x, ''), '[\s\x{00A0}]+', ' ', 'g'))"
    )
    tidied = ", ".join(
        f"if(lower(tidy({name})) IN ({nulls}), '', tidy({name})) AS {name}" for name in core.COLUMNS
    )
    become = changes()
    columns = ", ".join(f"{become.get(name, name)} AS {name}" for name in core.COLUMNS)
    con.execute(f"CREATE TEMP TABLE raw AS FROM read_csv({source}, header=true, all_varchar=true)")
    con.execute(
        f"CREATE TEMP TABLE done AS SELECT {columns}, place, "
        f"regexp_matches(lower(email), {quoted(core.EMAIL)}) AS email_ok "
        f"FROM (SELECT rowid AS place, {tidied} FROM raw)"
    )
    usable = "first_name <> '' AND last_name <> '' AND dob <> ''"
    first = f"SELECT min(place) FROM done WHERE {usable} GROUP BY {', '.join(core.KEY)}"
    wanted = "SELECT * EXCLUDE place FROM done WHERE"
    con.execute(f"COPY ({wanted} place IN ({first}) ORDER BY place) TO {clean} (HEADER)")
    con.execute(f"COPY ({wanted} NOT ({usable}) ORDER BY place) TO {rejects} (HEADER)")


main()
