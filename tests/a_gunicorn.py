"""The API as gunicorn serves it, alone, for tests."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harmonizer.api import Api
from harmonizer.ports import free_port
from running_stack import eventually
from web.config import ROOT

MIB = 1024 * 1024
START_SECONDS = 60


@dataclass
class Server:
    """One gunicorn with an empty temporary folder of its own."""

    process: "subprocess.Popen[bytes]"
    home: Path
    temporary: Path
    port: int

    @property
    def api(self) -> Api:
        return Api(f"http://127.0.0.1:{self.port}")

    def workers(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in task.read_text().split()]

    def log(self) -> str:
        return (self.home / "web.log").read_text()


@contextlib.contextmanager
def serving(home: Path, redis_url: str, **settings: str) -> Iterator[Server]:
    temporary = home / "tmp"
    temporary.mkdir()
    port = free_port()
    own = {"HOME": str(home), "PORT": str(port), "REDIS_URL": redis_url} | settings
    environ = {k: v for k, v in os.environ.items() if "HARMONIZER_" not in k}
    environ |= {f"HARMONIZER_{name}": value for name, value in own.items()}
    environ |= {"TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "scripts/init_db.py"], cwd=ROOT, env=environ, check=True)
    with (home / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "gunicorn", "--config", "gunicorn.conf.py", "app:app"],
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=log,
        )
    server = Server(process, home, temporary, port)
    try:
        eventually(server.api.ready, "gunicorn serves", START_SECONDS)
        yield server
    finally:
        process.terminate()
        process.wait()


def written(process: int) -> int:
    """Return how many bytes a process has handed to write calls."""
    fields = dict(line.split(": ") for line in Path(f"/proc/{process}/io").read_text().splitlines())
    return int(fields["wchar"])


def peak_memory(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM")]
    return int(peak.split()[1]) * 1024
