"""The process: its loops, started and stopped together."""

import gc
import time

import structlog
from prometheus_client import start_http_server

from harmonizer_queue import faults
from reconciler.canceller import Canceller
from reconciler.checker import Checker
from reconciler.inspector import Inspector
from reconciler.loop import Loop
from reconciler.metrics import Metrics
from reconciler.parts import Parts
from reconciler.pauser import Pauser
from reconciler.pruner import Pruner
from reconciler.recorder import Recorder
from reconciler.relay import Relay
from reconciler.sealer import Sealer
from reconciler.settler import Settler
from reconciler.sweeper import Sweeper
from reconciler.undertaker import Undertaker
from reconciler.watcher import Watcher
from web.config import Settings
from web.db.events import Applied
from web.db.session import engine_for, reading_sessions, writing_sessions
from web.queue_link import QueueLink
from web.stop import Stop
from web.store import open_store

log = structlog.get_logger(__name__)

STOP_SECONDS = 2.0
REDIS_SECONDS = 5.0
"""How long a loop waits for a reply of Redis; the recorder waits there for a second anyway."""


def parts(settings: Settings) -> Parts:
    """Return what the loops work with; nothing is connected yet.

    Raises:
        StoreError: The store's folder cannot be made.
    """
    engine = engine_for(settings.database_url)
    return Parts(
        settings=settings,
        store=open_store(settings.store_url),
        reading=reading_sessions(engine),
        writing=writing_sessions(engine),
        link=QueueLink(settings, REDIS_SECONDS),
        metrics=Metrics(),
    )


def spare_collector() -> None:
    """Let the collector of cycles pass over what is there now, and come seldom.

    A batch of events is thousands of small objects, none in a cycle; a collection for each few
    hundred of them took an eighth of all that is done with an event.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Reconciler:
    """Keeps SQL and the queue in step. Several may run; each leaves nothing half done.

    ``over`` is set when the process is to stop; ``refused`` says why then, if it may not run.
    """

    def __init__(self, parts: Parts) -> None:
        self.over = Stop()
        self.refused: str | None = None
        self._port, self._host = parts.settings.reconciler_port, parts.settings.host
        self._registry = parts.metrics.registry
        self.recorder = Recorder(parts, self._recorded)
        self.relay = Relay(parts)
        self._relaying = Loop("relay", self.relay.step)
        self.settler = Settler(parts, dispatched=self._relaying.wake)
        self._settling = Loop("settler", self.settler.step)
        self.canceller = Canceller(parts)
        self.sweeper = Sweeper(parts)
        self.watcher = Watcher(parts)
        self.sealer = Sealer(parts)
        loops = [
            Loop("watcher", self.watcher.step),
            Loop("recorder", self.recorder.step),
            self._relaying,
            self._settling,
            Loop("canceller", self.canceller.step),
            Loop("sweeper", self.sweeper.step),
            Loop("undertaker", Undertaker(parts).step),
            Loop("pruner", Pruner(parts).step),
            Loop("checker", Checker(parts).step),
            Loop("pauser", Pauser(parts).step),
            Loop("sealer", self.sealer.step),
            Loop("inspector", Inspector(parts, self._refuse).step),
        ]
        self._loops = [loop for loop in loops if not faults.off(loop.name)]

    def start(self) -> None:
        """Start all loops, and serve the metrics if a port is set.

        Raises:
            OSError: The port is taken.
        """
        if self._port:
            start_http_server(self._port, self._host, self._registry)
        for loop in self._loops:
            loop.start()
        log.info("reconciler started")

    def stop(self) -> None:
        """Stop them; what hangs after two seconds is left to end with the process."""
        for loop in self._loops:
            loop.stop()
        deadline = time.monotonic() + STOP_SECONDS
        left = [
            loop.name for loop in self._loops if not loop.join(max(0, deadline - time.monotonic()))
        ]
        log.info("reconciler stopped", left=" ".join(left))

    def _refuse(self, why: str) -> None:
        self.refused = why
        self.over.set()

    def _recorded(self, applied: Applied) -> None:
        self.sweeper.look_again(applied.unknown)
        if applied.ended:
            self._settling.wake()
