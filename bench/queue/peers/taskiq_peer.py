"""Taskiq: ``work SLOTS`` starts one process with that many tasks at a time.

Its usual broker pops an item from a list, so that a crash loses it; the tuned one is a stream.
"""

import asyncio
import os
import sys
from pathlib import Path

import payload
from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend, RedisStreamBroker

kind = RedisStreamBroker if payload.TUNED else ListQueueBroker
options = {"idle_timeout": 10_000} if payload.TUNED else {}
broker = kind(payload.REDIS_URL, **options).with_result_backend(
    RedisAsyncResultBackend(payload.REDIS_URL)
)


@broker.task(task_name="job")
async def job(text: str) -> str:
    """Be the job."""
    nap = payload.begin(text)
    if nap:
        await asyncio.sleep(nap)
    payload.end(text)
    return "ok"


async def put_many(texts):
    """Send a batch, at most 50 at a time."""
    for start in range(0, len(texts), 50):
        await asyncio.gather(*(job.kiq(text) for text in texts[start : start + 50]))


if __name__ == "__main__":
    if sys.argv[1] == "work":
        os.chdir(Path(__file__).parent)
        command = [sys.executable, "-m", "taskiq", "worker", "taskiq_peer:broker"]
        quiet = ["--workers", "1", "--log-level", "ERROR", "--max-async-tasks", sys.argv[2]]
        os.execv(sys.executable, command + quiet)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(broker.startup())
    payload.produce(
        lambda text: loop.run_until_complete(job.kiq(text)),
        lambda texts: loop.run_until_complete(put_many(texts)),
        sys.argv[1:],
    )
