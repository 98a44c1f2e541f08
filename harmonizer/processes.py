"""The processes of a stack: started together, their output shown and kept, stopped together.

The Procfile and the printing are honcho's. Its own manager is not used: it kills after five
seconds whatever is still finishing, and leaves everything running when it is killed itself.
"""

import subprocess
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TextIO

from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from harmonizer.guard import guarded, stop_guarded

LOOK_SECONDS = 0.2


def read_procfile(path: Path) -> dict[str, str]:
    """Return the commands of a Procfile by the names of their processes."""
    return dict(parse_procfile(path.read_text()).processes)


class Processes:
    """A context manager that starts shell commands, and stops all of them when it is left.

    What one prints is added to ``<name>.log`` in ``logs`` and shown on ``output``, if any. At the
    end each gets SIGTERM and ``grace`` seconds.
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        *,
        environ: Mapping[str, str],
        folder: Path,
        logs: Path,
        grace: float,
        output: TextIO | None,
    ) -> None:
        self._commands = commands
        self._environ = environ
        self._folder = folder
        self._logs = logs
        self._grace = grace
        self._printer = output and Printer(output, width=max(map(len, commands)))
        self._printing = threading.Lock()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._readers: list[threading.Thread] = []

    def __enter__(self) -> "Processes":
        self._logs.mkdir(parents=True, exist_ok=True)
        try:
            for (name, command), colour in zip(self._commands.items(), get_colours(), strict=False):
                process = guarded(
                    ["/bin/sh", "-c", command],
                    subprocess.PIPE,
                    env=self._environ,
                    cwd=self._folder,
                )
                self._running[name] = process
                assert process.stdout is not None
                reader = threading.Thread(target=self._copy, args=(name, process.stdout, colour))
                self._readers.append(reader)
                reader.start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        places: TracebackType | None,
    ) -> None:
        self._stop()

    def wait(self) -> tuple[str, int]:
        """Wait until one of them ends by itself; return its name and exit code."""
        while True:
            for name, process in self._running.items():
                code = process.poll()
                if code is not None:
                    return name, code
            time.sleep(LOOK_SECONDS)

    def _stop(self) -> None:
        try:
            stop_guarded(list(self._running.values()), self._grace)
        finally:
            for reader in self._readers:
                reader.join()

    def _copy(self, name: str, printed: IO[bytes], colour: str) -> None:
        with printed, (self._logs / f"{name}.log").open("ab", buffering=0) as kept:
            for line in printed:
                kept.write(line)
                if self._printer is not None:
                    with self._printing:
                        self._printer.write(Message("line", line, datetime.now(), name, colour))
