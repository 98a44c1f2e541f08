"""Which Redis a process of the stack talks to. Go reads the same vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from harmonizer_queue import CONTRACT, connect, redis_url

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


def test_the_library_resends_nothing() -> None:
    client = connect("redis://127.0.0.1:1/0")
    retry = client.get_retry()
    assert retry is not None
    assert retry.get_retries() == 0
    assert client.connection_pool.connection_kwargs["retry_on_error"] == []
