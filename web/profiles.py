"""Profiles as far as the API needs them: names of tables and fields, and documents.

What a profile means only the engine knows; a worker reads each one before it is taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from harmonizer_queue import CONTRACT
from web.libyaml import Loader

NAME = r"[a-z][a-z0-9_-]{0,62}"
VERSION = r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}"
_CALLED = re.compile(rf"({NAME})(?:@({VERSION}))?")


@dataclass(frozen=True)
class Profile:
    """One profile. ``tables`` maps every name a table may be called by to its canonical name.

    ``name`` is what a job is told: one of an owner has its version in it, as ``clinic@3``.
    ``fields`` are the names of the fields of each table, in the profile's order.
    """

    name: str
    tables: Mapping[str, str]
    fields: Mapping[str, Sequence[str]]
    document: str
    built_in: bool

    @property
    def sha256(self) -> str:
        """Return the digest of the document."""
        return sha256(self.document.encode()).hexdigest()


def parts_of(called: str) -> tuple[str, str | None] | None:
    """Return name and version (None is the newest) of what a profile is called, or None."""
    found = _CALLED.fullmatch(called)
    return None if found is None else (found[1], found[2])


@cache
def built_in(folder: Path = CONTRACT / "profiles") -> Mapping[str, Profile]:
    """Return the profiles that ship with the contract, by the stem of their file."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    documents = {name: content_of(text) for name, text in texts.items()}
    return {
        name: Profile(name, _tables(name, documents), _fields(name, documents), text, True)
        for name, text in texts.items()
    }


@cache
def content_of(text: str) -> dict[str, Any]:
    """Return a built-in profile as JSON would hold it; others are read by a worker alone."""
    content: dict[str, Any] = yaml.load(text, Loader)
    return content


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
