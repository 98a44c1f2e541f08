"""Dramatiq: ``work SLOTS`` starts one process with that many threads."""

import os
import sys
from pathlib import Path

import dramatiq
import payload
from dramatiq.brokers.redis import RedisBroker

options = {"heartbeat_timeout": 10_000, "maintenance_chance": 1_000_000} if payload.TUNED else {}
dramatiq.set_broker(RedisBroker(url=payload.REDIS_URL, **options))


@dramatiq.actor(actor_name="job")
def job(text):
    """Be the job."""
    payload.handle(text)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        here = str(Path(__file__).parent)
        command = [sys.executable, "-m", "dramatiq", "dramatiq_peer", "-p", "1", "--path", here]
        os.execv(sys.executable, [*command, "-t", sys.argv[2]])
    payload.produce(job.send, None, sys.argv[1:])
