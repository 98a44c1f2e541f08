"""What changes about jobs that somebody watches: one look for all of them, by one thread."""

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import structlog

from web.api.progress import at_end, progress_of_several
from web.db import jobs
from web.db.jobs import Stand
from web.db.models import Job, JobFile
from web.services import Services
from web.stop import Stop

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
SHARE = 0.1
"""As much of its time the thread looks at most: requests of the same process want theirs."""

stopping = Stop()
"""Set when this process is to end: whoever watches stops."""


@dataclass(frozen=True)
class View:
    """A job at one moment. ``id`` is made of what stands here: the same content has the same id."""

    id: str
    status: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]]
    ended: bool


class _Watched:
    def __init__(self) -> None:
        self.watchers = 0
        self.view: View | None = None


class Live:
    """Tells views of jobs to those who watch them, as many as there are."""

    def __init__(self, of: Services) -> None:
        self._of = of
        self._changed = threading.Condition()
        self._watched: dict[str, _Watched] = {}
        self._looking = False
        self._look = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """Look no more; returns once a look that is under way is over."""
        with self._look:
            self._closed = True

    @contextmanager
    def watch(self, job_id: str) -> Iterator["Watch"]:
        """Watch a job as long as the context lasts."""
        with self._changed:
            watched = self._watched.setdefault(job_id, _Watched())
            watched.watchers += 1
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._run, name="live", daemon=True).start()
        try:
            yield Watch(self._changed, watched)
        finally:
            with self._changed:
                watched.watchers -= 1
                if not watched.watchers:
                    del self._watched[job_id]

    def _run(self) -> None:
        """Look until nobody watches any more."""
        while True:
            with self._changed:
                wanted = list(self._watched)
                if not wanted or stopping.is_set():
                    self._looking = False
                    self._changed.notify_all()
                    return
            began = time.monotonic()
            try:
                with self._look:
                    if self._closed:
                        return
                    self._tell(views(self._of, wanted))
            # Whatever it is: without this thread nobody hears of anything.
            except Exception as error:
                log.warning("watched jobs not read", exc_info=error)
            took = time.monotonic() - began
            stopping.wait(max(PAUSE_SECONDS, took / SHARE))

    def _tell(self, found: Mapping[str, View]) -> None:
        with self._changed:
            for job_id, view in found.items():
                watched = self._watched.get(job_id)
                if watched is not None:
                    watched.view = view
            self._changed.notify_all()


class Watch:
    """One who watches a job."""

    def __init__(self, changed: threading.Condition, watched: _Watched) -> None:
        self._changed = changed
        self._watched = watched

    def next(self, known: str, seconds: float) -> View | None:
        """Return a view other than the known one, or None when there is none in time."""

        def is_new() -> bool:
            view = self._watched.view
            return stopping.is_set() or (view is not None and view.id != known)

        with self._changed:
            self._changed.wait_for(is_new, seconds)
            view = self._watched.view
        return view if view is not None and view.id != known else None


def views(of: Services, job_ids: Sequence[str]) -> dict[str, View]:
    """Return how jobs are now; one that does not exist any more has no view."""
    with of.reading() as session:
        found = jobs.several(session, job_ids)
        living = [job.id for job in found if not job.status.terminal]
        stands = jobs.stands_of_several(session, living)
        files = {job.id: jobs.files_of(session, job.id) for job in found if job.status.terminal}
    progress = progress_of_several(stands, of.link)
    made = {}
    for job in found:
        if job.status.terminal:
            shown = at_end(job, files[job.id])
            listed = [_ended_file(one) for one in files[job.id]]
        else:
            shown, listed = progress[job.id], _files(stands[job.id])
        made[job.id] = _view(job, dict(shown.document()), listed)
    return made


def _view(job: Job, progress: dict[str, Any], files: Sequence[dict[str, Any]]) -> View:
    status = {
        "job_id": job.id,
        "status": job.status,
        "progress": progress,
        "counts": job.counts,
    }
    content = json.dumps([status, files], sort_keys=True).encode()
    return View(blake2s(content, digest_size=8).hexdigest(), status, files, job.status.terminal)


def _files(stands: Sequence[Stand]) -> list[dict[str, Any]]:
    """Return the files of a living job that are done; what became of them is said at the end."""
    return [
        {"file_no": one.file_no, "status": None, "reason": None, "counts": counts}
        for one in stands
        if one.file_no and not one.divided and (counts := (one.result or {}).get("counts"))
    ]


def _ended_file(one: JobFile) -> dict[str, Any]:
    return {
        "file_no": one.file_no,
        "status": one.status,
        "reason": one.reason,
        "counts": one.counts,
    }
