"""The steps in ``migrations/`` make what ``web.db.models`` says, on both databases."""

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, delete, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from harmonizer.ports import free_port
from web.config import ROOT
from web.db.models import Base, Job, JobFile, OwnerUsage, Priority
from web.db.schema import EMPTY, migrate, migrating, newest_revision, revision
from web.db.session import engine_for
from web.db.task_models import Export

JOB = {
    "id": "j1",
    "operation": "harmonize",
    "profile": "us-core",
    "priority": Priority.NORMAL,
    "today": datetime.date(2026, 1, 2),
    "options": {},
    "owner": "",
    "created_at": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
}
FILE = {
    "job_id": "j1",
    "file_no": 1,
    "name": "1.csv",
    "source": "north",
    "uri": "jobs/j1/input/1",
    "sha256": "0" * 64,
    "bytes": 1,
    "media": "text/csv",
}


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    engine = engine_for(empty_database_url)
    yield engine
    engine.dispose()


def test_the_steps_make_the_tables_of_the_models(engine: Engine) -> None:
    assert migrate(engine) == (None, newest_revision())
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
        assert revision(connection) == newest_revision()


def test_partial_indexes_have_the_conditions_of_the_models(engine: Engine) -> None:
    """``compare_metadata`` does not look at conditions."""

    def indexes() -> dict[str, object]:
        found = inspect(engine)
        return {
            str(index["name"]): [
                *index["column_names"],
                *(f"{name} {is_}" for name, is_ in index.get("dialect_options", {}).items()),
            ]
            for table in Base.metadata.tables
            for index in found.get_indexes(table)
        }

    migrate(engine)
    migrated = indexes()
    migrate(engine, EMPTY)
    Base.metadata.create_all(engine)
    assert migrated == indexes()


def test_the_steps_can_be_taken_back_and_again(engine: Engine) -> None:
    migrate(engine)
    assert migrate(engine, EMPTY) == (newest_revision(), None)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    assert migrate(engine) == (None, newest_revision())


def test_a_table_that_others_refer_to_can_be_rebuilt(engine: Engine) -> None:
    migrate(engine)
    with migrating(engine) as connection:
        connection.execute(insert(Job), [JOB])
        connection.execute(insert(JobFile), [FILE])
    with migrating(engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("job") as job:
            job.alter_column("owner", nullable=False, server_default="")
    with engine.connect() as connection:
        assert connection.execute(select(JobFile.job_id)).all() == [("j1",)]
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(delete(Job))


def test_a_step_that_leaves_rows_referring_to_nothing_is_taken_back(engine: Engine) -> None:
    migrate(engine)
    with pytest.raises((IntegrityError, RuntimeError)), migrating(engine) as connection:
        connection.execute(insert(JobFile), [FILE])
    with engine.connect() as connection:
        assert connection.execute(select(JobFile.job_id)).all() == []


def test_exports_that_were_made_before_are_counted(engine: Engine) -> None:
    migrate(engine)
    export = {"job_id": "j1", "name": "a.csv", "sha256": "0" * 64, "uri": "a", "format": "json"}
    with engine.begin() as connection:
        connection.execute(insert(Job), [JOB | {"owner": "north"}])
        rows: list[dict[str, Any]] = [
            {"id": "e1", "made": {"bytes": 7}},
            {"id": "e2", "made": None, "format": "fhir"},
        ]
        connection.execute(insert(Export), [export | row for row in rows])
        connection.execute(insert(OwnerUsage), [{"owner": "north", "bytes_stored": 10}])

    def stored() -> int | None:
        with engine.connect() as connection:
            return connection.scalar(select(OwnerUsage.bytes_stored))

    migrate(engine, "0013")
    assert stored() == 3
    migrate(engine)
    assert stored() == 10


def _init_db(database_url: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "scripts/init_db.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"HARMONIZER_DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_init_db_may_run_several_times_at_once(empty_database_url: str) -> None:
    running = [_init_db(empty_database_url) for _ in range(3)]
    outcomes = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], outcomes
    said = sorted(output.split(" ", 1)[1] for output, _ in outcomes)
    newest = newest_revision()
    assert said == [
        *[f"is up to date (revision {newest}).\n"] * 2,
        f"was brought from empty to revision {newest}.\n",
    ]


def test_init_db_says_why_a_database_cannot_be_used() -> None:
    url = f"postgresql://somebody:secret@127.0.0.1:{free_port()}/x"
    process = _init_db(url, "--wait", "0")
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert errors.startswith("The database cannot be used: ")
    assert "secret" not in errors


def test_init_db_prints_its_usage(sqlite_url: str) -> None:
    process = _init_db(sqlite_url, "--help")
    assert process.communicate()[0].startswith("usage: python scripts/init_db.py [--wait SECONDS]")
    assert process.returncode == 0
