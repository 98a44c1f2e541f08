"""Celery: ``work SLOTS`` starts its prefork pool, with a result backend as is usual."""

import sys

import payload
from celery import Celery

app = Celery("celery_peer", broker=payload.REDIS_URL, backend=payload.REDIS_URL)
app.conf.update(broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)
if payload.TUNED:
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_transport_options={"visibility_timeout": 30},
    )


@app.task(name="job")
def job(text):
    """Be the job."""
    return payload.handle(text)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        quiet = ["-l", "ERROR", "--without-gossip", "--without-mingle"]
        app.worker_main(["worker", "-c", sys.argv[2], "-P", "prefork", *quiet])
    else:
        payload.produce(job.delay, None, sys.argv[1:])
