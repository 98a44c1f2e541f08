"""Which settings of Redis are refused, and of which a warning is given."""

import json
from dataclasses import replace
from typing import Any

import pytest
import redis

from harmonizer_queue import CONTRACT, server
from queue_world import World
from reconciler.inspector import Inspector
from web.config import Settings

VECTORS = json.loads((CONTRACT / "vectors" / "redis_settings.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=[one["description"] for one in VECTORS])
def test_a_server_is_judged_by_what_it_says_of_itself(vector: dict[str, Any]) -> None:
    for found, expected in (
        (server.refusal(vector["info"]), vector["refused"]),
        (server.warning(vector["info"]), vector["warned"]),
    ):
        assert (found is None) == (expected is None), found
        assert (expected or "") in (found or "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_changed_under_a_process_at_work_is_told_once(
    settings: Settings, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(
        "reconciler.inspector.log.warning", lambda _, detail: told.append(detail.split(":")[0])
    )
    stopped: list[str] = []
    world = World(settings)
    inspector = Inspector(world.parts, stopped.append)
    try:
        inspector.step()
        redis_client.config_set("maxmemory-policy", "allkeys-lru")
        for _ in range(2):
            inspector.step()
        Inspector(world.parts, stopped.append).step()
        redis_client.config_set("maxmemory-policy", "noeviction")
        redis_client.config_set("appendonly", "no")
        for _ in range(2):
            inspector.step()
        Inspector(replace_settings(world, redis_ephemeral=True), stopped.append).step()
    finally:
        redis_client.config_set("maxmemory-policy", "noeviction")
        redis_client.config_set("appendonly", "yes")
        world.close()
    assert told == ["maxmemory-policy is allkeys-lru", "appendonly is off"]
    assert [why.split(":")[0] for why in stopped] == ["maxmemory-policy is allkeys-lru"]


def replace_settings(world: World, **changed: Any) -> Any:
    return replace(world.parts, settings=replace(world.settings, **changed))
