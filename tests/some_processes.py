"""Processes of a stack, started by hand in any number, for tests."""

import os
import subprocess
import sys
from pathlib import Path

from harmonizer.ports import free_port
from web.config import ROOT, Settings


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the environment of processes that share what these settings name."""
    inherited = {name: value for name, value in os.environ.items() if "HARMONIZER_" not in name}
    own = {
        "HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "STORE_URL": settings.store_url,
    }
    return inherited | {f"HARMONIZER_{name}": value for name, value in (own | more).items()}


class Processes:
    """The processes of a stack besides web; each can be killed by itself."""

    def __init__(self, environ: dict[str, str], binaries: Path, log: Path) -> None:
        self._environ, self._binaries, self._log = environ, binaries, log
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as output:
            process = subprocess.Popen(
                command, env=self._environ, cwd=ROOT, stdout=output, stderr=output
            )
        self.running.append(process)
        return process

    def worker(self) -> "subprocess.Popen[bytes]":
        return self.start(str(self._binaries / "worker"), f"--port={free_port()}")

    def reconciler(self) -> "subprocess.Popen[bytes]":
        return self.start(sys.executable, "-m", "reconciler")

    def stop(self) -> None:
        for process in self.running:
            process.kill()
        for process in self.running:
            process.wait()
