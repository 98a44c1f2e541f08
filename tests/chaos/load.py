"""Clients that submit small jobs of several kinds, and remember what they were promised."""

import contextlib
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

TODAY = "2026-01-15"
TIMEOUT = 10.0
PAUSE = 0.25
RETRIED_FOR = 30.0
"""Seconds in which a job may end to be run again."""
MOST_OPEN = 60
"""With so many jobs that have not ended, no more are sent: healing should not take for ever."""

_HEAD = "mrn,last name,first name,dob,sex,phone\n"
_PEOPLE = "Lovelace,Ada,12/10/1815,F,555-0100|Hopper,Grace,12/09/1906,female,(555) 010-1234"
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def people(count: int, start: int) -> bytes:
    """Return a CSV file of so many rows, its record numbers from ``start`` on."""
    rows = _PEOPLE.split("|")
    return (_HEAD + "".join(f"{start + n},{rows[n % 2]}\n" for n in range(count))).encode()


@dataclass(frozen=True)
class Kind:
    """A kind of job: its files, how it ends without faults, and how often it is sent.

    ``retried``: once it has ended, and not well, it is run again.
    """

    name: str
    files: tuple[tuple[str, bytes], ...]
    ends: str
    weight: float
    cancelled: bool = False
    slow: bool = False
    retried: bool = False


_LABS = b"mrn,test,value,unit,date\n1,glucose,5.4,mmol/L,2024-05-01\n2,HbA1c,6.1,%,2024-05-02\n"
_ONE = (("patients.csv", people(20, 100)),)
_MANY = (("north.csv", people(12, 100)), ("south.csv", people(9, 106)), ("labs.csv", _LABS))

_RANGES = (("patients.csv", people(4000, 1)),)
_ONE_MORE = (("labs.csv", _LABS),)

KINDS = (
    Kind("one", _ONE, "succeeded", 40),
    Kind("large", (("patients.csv", people(2000, 1)),), "succeeded", 4),
    Kind("ranges", _RANGES, "succeeded", 6),
    Kind("ranges and more", (*_RANGES, *_ONE_MORE), "succeeded", 3),
    Kind("many", _MANY, "succeeded", 12),
    Kind("bad", (("picture.csv", _PICTURE),), "failed", 8),
    Kind("mixed", (*_ONE, ("picture.csv", _PICTURE)), "partial", 3),
    Kind("retried", (*_ONE, ("picture.csv", _PICTURE)), "partial", 5, retried=True),
    Kind("poison", (("poison.csv", people(3, 500)),), "failed", 1),
    Kind("cancelled", _MANY, "succeeded", 5, cancelled=True),
    Kind("cancelled ranges, then retried", _RANGES, "succeeded", 4, cancelled=True, retried=True),
    Kind("cancelled, then retried", _MANY, "succeeded", 5, cancelled=True, retried=True),
    Kind("slow", (("patients.csv", people(300, 1)),), "succeeded", 6, slow=True),
)


@dataclass(frozen=True)
class Promise:
    """A 202 that a client has seen. ``cancel``: so was that of its cancel."""

    job_id: str
    kind: Kind
    cancel: bool


@dataclass
class Load:
    """Some clients, each a thread. ``open_jobs`` says how many jobs have not ended."""

    port: int
    seed: int
    open_jobs: Callable[[], int]
    promises: list[Promise] = field(default_factory=list)
    keys: dict[str, set[str]] = field(default_factory=dict)
    retried: int = 0
    said: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self, clients: int) -> None:
        for number in range(clients):
            dice = random.Random(f"{self.seed} client {number}")
            thread = threading.Thread(target=self._client, args=(dice,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let what was begun come to its end; a repeated request until it is answered."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _client(self, dice: random.Random) -> None:
        to_retry: list[tuple[str, float]] = []
        while not self._stop.wait(dice.expovariate(1 / PAUSE)):
            to_retry = [one for one in to_retry if self._is_left(*one)]
            if self.open_jobs() >= MOST_OPEN:
                continue
            kind = dice.choices(KINDS, [kind.weight for kind in KINDS])[0]
            key = f"{dice.getrandbits(64):x}" if dice.random() < 0.5 else None
            job_id = self.once(kind, key, dice.choice(["high", "normal", "low"]))
            if job_id is not None and kind.retried:
                to_retry.append((job_id, time.monotonic() + RETRIED_FOR))

    def once(self, kind: Kind, key: str | None, priority: str) -> str | None:
        """Send one job, with a key until it is answered; return its id if that is known."""
        job_id = self._submit(kind, key, priority)
        while job_id is None and key is not None and not self._stop.is_set():
            time.sleep(0.3)
            job_id = self._submit(kind, key, priority)
        if job_id is not None:
            cancel = kind.cancelled and self.cancel(job_id)
            self.promises.append(Promise(job_id, kind, cancel))
        return job_id

    def _submit(self, kind: Kind, key: str | None, priority: str) -> str | None:
        headers = {"Idempotency-Key": key} if key else {}
        body = _body(kind, priority)
        content = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        sent = _slowly(body) if kind.slow else body
        length = {"Content-Length": str(len(body))}
        answer = self._ask("/api/jobs", sent, headers | content | length)
        if answer is None:
            return None
        job_id = str(answer["job_id"])
        if key:
            self.keys.setdefault(key, set()).add(job_id)
        return job_id

    def cancel(self, job_id: str) -> bool:
        return self._ask(f"/api/jobs/{job_id}/cancel", b"", {"Content-Length": "0"}) is not None

    def _is_left(self, job_id: str, until: float) -> bool:
        """Run a job again if it has ended; return whether that is still to be done."""
        if time.monotonic() > until:
            return False
        status = self._ask(f"/api/jobs/{job_id}/status", b"", {}, "GET", 200)
        if status is None or status["status"] not in ENDED:
            return status is None or status["status"] != "succeeded"
        again = self._ask(f"/api/jobs/{job_id}/retry", b"", {"Content-Length": "0"})
        self.retried += again is not None
        return again is None

    def _ask(
        self,
        path: str,
        body: bytes | Iterator[bytes],
        headers: dict[str, str],
        method: str = "POST",
        wanted: int = 202,
    ) -> dict[str, object] | None:
        """Return the answer of this status; count what came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            self.said[str(answer.status)] += 1
            found: dict[str, object] = json.loads(answer.read())
            return found if answer.status == wanted else None
        except (OSError, http.client.HTTPException, ValueError):
            self.said["no answer"] += 1
            return None
        finally:
            connection.close()


ENDED = ("failed", "partial", "cancelled")
BOUNDARY = "between-the-parts"


def _body(kind: Kind, priority: str) -> bytes:
    texts = {"priority": priority, "options": json.dumps({"today": TODAY})}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, text in texts.items()
    ]
    for name, content in kind.files:
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        parts.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _slowly(body: bytes) -> Iterator[bytes]:
    """Yield a body in eight pieces, a moment between them: something may die meanwhile."""
    size = len(body) // 8 + 1
    for start in range(0, len(body), size):
        yield body[start : start + size]
        time.sleep(0.2)


def answers(port: int) -> bool:
    """Return whether the API can take jobs now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    return False
