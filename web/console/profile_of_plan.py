"""A profile that says for all files what a plan says for some: headers, orders of dates, units."""

from collections.abc import Mapping
from typing import Any

import yaml

from web.console.corrections import CHOSEN, DATE_ORDER, UNIT

_EXACT = "exact header"
"""Why a column is taken for a field whose header the profile knows."""
_ORDERS = {"month_first": "mdy", "day_first": "dmy"}
_UNTOUCHED = "x_"


def draft(plan: Mapping[str, Any], base: str) -> str:
    """Return the profile as YAML, without its name and version.

    A header that the base does not know becomes a synonym of the field that its column was taken
    for. An order of dates and a unit are taken over where a person chose them: what was counted in
    a file is counted again in the next one. A column left as it is needs no word.
    """
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for section in plan["files"]:
        fields = tables.setdefault(section["table"]["name"], {})
        for column in section["columns"]:
            _add(fields, column)
    told = [
        {"name": name, "fields": [{"name": field} | said for field, said in fields.items()]}
        for name, fields in tables.items()
        if fields
    ]
    document: dict[str, Any] = {"extends": base}
    if told:
        document["tables"] = told
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return text


def _add(fields: dict[str, dict[str, Any]], column: Mapping[str, Any]) -> None:
    name, header = column["field"], column.get("header", "")
    if name.startswith(_UNTOUCHED):
        return
    said: dict[str, Any] = {}
    if header and column.get("why") != _EXACT and header != name:
        said["synonyms"] = [header]
    decisions = column.get("decisions") or {}
    order = decisions.get(DATE_ORDER, {})
    if order.get("why") == CHOSEN and order["value"] in _ORDERS:
        said["date_order"] = _ORDERS[order["value"]]
    unit = decisions.get(UNIT, {})
    if unit.get("why") == CHOSEN:
        said["unit"] = unit["value"]
    if not said:
        return
    known = fields.setdefault(name, {})
    synonyms = dict.fromkeys([*known.get("synonyms", ()), *said.get("synonyms", ())])
    known |= said
    if synonyms:
        known["synonyms"] = list(synonyms)
