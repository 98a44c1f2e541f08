"""Kinds of work that never wait for each other: each lane has a process and a queue of RQ.

The processes are forks of one, which shares their code in memory, starts one again that died, and
hands on the signals it gets.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType

import structlog

from web.db.words import TaskKind
from web.stop import Stop

log = structlog.get_logger(__name__)

LANES: Mapping[str, Sequence[TaskKind]] = {
    "acts": (TaskKind.BULK,),
    "deliveries": (TaskKind.DELIVERY,),
    "exports": (TaskKind.EXPORT,),
    "retention": (TaskKind.PURGE, TaskKind.SWEEP),
}
LOOK_SECONDS = 0.2
AGAIN_SECONDS = 2.0


class Lanes:
    """The processes of lanes.

    ``work`` is what each does with the name of its lane, until ``stop`` is set, which it does
    itself at a signal. Each ends by itself when nobody is there any more to hand signals on.
    """

    def __init__(self, work: Callable[[str], None], stop: Stop) -> None:
        self._work = work
        self._stop = stop
        self._running: dict[int, str] = {}
        self._pid = os.getpid()

    def run(self) -> None:
        """Let every lane work until a signal asks for the end, and wait for their last work."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hand_on)
        while not self._stop.is_set():
            for name in LANES:
                if name not in self._running.values() and not self._stop.is_set():
                    self._start(name)
            self._stop.wait(LOOK_SECONDS)
            if self._forget_ended(os.WNOHANG):
                self._stop.wait(AGAIN_SECONDS)
        self._tell(signal.SIGTERM)  # also one that began while the signal came
        while self._running:
            self._forget_ended(0)

    def _start(self, name: str) -> None:
        pid = os.fork()
        if pid:
            self._running[pid] = name
            return
        self._running.clear()
        # What a terminal sends comes once, by the parent: at a second signal RQ drops its work.
        os.setpgid(0, 0)
        threading.Thread(target=self._end_alone, daemon=True).start()
        code = 1
        try:
            self._work(name)
            code = 0
        except Exception as error:
            log.error("tasks cannot go on", lane=name, exc_info=error)
        finally:
            os._exit(code)

    def _end_alone(self) -> None:
        """Tell the process of a lane to end once the one that began it is gone.

        It may wait for a Redis that is gone too, so it gets a signal.
        """
        while os.getppid() == self._pid:
            time.sleep(LOOK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    def _forget_ended(self, options: int) -> int:
        """Forget processes that ended; return how many did."""
        ended = 0
        for pid in list(self._running):
            if os.waitpid(pid, options)[0]:
                name = self._running.pop(pid)
                ended += 1
                if not self._stop.is_set():
                    log.warning("tasks ended and are started again", lane=name)
        return ended

    def _hand_on(self, number: int, frame: FrameType | None) -> None:
        again = self._stop.is_set()
        self._stop.set()
        if again:
            self._tell(signal.Signals(number))

    def _tell(self, number: signal.Signals) -> None:
        for pid in list(self._running):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
