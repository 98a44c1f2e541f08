"""The built-in profiles, as far as the API needs them: their names, and the names of tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from harmonizer_queue import CONTRACT


@dataclass(frozen=True)
class Profile:
    """One profile. ``tables`` maps every name a table may be called by to its canonical name.

    ``fields`` are the names of the fields of each table, in the profile's order.
    """

    name: str
    tables: Mapping[str, str]
    fields: Mapping[str, Sequence[str]]


@cache
def built_in(folder: Path = CONTRACT / "profiles") -> Mapping[str, Profile]:
    """Return the profiles that ship with the contract, by the stem of their file."""
    documents = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.yaml"))
    }
    return {
        name: Profile(name, _tables(name, documents), _fields(name, documents))
        for name in documents
    }


def _tables(name: str, documents: Mapping[str, Any]) -> dict[str, str]:
    document = documents[name]
    tables = _tables(document["extends"], documents) if "extends" in document else {}
    for table in document.get("tables", []):
        for called in (table["name"], *table.get("aliases", [])):
            tables[called] = table["name"]
    return tables


def _fields(name: str, documents: Mapping[str, Any]) -> dict[str, list[str]]:
    document = documents[name]
    fields = _fields(document["extends"], documents) if "extends" in document else {}
    for table in document.get("tables", []):
        known = fields.setdefault(table["name"], [])
        known += [one["name"] for one in table.get("fields", []) if one["name"] not in known]
    return fields
