"""How far something is, on one line of a terminal; elsewhere nothing is drawn."""

import sys
from typing import Any, TextIO

BAR_CELLS = 30


def bar(percent: float) -> str:
    """Return a bar of so many percent."""
    full = round(percent / 100 * BAR_CELLS)
    return f"[{'#' * full}{'.' * (BAR_CELLS - full)}] {percent:3.0f} %"


class Line:
    """A line that is written over and over again."""

    def __init__(self, to: TextIO = sys.stderr) -> None:
        self._to = to if to.isatty() else None
        self._shown = ""
        self._waited = False

    def sent(self, sent: int, total: int) -> None:
        """Show how much of an upload is done."""
        self._show(f"sending    {bar(100 * sent / total)}")

    def status(self, status: dict[str, Any]) -> None:
        """Show how far a job is."""
        percent = (status.get("progress") or {}).get("percent")
        state = str(status["status"])
        self._show(state if percent is None else f"{state:<10} {bar(float(percent))}")

    def waits(self, error: Exception) -> None:
        """Say once, also where nothing is drawn, that a request is repeated, and why."""
        if not self._waited:
            self._waited = True
            self.clear()
            print(f"{error}\nTrying again for a while; Ctrl-C stops.", file=sys.stderr)

    def clear(self) -> None:
        """Leave nothing behind."""
        self._show("")

    def _show(self, text: str) -> None:
        if self._to is not None and text != self._shown:
            self._to.write(f"\r\x1b[K{text}")
            self._to.flush()
            self._shown = text
