"""``python -m reconciler`` as it runs: with servers that are away, come back, and move."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from harmonizer.ports import free_port
from harmonizer.services import RedisServer
from harmonizer_queue import CONTRACT, connect
from queue_world import World
from running_stack import eventually
from web.config import ROOT, Settings
from web.db.models import JobStatus
from web.db.schema import migrate
from web.db.session import engine_for

SECONDS = 60.0
FAILS = "loop fails, it goes on trying"
LINE = Draft202012Validator(json.loads((CONTRACT / "schemas" / "log.json").read_text()))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an embedded stack."""
    inherited = {name: value for name, value in os.environ.items() if "HARMONIZER_" not in name}
    ports = {name: str(free_port()) for name in ("REDIS_PORT", "RECONCILER_PORT")}
    own = {"HOME": str(tmp_path)} | ports
    return inherited | {f"HARMONIZER_{name}": value for name, value in own.items()}


@contextlib.contextmanager
def reconciler(environ: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with (Path(environ["HARMONIZER_HOME"]) / "reconciler.log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "reconciler"], env=environ, cwd=ROOT, stderr=output, text=True
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(environ: dict[str, str], message: str) -> list[dict[str, object]]:
    """Return the log's lines with this message; every line is as all processes write them."""
    text = (Path(environ["HARMONIZER_HOME"]) / "reconciler.log").read_text()
    # The process goes on writing while this reads: the last line may be half there.
    lines = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
    for line in lines:
        LINE.validate(line)
    return [line for line in lines if line["msg"] == message]


@contextlib.contextmanager
def private_redis(home: Path, name: str) -> Iterator[RedisServer]:
    """Run a Redis whose port stands in the home folder, as the launcher does."""
    server = RedisServer(home / name).start()
    (home / "redis.port").write_text(f"{server.port}\n")
    try:
        yield server
    finally:
        server.stop()


def test_it_waits_for_sql_and_redis_follows_a_redis_that_moves_and_stops_when_told(
    environ: dict[str, str], tmp_path: Path
) -> None:
    settings = Settings.from_environ(environ)
    with reconciler(environ) as process:
        eventually(
            lambda: len({line["loop"] for line in said(environ, FAILS)}) >= 5,
            "it notices that nothing is there",
            SECONDS,
        )
        engine = engine_for(settings.database_url)
        migrate(engine)
        engine.dispose()
        with private_redis(tmp_path, "first"):
            world = World(settings)
            first_id = world.submit()
            eventually(world.queue.ready, "it relays what is due", SECONDS)
            world.complete(world.fetch())
            eventually(
                lambda: world.job(first_id).status is JobStatus.SUCCEEDED,
                "it records the end",
                SECONDS,
            )
            second_id = world.submit()
            eventually(lambda: world.outbox() == [], "it confirms the dispatch", SECONDS)
            eventually(world.queue.current_generation, "it names the first Redis", SECONDS)
            world.close()
        with private_redis(tmp_path, "second"):
            world = World(settings)
            eventually(world.queue.ready, "it dispatches again what was lost", SECONDS)
            world.complete(world.fetch())
            eventually(
                lambda: world.job(second_id).status is JobStatus.SUCCEEDED,
                "it records the end in the second Redis",
                SECONDS,
            )
            assert world.items(second_id)[0].epoch == 2
            world.close()
            metrics = f"http://127.0.0.1:{settings.reconciler_port}/metrics"
            with urllib.request.urlopen(metrics) as answer:
                assert b"harmonizer_redis_generation_changes_total 1.0" in answer.read()
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0
    stopped = said(environ, "reconciler stopped")
    assert [line["left"] for line in stopped] == [""]
    assert len(said(environ, FAILS)) < 60, "an error is told when it begins, not each time"


def test_what_a_killed_one_left_the_next_one_does(environ: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_environ(environ)
    engine = engine_for(settings.database_url)
    migrate(engine)
    engine.dispose()
    with private_redis(tmp_path, "redis"):
        world = World(settings)
        jobs = [world.submit(files=2) for _ in range(3)]
        for number in range(9):
            with reconciler(environ):
                eventually(world.queue.ready, "the next item is ready", SECONDS)
                # Killed in the middle of whatever follows from this.
                world.complete(world.fetch(f"w{number}"))
        with reconciler(environ):
            eventually(
                lambda: all(world.job(job_id).status.terminal for job_id in jobs),
                "all jobs have ended",
                SECONDS,
            )
        assert {world.job(job_id).status for job_id in jobs} == {JobStatus.SUCCEEDED}
        assert {item.epoch for job_id in jobs for item in world.items(job_id)} == {1}
        world.close()


def refused(environ: dict[str, str]) -> str:
    """Run it with settings it refuses; return what it says."""
    process = subprocess.run(
        [sys.executable, "-m", "reconciler"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 64
    return process.stderr


def test_it_refuses_settings_it_cannot_use(environ: dict[str, str]) -> None:
    said = refused(environ | {"HARMONIZER_WINDOW": "many"})
    assert "HARMONIZER_WINDOW must be a whole number" in said
    with socket.create_server(("127.0.0.1", int(environ["HARMONIZER_RECONCILER_PORT"]))):
        assert "HARMONIZER_RECONCILER_PORT cannot be used" in refused(environ)


def test_it_refuses_a_redis_that_evicts(environ: dict[str, str], tmp_path: Path) -> None:
    with private_redis(tmp_path, "redis") as server:
        with connect(server.url) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
        assert "maxmemory-policy is allkeys-lru: set it to noeviction" in refused(environ)
