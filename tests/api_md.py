"""API.md as tests read it: its sections, and the shapes of its examples."""

import json
import re
from typing import Any

from web.config import ROOT

DOCUMENT = (ROOT / "API.md").read_text(encoding="utf-8")

FREE = ("counts", "options", "files", "values", "fields", "content", "filter", "repairs")
"""Keys whose content the engine or the client decides, or that a test looks at by itself."""


def section(heading: str) -> str:
    """Return the text below a heading, up to the next one."""
    found = re.search(rf"^##+ `?{re.escape(heading)}`?\n(.*?)(?=^##|\Z)", DOCUMENT, re.M | re.S)
    assert found, heading
    return found[1]


def example(heading: str) -> Any:
    found = re.search(r"^```json\n(.*?)^```", section(heading), re.M | re.S)
    assert found, heading
    return json.loads(found[1])


def shape(document: Any) -> Any:
    """Return which keys a document has, at every depth; of lists the first element."""
    if isinstance(document, dict):
        return {key: shape(value) if key not in FREE else None for key, value in document.items()}
    if isinstance(document, list):
        return [shape(one) for one in document[:1]]
    return None
