"""Which Redis a process of the stack talks to. Go reads the same vectors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from redis.connection import SSLConnection, parse_url

from harmonizer_queue import CONTRACT, connect, redis_url
from harmonizer_queue.group import Group, GroupUrlError
from web.config import Settings, SettingsError

GROUPS = json.loads((CONTRACT / "vectors" / "redis_group.json").read_text())
VECTORS = json.loads((CONTRACT / "vectors" / "redis_url.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["description"])
def test_redis_url(vector: dict[str, Any], tmp_path: Path) -> None:
    if vector["port_file"] is not None:
        (tmp_path / "redis.port").write_text(vector["port_file"])
    assert redis_url(vector["environ"] | {"HARMONIZER_HOME": str(tmp_path)}) == vector["url"]


def test_the_usual_home_is_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "redis.port").write_text("7003")
    monkeypatch.chdir(tmp_path)
    assert redis_url({}) == "redis://127.0.0.1:7003/0"


@pytest.mark.parametrize("vector", GROUPS, ids=lambda vector: vector["description"])
def test_several_servers(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises(GroupUrlError, match=re.escape(vector["error"])):
            Group.from_url(vector["url"])
        return
    found, want = Group.from_url(vector["url"]), vector["group"]
    assert (found is None) == (want is None)
    if found is not None:
        options = parse_url(found.plain)  # type: ignore[no-untyped-call]
        assert {
            "kind": found.kind,
            "addresses": [f"{host}:{port}" for host, port in found.addresses],
            "master": found.master,
            "database": options.get("db", 0),
            "username": options.get("username", ""),
            "password": options.get("password", ""),
            "secure": options.get("connection_class") is SSLConnection,
        } == {"username": "", "password": "", "secure": False} | want


@pytest.mark.parametrize("vector", GROUPS, ids=lambda vector: vector["description"])
def test_the_settings_take_what_can_be_connected_to(vector: dict[str, Any]) -> None:
    """Settings import nothing, so they look at a URL in a way of their own."""
    environ = {"HARMONIZER_REDIS_URL": vector["url"], "HARMONIZER_QUEUE_PREFIX": "{q}"}
    if "error" in vector:
        with pytest.raises(SettingsError):
            Settings.from_environ(environ)
    else:
        assert Settings.from_environ(environ).redis_url == vector["url"]


def test_a_cluster_needs_a_prefix_in_braces() -> None:
    with pytest.raises(SettingsError, match="QUEUE_PREFIX must be in braces on a cluster"):
        Settings.from_environ({"HARMONIZER_REDIS_URL": "redis+cluster://a:1"})


def test_rq_needs_one_server() -> None:
    with pytest.raises(SettingsError, match="TASKS_REDIS_URL must be redis://"):
        Settings.from_environ({"HARMONIZER_TASKS_REDIS_URL": "redis+cluster://a:1"})


def test_the_library_resends_nothing() -> None:
    client = connect("redis://127.0.0.1:1/0")
    retry = client.get_retry()
    assert retry is not None
    assert retry.get_retries() == 0
    assert client.connection_pool.connection_kwargs["retry_on_error"] == []
