"""What the API answers, as lines for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harmonizer.text_table import text_table

Document = Mapping[str, Any]


def status(found: Document) -> Iterator[str]:
    """Yield how far a job is, what became of its rows, and why files failed."""
    counts = {name: count for name, count in (found["counts"] or {}).items() if count}
    percent = (found["progress"] or {}).get("percent")
    if counts:
        more = ": " + ", ".join(f"{name} {n:,}" for name, n in counts.items())
    elif found["queue_position"]:
        more = f": place {found['queue_position']:,} in its queue"
    else:
        more = "" if percent is None else f": {percent:.0f} %"
    yield found["status"] + more
    for error in found["errors"]:
        yield f"  {error['file'] or 'job'}: {error['message']} ({error['reason']})"


def queue(found: Document) -> Iterator[str]:
    """Yield what waits by priority, and what else there is."""
    rows = [
        (name, one["depth"], _ago(one["oldest_age_ms"])) for name, one in found["waiting"].items()
    ]
    yield from text_table(("priority", "waiting", "oldest since"), rows)
    yield ""
    others = (("running", "running"), ("delayed", "delayed"), ("not in SQL yet", "results"))
    yield ", ".join(f"{about} {found[name]:,}" for about, name in others)
    if found["paused"]:
        yield f"paused: {' '.join(found['paused'])}"


def workers(found: Sequence[Document]) -> Iterator[str]:
    """Yield the processes that work."""
    if not found:
        yield "No worker runs: what is submitted waits."
        return
    rows = [
        (
            one["host"],
            str(one["pid"]),
            one["version"],
            one["busy"],
            one["slots"],
            "draining" if one["draining"] else "takes work",
            _ago(one["heartbeat_age_ms"]),
        )
        for one in found
    ]
    heads = ("host", "process", "version", "busy", "slots", "state", "heard of since")
    yield from text_table(heads, rows)


def preview(found: Document) -> Iterator[str]:
    """Yield what is understood of each table: its columns, and what was found."""
    for one in found["tables"]:
        if one.get("reason"):
            yield f"{one['name']}: {one['message']} ({one['reason']})"
            continue
        yield f"{one['name']}: table {one['table']} ({one['why']})"
        columns = [tuple(c[k] or "" for k in ("header", "field", "why")) for c in one["columns"]]
        yield from text_table(("header", "field", "why"), columns)
        yield ""
        issues = [
            (i["severity"], i["rule_id"], i["field"], i["count"])
            for i in one["issues"]
            if i["severity"] != "info"
        ]
        if issues:
            yield from text_table(("severity", "rule", "field", "cells"), issues)
            yield ""
    yield "With --json: the plan with its evidence, and rows before and after."


def _ago(age_ms: int | None) -> str:
    return "" if age_ms is None else f"{age_ms / 1000:,.1f} s"
