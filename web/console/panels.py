"""What is understood of one file, asked of a worker and laid out for a page."""

import json
from typing import Any

import yaml

from web.api import preview
from web.api.access import caller
from web.api.profile_lookup import profile_called
from web.api.upload import StoredFile, Submission
from web.console import understood
from web.libyaml import Loader
from web.profiles import built_in
from web.services import services
from web.store import Beginnings

_LACKS = "FILE-002"
"""Why a file is not the table that it was said to be: no column is one that the table needs."""
_EMPTY = "FILE-001"


def choices() -> dict[str, object]:
    """Return what may be chosen in a panel."""
    return {
        "table_names": sorted(set(built_in()["us-core"].tables.values())),
        "orders": understood.ORDERS,
    }


def panel(kept: Beginnings, got: Submission, at: int, *, corrected: bool) -> dict[str, object]:
    """Return what is understood of the first file of a form, the file number ``at`` of the page.

    Raises:
        ApiError: Something of the form cannot be used, or no worker answers.
    """
    file = got.files[0]
    found = json.loads(preview.understood(kept, got)) if file.bytes else _of_nothing(file)
    table = got.texts.get("table", [""])[0]
    if table and [one.get("reason") for one in found["tables"]] == [_LACKS]:
        found = _to_be_named(kept, got, found["tables"][0], table)
    called = got.texts.get("profile", [""])[0].strip() or "us-core"
    profile = profile_called(services(), caller().owner, called) or built_in()["us-core"]
    return {
        "at": at,
        "file": file,
        "plan": found["plan"],
        "whole": found["whole"],
        "corrected": corrected,
        "table": table,
        "tables": understood.tables(found, profile),
    }


def _of_nothing(file: StoredFile) -> dict[str, Any]:
    """Return of an empty file, of which no worker is asked, what one says of others."""
    fields = dict.fromkeys(("columns", "fields", "rows", "issues"))
    form = {"format": ""}
    table = fields | {"name": file.name, "reason": _EMPTY, "form": form, "table": "", "why": ""}
    return {"tables": [table], "plan": "", "whole": True}


def _to_be_named(
    kept: Beginnings, got: Submission, lacking: understood.Document, table: str
) -> dict[str, Any]:
    """Return a file that lacks what its table needs, with its columns, so that one can be named."""
    as_found = Submission(got.files, texts=got.texts | {"table": [""]})
    found: dict[str, Any] = json.loads(preview.understood(kept, as_found))
    if len(found["tables"]) != 1 or not found["tables"][0]["columns"]:
        return found | {"tables": [lacking]}
    shown = found["tables"][0] | {"table": table, "rows": [], "issues": []}
    shown |= {name: lacking[name] for name in ("reason", "message")}
    plan = yaml.load(found["plan"], Loader)
    plan["files"][0]["table"]["name"] = table
    if got.plan is not None:
        plan = yaml.load(kept.read(got.plan.uri, preview.MAX_BYTES), Loader)
    for column, planned in zip(shown["columns"], plan["files"][0]["columns"], strict=True):
        column["field"] = planned["field"]
    return found | {"tables": [shown], "plan": yaml.safe_dump(plan, sort_keys=False)}
