"""Rows made from a job's manifest: what became of its files, its outputs, counts of its issues."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from web.db import usage
from web.db.manifest import Counts, FileEntry, Manifest
from web.db.models import FileStatus, IssueCount, Item, ItemState, Job, JobFile, Output


def record(session: Session, job_id: str, manifest_uri: str, manifest: Manifest) -> None:
    """Write down what a manifest says, in place of what one said before."""
    for file, entries in _shared_out(_files(session, job_id), manifest.files):
        _record_file(file, entries)
    folder = manifest_uri.rpartition("/")[0]
    outputs = [vars(output) | {"uri": f"{folder}/{output.name}"} for output in manifest.outputs]
    _replace_issues(session, job_id, [vars(issue) for issue in manifest.issues])
    _replace_outputs(session, job_id, outputs)


def record_dead(session: Session, job_id: str) -> None:
    """Write down which files have failed because an item of theirs is dead."""
    rows = session.execute(
        select(Item.file_no, Item.reason)
        .where(Item.job_id == job_id, Item.file_no > 0, Item.state == ItemState.DEAD)
        .order_by(Item.file_no, Item.range_no.desc())
    )
    dead = {file_no: reason for file_no, reason in rows}
    for file in _files(session, job_id):
        if file.file_no in dead:
            file.status, file.reason = FileStatus.FAILED, dead[file.file_no]


def forget(session: Session, job_id: str) -> None:
    """Forget what a result was: the job is to get another one."""
    for file in _files(session, job_id):
        file.status = file.reason = file.counts = None
    _replace_issues(session, job_id, [])
    _replace_outputs(session, job_id, [])


def _files(session: Session, job_id: str) -> Sequence[JobFile]:
    statement = select(JobFile).where(JobFile.job_id == job_id).order_by(JobFile.file_no)
    return session.scalars(statement).all()


def _shared_out(
    files: Sequence[JobFile], entries: Sequence[FileEntry]
) -> Iterator[tuple[JobFile, Sequence[FileEntry]]]:
    """Yield each file that the manifest knows with its entries, found by the digest of its bytes.

    An input with several tables has several entries. Files with the same bytes have equally many
    of them, in the order of the files.
    """
    by_digest = defaultdict(list)
    for entry in entries:
        by_digest[entry.sha256].append(entry)
    twins = defaultdict(list)
    for file in files:
        twins[file.sha256].append(file)
    for digest, same in twins.items():
        share = len(by_digest[digest]) // len(same)
        if share:
            for place, file in enumerate(same):
                yield file, by_digest[digest][place * share : (place + 1) * share]


def _record_file(file: JobFile, entries: Sequence[FileEntry]) -> None:
    # A file with several tables has failed when one of them has: a person should look.

    failed = [entry for entry in entries if entry.status is FileStatus.FAILED]
    told = (failed or entries)[0]
    file.status, file.reason = told.status, told.reason
    file.counts = _sum([entry.counts for entry in entries])
    tables = {entry.table for entry in entries}
    if file.table is None and len(tables) == 1:
        file.table = tables.pop()


def _sum(counts: Sequence[Counts]) -> Counts:
    names = dict.fromkeys(name for one in counts for name in one)
    return {name: sum(one.get(name, 0) for one in counts) for name in names}


def _replace_issues(session: Session, job_id: str, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(delete(IssueCount).where(IssueCount.job_id == job_id))
    if rows:
        session.execute(insert(IssueCount), [row | {"job_id": job_id} for row in rows])


def _replace_outputs(session: Session, job_id: str, rows: Sequence[dict[str, Any]]) -> None:
    gone = session.scalars(
        delete(Output).where(Output.job_id == job_id).returning(Output.bytes)
    ).all()
    if rows:
        session.execute(insert(Output), [row | {"job_id": job_id} for row in rows])
    more = sum(row["bytes"] for row in rows) - sum(gone)
    if more:
        usage.add(session, session.get_one(Job, job_id).owner, more)
