"""What every loop works with."""

import datetime
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from reconciler.metrics import Metrics
from web.config import Settings
from web.queue_link import QueueLink
from web.store import Store


@dataclass(frozen=True)
class Parts:
    """Settings, store, SQL and the queue of one process.

    A session of ``reading`` only asks, and waits for no writer; what it finds is looked at again
    in the transaction of ``writing`` that acts on it.
    """

    settings: Settings
    store: Store
    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    link: QueueLink
    metrics: Metrics


def now() -> datetime.datetime:
    """Return the time, UTC."""
    return datetime.datetime.now(datetime.UTC)
