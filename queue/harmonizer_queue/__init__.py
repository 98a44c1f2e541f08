"""The Python side of the queue contract: names keys, runs the scripts, makes messages.

The contract in prose is ``queue/README.md``; the files both languages read are in
``queue/contract``. This package imports none of the project's others.
"""

from harmonizer_queue.connection import connect, redis_url
from harmonizer_queue.message import Backoff, Input, Message, MessageError, Range
from harmonizer_queue.reads import Live, Worker
from harmonizer_queue.scripts import CONTRACT
from harmonizer_queue.transitions import (
    Claimed,
    Entry,
    MessageRefusedError,
    Queue,
    QueueFullError,
)
from harmonizer_queue.words import Event, Kind, Priority, Scope, State

__all__ = [
    "CONTRACT",
    "Backoff",
    "Claimed",
    "Entry",
    "Event",
    "Input",
    "Kind",
    "Live",
    "Message",
    "MessageError",
    "MessageRefusedError",
    "Priority",
    "Queue",
    "QueueFullError",
    "Range",
    "Scope",
    "State",
    "Worker",
    "connect",
    "redis_url",
]
