"""RQ: ``work SLOTS`` starts that many SimpleWorkers (the least it can do for each job)."""

import sys
from collections.abc import Sequence

import payload
from redis import Redis
from rq import Queue, Retry, SimpleWorker
from rq.worker_pool import WorkerPool


def job(text: str) -> str:
    """Be the job."""
    return payload.handle(text)


class Watchful(SimpleWorker):
    """A worker that notices a dead one soon."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"job_monitoring_interval": 5, "maintenance_interval": 10, "worker_ttl": 20}
        super().__init__(*args, **kwargs)


def main(arguments: Sequence[str]) -> None:
    """Work or produce."""
    connection = Redis.from_url(payload.REDIS_URL)
    queue = Queue(connection=connection)
    if arguments[0] == "work":
        kind = Watchful if payload.TUNED else SimpleWorker
        pool = WorkerPool([queue], connection, num_workers=int(arguments[1]), worker_class=kind)
        pool.start(burst=False, logging_level="ERROR")
        return
    import rq_peer  # so that workers find the job by its module

    retry = Retry(max=3) if payload.TUNED else None
    payload.produce(
        lambda text: queue.enqueue(rq_peer.job, text, retry=retry),
        lambda texts: queue.enqueue_many(
            [Queue.prepare_data(rq_peer.job, args=(text,), retry=retry) for text in texts]
        ),
        arguments,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
