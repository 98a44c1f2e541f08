"""Guards inside the scripts, each taken out: the law that it upholds is seen to be broken.

The laws are the tests of the contract. They pass with the scripts as they are, and here they are to
fail.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest
import redis

from chaos.mutants import mutate_script
from contract import test_laws as laws
from contract.test_state_machine import History

LAST_STEP = 400


class Guard(NamedTuple):
    """``new`` takes the place of ``old`` in ``script`` ("*" is all); ``law`` is to notice."""

    invariant: str
    script: str
    old: str
    new: str
    law: Callable[[redis.Redis], None]


def history(client: redis.Redis) -> None:
    """Play one random history, looking at everything after each step."""
    played = History(client, 1)
    for _ in range(LAST_STEP):
        played.step()
        played.verify()
    played.heal()


def audited(client: redis.Redis) -> None:
    laws.test_each_layer_alone_finds_what_a_crash_before_the_claim_left(laws.by_audit, client)


def turns(client: redis.Redis) -> None:
    for seed in range(5):
        client.flushall()
        laws.test_no_priority_that_waits_is_passed_over_for_ten_turns(seed, client)


def full(client: redis.Redis) -> None:
    def fill() -> None:
        client.config_set("maxmemory", 1)

    try:
        laws.test_a_full_redis_takes_nothing_new_and_finishes_what_it_has(client, fill)
    finally:
        client.config_set("maxmemory", 0)


GUARDS = {
    "an end leaves the index of leases": Guard(
        "I4", "complete", "redis.call('ZREM', P .. 'leases', unpack(ended))", "", history
    ),
    "what was fed long ago is looked for": Guard(
        "I5", "audit", "local count = restore_fed()", "local count = 0", audited
    ),
    "whose turn it was is remembered": Guard(
        "I8", "*", "redis.call('HSET', P .. 'conf', 'turn', turn)", "", turns
    ),
    "a full server lets items end": Guard("I11", "complete", " flags=allow-oom", "", full),
}


@pytest.mark.parametrize("name", GUARDS)
def test_it_is_noticed(
    name: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = GUARDS[name]
    guard.law(redis_client)
    redis_client.flushall()
    mutate_script(monkeypatch, guard.script, guard.old, guard.new)
    with pytest.raises((AssertionError, redis.exceptions.RedisError)):
        guard.law(redis_client)
