"""The stack on one machine: a private Redis, a migrated database, and the processes around them.

Everything it keeps is in the home folder (``HARMONIZER_HOME``), which one stack uses at a time.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from harmonizer.ports import holder, is_taken
from harmonizer.processes import Processes, read_procfile
from harmonizer.services import RedisServer, ServiceError
from web.config import PREFIX, ROOT, Settings

Say = Callable[[str], None]

EMBEDDED = ("reconciler", "tasks")
"""The processes of the Procfile that ``python app.py`` starts for itself."""

EXTRA_GRACE_SECONDS = 5
"""How much longer than their own grace time processes get before they are killed."""


@contextlib.contextmanager
def embedded(settings: Settings, say: Say = print) -> Iterator[None]:
    """Run what an API in this process needs: private Redis, reconciler, tasks; no worker.

    Raises:
        ServiceError: Something could not start; the text is for a person.
    """
    with prepared(settings, say) as environ:
        commands = {name: _procfile()[name] for name in EMBEDDED}
        with processes(settings, commands, environ, sys.stderr):
            yield


@contextlib.contextmanager
def prepared(settings: Settings, say: Say) -> Iterator[dict[str, str]]:
    """Claim the home folder, start Redis unless one is named, bring the database up to date.

    Yields the environment for the processes of the stack. At the end Redis stops.

    Raises:
        ServiceError: The home folder is in use, or something could not start.
    """
    environ = os.environ | {
        f"{PREFIX}HOME": str(settings.home),
        f"{PREFIX}LOG_DIR": str(settings.log_dir),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    with contextlib.ExitStack() as at_end:
        at_end.enter_context(_claimed(settings.home))
        if not settings.redis_url:
            at_end.enter_context(_private_redis(settings, say))
        for line in _migrate(environ):
            say(line)
        yield environ


def processes(
    settings: Settings, commands: dict[str, str], environ: dict[str, str], output: TextIO | None
) -> Processes:
    """Return processes of the stack, ready to be started."""
    return Processes(
        commands,
        environ=environ,
        folder=ROOT,
        logs=settings.log_dir,
        grace=settings.grace_seconds + EXTRA_GRACE_SECONDS,
        output=output,
    )


def run(settings: Settings, say: Say, output: TextIO | None) -> int:
    """Run the whole Procfile until one of its processes ends; return that one's exit code.

    Raises:
        ServiceError: A port or the home folder is in use, or something could not start.
    """
    for name, (host, port) in listening(settings).items():
        if is_taken(host, port):
            raise ServiceError(
                f"Port {port} is taken by {holder(port)}: stop it, or set {name} to another port."
            )
    if not (ROOT / "go-worker" / "worker").exists():
        raise ServiceError("go-worker/worker is not built yet: run `make build`.")
    with (
        prepared(settings, say) as environ,
        processes(settings, _procfile(), environ, output) as running,
    ):
        say(f"API and console: http://localhost:{settings.port}/   Ctrl-C stops everything.")
        name, code = running.wait()
        say(
            f"{name} ended with code {code}, so everything stops; see {settings.log_dir}/{name}.log"
        )
        return code or 1


def listening(settings: Settings) -> dict[str, tuple[str, int]]:
    """Return host and port of what the stack listens on, by the setting that moves it."""
    return {
        f"{PREFIX}PORT": (settings.host, settings.port),
        f"{PREFIX}WORKER_PORT": ("127.0.0.1", settings.worker_port),
    }


def running(home: Path) -> int | None:
    """Return the process whose stack holds a home folder now, if any."""
    try:
        with (home / "stack.pid").open() as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int((home / "stack.pid").read_text())
    return None


def _procfile() -> dict[str, str]:
    return read_procfile(ROOT / "Procfile")


@contextlib.contextmanager
def _claimed(home: Path) -> Iterator[None]:
    """Hold the home folder; the lock goes with this process, however it ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "stack.pid").open("a+") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceError(
                f"A stack runs in {home} already (process {running(home)}): stop it, "
                f"or set {PREFIX}HOME to another folder."
            ) from None
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        yield
        held.truncate(0)


@contextlib.contextmanager
def _private_redis(settings: Settings, say: Say) -> Iterator[None]:
    """Run a Redis whose port stands in ``redis.port`` of the home folder while it runs."""
    port = settings.redis_port
    taken = is_taken("127.0.0.1", port)
    server = RedisServer(settings.home / "redis", 0 if taken else port)
    if taken:
        say(f"Port {port} is taken by {holder(port)}; the private Redis uses {server.port}.")
    place = settings.home / "redis.port"
    server.start()
    try:
        new = place.with_suffix(".new")
        new.write_text(f"{server.port}\n")
        new.replace(place)
        yield
    finally:
        place.unlink(missing_ok=True)
        server.stop()


def _migrate(environ: dict[str, str]) -> list[str]:
    """Bring the database up to date; return what else there is to say about it."""
    done = subprocess.run(
        [sys.executable, "scripts/init_db.py"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"The database could not be brought up to date: {done.stderr.strip()}")
    return done.stdout.splitlines()[1:]
