"""A pause outlives whatever Redis loses."""

import pytest

from queue_world import World
from reconciler.pauser import Pauser
from web.db import pauses


def remembered(world: World) -> set[str]:
    with world.parts.reading() as session:
        return pauses.remembered(session)


def test_what_is_paused_and_resumed_is_remembered(world: World) -> None:
    pauser = Pauser(world.parts)
    pauser.step()
    for act, scope, paused in (
        (world.queue.pause, "low", {"low"}),
        (world.queue.pause, "*", {"low", "*"}),
        (world.queue.resume, "low", {"*"}),
        (world.queue.resume, "*", set()),
    ):
        act(scope)
        pauser.step()
        assert remembered(world) == set(world.queue.paused()) == paused


@pytest.mark.parametrize("lost", ["everything", "paused"])
def test_a_pause_that_redis_loses_is_made_again(world: World, lost: str) -> None:
    pauser = Pauser(world.parts)
    world.queue.pause("high")
    pauser.step()
    if lost == "everything":
        world.queue.client.flushall()
    else:
        world.queue.client.delete(world.queue.key("paused"))
    Pauser(world.parts).step()
    assert world.queue.paused() == ["high"]
    assert remembered(world) == {"high"}
    world.queue.resume("high")
    Pauser(world.parts).step()
    assert world.queue.paused() == []
    assert remembered(world) == set()


def test_an_older_file_of_redis_brings_no_pause_back_and_takes_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauser = Pauser(world.parts)
    world.queue.pause("high")
    older = world.queue.client.dump(world.queue.key("paused")) or b""
    world.queue.resume("high")
    world.queue.pause("low")
    pauser.step()
    world.queue.client.restore(world.queue.key("paused"), 0, older, replace=True)
    monkeypatch.setattr("reconciler.pauser.identity", lambda queue: "another server")
    pauser.step()
    assert world.queue.paused() == ["low"]
