"""What the reconciler notes of its comparisons, and what the API tells of them."""

from an_api import AnApi
from queue_world import World
from reconciler.checker import Checker
from web.db import generation


def pass_of(world: World) -> None:
    """Believe in what Redis is, and compare everything."""
    while world.reconciler.watcher.step() == 0:
        pass
    for _ in range(5):
        world.reconciler.sweeper.step()


def test_passes_repairs_and_checks_are_noted(world: World, api: AnApi) -> None:
    assert api.get("/api/consistency")["compared"] is None
    world.submit()
    world.relay()
    pass_of(world)
    known = api.get("/api/consistency")
    assert known["compared"]["server_compared"]
    assert known["compared"]["swept_at"] is not None
    assert known["compared"]["repairs"] == {}
    assert known["live"] == known["redis"]["live"] == 1
    assert known["redis"]["generation"] == known["compared"]["generation"]

    [key] = world.queue.client.keys(world.queue.key("item:*"))
    world.queue.client.delete(key)
    pass_of(world)
    compared = api.get("/api/consistency")["compared"]
    assert compared["repairs"] == {"missing": 1}
    assert compared["repaired_at"] is not None

    world.queue.client.zadd(world.queue.key("leases"), {"lost": 1})
    Checker(world.parts).step()
    assert api.get("/api/consistency")["compared"]["violations"] >= 1


def test_a_repair_lets_everything_be_compared_again(world: World, api: AnApi) -> None:
    world.submit()
    world.relay()
    pass_of(world)
    answer = api.client.post("/api/consistency/repair")
    assert (answer.status_code, answer.get_json()) == (202, {"put_back": 0})
    assert not api.get("/api/consistency")["compared"]["server_compared"]
    pass_of(world)
    with world.parts.reading() as session:
        assert generation.known(session).server
