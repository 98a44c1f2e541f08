"""The whole stack on a Redis that is several servers: a Cluster, and through a failover."""

from pathlib import Path

from harmonizer.services import RedisServer
from redis_group import SECONDS, Sentinels, cluster
from running_stack import RunningStack, eventually, running_stack
from web.config import ROOT

PATIENTS = ROOT / "sample_data" / "patients.csv"


def submit(stack: RunningStack) -> str:
    return stack.api.submit([PATIENTS], {"operation": "harmonize"})


def succeeds(stack: RunningStack, job_id: str) -> None:
    eventually(lambda: stack.ended(job_id), "the job ends", SECONDS)
    assert stack.api.status(job_id)["status"] == "succeeded"


def test_a_job_on_a_cluster(tmp_path: Path, server_directory: Path, binaries: Path) -> None:
    tasks = RedisServer(tmp_path / "tasks").start()
    with (
        cluster(server_directory / "stack-cluster") as url,
        running_stack(
            tmp_path / "home",
            REDIS_URL=url,
            TASKS_REDIS_URL=tasks.url,
            QUEUE_PREFIX="{harmonizer}",
        ) as stack,
    ):
        succeeds(stack, submit(stack))
    tasks.stop()


def test_a_job_through_a_failover(tmp_path: Path, server_directory: Path, binaries: Path) -> None:
    tasks = RedisServer(tmp_path / "tasks").start()
    sentinels = Sentinels(server_directory / "stack-sentinels").start()
    try:
        with running_stack(
            tmp_path / "home", REDIS_URL=sentinels.url, TASKS_REDIS_URL=tasks.url
        ) as stack:
            first = submit(stack)
            lost = sentinels.master()
            lost.stop()
            second = submit(stack)
            succeeds(stack, first)
            succeeds(stack, second)
            assert sentinels.master().port != lost.port
    finally:
        sentinels.stop()
        tasks.stop()
