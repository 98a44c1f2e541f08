"""Jobs as lists: which of them, a page of them, how many. Quick among a million.

Every filter but the text has an index. A text is looked for in the names of files, so many jobs at
a time: what a page costs does not depend on how rare the text is.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, literal_column, select, text, tuple_
from sqlalchemy.orm import Session

from web.db.bulk import POSTGRESQL, dialect_of
from web.db.models import TO_RETRY, Job, JobFile, JobStatus
from web.db.words import Act
from web.ids import is_id

COUNTED_EXACTLY = 10_000
LOOKED_THROUGH = 10_000
"""Jobs whose files one page looks at for a text."""

Place = tuple[datetime.datetime, str]
"""Where a job stands in a list: when it was made, and its id."""


@dataclass(frozen=True)
class Filter:
    """Which jobs: None is any. ``since`` is inclusive, ``until`` is not.

    ``open_to``: only those to which this can be done.
    """

    owner: str | None = None
    status: JobStatus | None = None
    operation: str | None = None
    profile: str | None = None
    text: str | None = None
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    open_to: Act | None = None
    owner_has_few: bool = False
    """Whether the other filters are to be held against the owner's jobs one by one."""

    @property
    def job_id(self) -> str | None:
        """The text, if it is the id of a job."""
        return self.text if self.text is not None and is_id(self.text) else None

    @property
    def name(self) -> str | None:
        """The text, if it is to be looked for in names."""
        return None if self.job_id else self.text

    def document(self) -> dict[str, str]:
        """Return the filter as JSON holds it, with the names that the API has; without its act."""
        told = {
            "owner": self.owner,
            "status": self.status.value if self.status else None,
            "operation": self.operation,
            "profile": self.profile,
            "text": self.text,
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def made_before(self, moment: datetime.datetime) -> "Filter":
        """Return the filter without jobs that were made at a moment or later."""
        return replace(self, until=min(self.until or moment, moment))

    @classmethod
    def of_document(cls, told: Mapping[str, str], open_to: Act) -> "Filter":
        """Return the filter that ``document`` told of, narrowed to what can be done."""
        return cls(
            told.get("owner"),
            JobStatus(told["status"]) if "status" in told else None,
            told.get("operation"),
            told.get("profile"),
            told.get("text"),
            datetime.datetime.fromisoformat(told["from"]) if "from" in told else None,
            datetime.datetime.fromisoformat(told["to"]) if "to" in told else None,
            open_to,
        )


@dataclass(frozen=True)
class Count:
    """How many there are; when not ``exact``, at least so many."""

    count: int
    exact: bool


@dataclass(frozen=True)
class Page:
    """Some jobs, and behind which place the list goes on, if it does."""

    jobs: Sequence[Job]
    next: Place | None


def page(session: Session, some: Filter, *, before: Place | None, limit: int) -> Page:
    """Return jobs, the newest first, beginning after the one at ``before``.

    With a text there may be fewer, or none, and still a place from where to look further.
    """
    some = _knowing(session, some)
    wanted = _behind(select(Job), some, before)
    if some.name is not None:
        return _with_text(session, some, before, limit)
    found = session.scalars(_newest_first(wanted).limit(limit + 1)).all()
    return Page(found[:limit], _place(found[limit - 1]) if len(found) > limit else None)


def count(session: Session, some: Filter) -> Count:
    """Return how many jobs there are; counting stops at 10,000.

    With a text those among the newest 10,000 that the other filters leave are counted.
    """
    some = _knowing(session, some)
    if some.name is None:
        ids = _behind(select(Job.id), some, None).limit(COUNTED_EXACTLY + 1).subquery()
        found = session.scalar(select(func.count()).select_from(ids)) or 0
        return Count(min(found, COUNTED_EXACTLY), found <= COUNTED_EXACTLY)
    window = _window(session, some, None)
    there = _named(window, some.name).subquery()
    found = session.scalar(select(func.count()).select_from(there)) or 0
    return Count(found, window.last is None)


def count_all(session: Session, some: Filter) -> int:
    """Return exactly how many jobs there are, however many: for what is to be done to them."""
    wanted = _behind(select(Job.id), _knowing(session, some), None)
    if some.name is not None:
        wanted = _named(_Window(wanted, None, None), some.name)
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


@dataclass(frozen=True)
class _Window:
    """Ids of the jobs among which a name is looked for, all between ``first`` and ``last``.

    Without ``last`` no jobs stand behind these.
    """

    ids: Any
    first: Place | None
    last: Place | None


def _window(session: Session, some: Filter, before: Place | None) -> _Window:
    jobs = _newest_first(_behind(select(Job.created_at, Job.id), some, before))
    last = session.execute(jobs.offset(LOOKED_THROUGH - 1).limit(1)).one_or_none()
    ids = jobs.with_only_columns(Job.id).limit(LOOKED_THROUGH)
    return _Window(ids, before, (last[0], last[1]) if last is not None else None)


def _with_text(session: Session, some: Filter, before: Place | None, limit: int) -> Page:
    window = _window(session, some, before)
    ids = _named(window, some.name or "")
    found = session.scalars(_newest_first(select(Job).where(Job.id.in_(ids))).limit(limit + 1))
    jobs = found.all()
    if len(jobs) > limit:
        return Page(jobs[:limit], _place(jobs[limit - 1]))
    return Page(jobs, window.last)


def _named(window: _Window, text: str) -> Any:
    """Return the ids of those jobs of which a file is called so in part.

    Ids sort as their times do: without their bounds PostgreSQL would look at every file.
    """
    ids = window.ids.subquery()
    holds = [JobFile.name.icontains(text, autoescape=True)]
    if window.last is not None:
        holds.append(JobFile.job_id >= window.last[1])
    if window.first is not None:
        holds.append(JobFile.job_id < window.first[1])
    return select(ids.c.id).join(JobFile, JobFile.job_id == ids.c.id).where(*holds).distinct()


def _knowing(session: Session, some: Filter) -> Filter:
    """Return a filter that knows whether its owner has few jobs.

    SQLite believes that all owners have as many: among those of others it would look for jobs of
    this one by a status, say, and read all that have it.
    """
    if some.owner is None or dialect_of(session) == POSTGRESQL:
        return some
    few = select(Job.id).where(Job.owner == some.owner).limit(COUNTED_EXACTLY + 1).subquery()
    count = session.scalar(select(func.count()).select_from(few)) or 0
    return replace(some, owner_has_few=count <= COUNTED_EXACTLY)


def _newest_first(wanted: Any) -> Any:
    return wanted.order_by(Job.created_at.desc(), Job.id.desc())


def _place(job: Job) -> Place:
    return job.created_at, job.id


def _behind(wanted: Any, some: Filter, before: Place | None) -> Any:
    """Narrow a question to a filter, but for its text, and to what stands behind a place."""
    others = {Job.status: some.status, Job.operation: some.operation, Job.profile: some.profile}
    holds: list[ColumnElement[bool] | TextClause] = [
        # what is put together has no index
        (column.concat(literal_column("''")) if some.owner_has_few else column) == value
        for column, value in others.items()
        if value is not None
    ]
    if some.owner is not None:
        holds.append(Job.owner == some.owner)
    if some.job_id is not None:
        holds.append(Job.id == some.job_id)
    if some.since is not None:
        holds.append(Job.created_at >= some.since)
    if some.until is not None:
        holds.append(Job.created_at < some.until)
    if some.open_to is Act.CANCEL:
        holds += [Job.finished_at.is_(None), Job.cancel_wanted.is_(False)]
    if some.open_to is Act.RETRY:
        holds.append(text(TO_RETRY))
    if before is not None:
        holds.append(tuple_(Job.created_at, Job.id) < tuple_(*before))
    return wanted.where(*holds)
