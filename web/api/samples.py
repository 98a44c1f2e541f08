"""Some of the cells that findings are about: where they are, and how they look, never a value."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from web.api.answers.results import IssueSample
from web.api.outputs import Manifest
from web.store import Store

MOST_READ = 8 * 1024 * 1024
"""As much of the list of findings is looked through; of what stands behind there are no samples."""

Key = tuple[str, ...]

_KEY = ("file", "table", "field", "rule_id", "severity", "disposition")


def key_of(told: Mapping[str, Any]) -> Key:
    """Return what findings that are counted together have in common."""
    return tuple(told.get(name) or "" for name in _KEY)


def samples(
    store: Store, manifest: Manifest, wanted: Collection[Key], most: int
) -> dict[Key, list[IssueSample]]:
    """Return the first cells of findings, so many of each at most.

    Raises:
        StoreError: The list of findings cannot be read.
    """
    found: dict[Key, list[IssueSample]] = {key: [] for key in wanted}
    missing = set(wanted)
    for output in (one for one in manifest.outputs if one.kind == "issues"):
        with store.open(output.uri) as file:
            read = 0
            while missing and read < MOST_READ and (line := file.readline()):
                read += len(line)
                told = json.loads(line)
                if (key := key_of(told)) in missing:
                    found[key] += _cells(told, most - len(found[key]))
                    if len(found[key]) == most:
                        missing.remove(key)
    return found


def _cells(told: Mapping[str, Any], most: int) -> Iterator[IssueSample]:
    shapes, shape_of = told.get("raw_masked", [None]), told.get("raw_masked_of")
    for number, row in enumerate(told.get("rows", [])[:most]):
        yield {
            "record_no": row[0],
            "source_line": row[1],
            "raw_masked": shapes[shape_of[number] if shape_of else 0],
        }
