"""Alembic's entry: which database is migrated, and which tables it should have.

``web.db.schema`` hands over a connection. The ``alembic`` command has none and gets the database
of the environment, as every process does: ``alembic revision --autogenerate -m "add a column"``.
"""

import os
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from web.config import Settings
from web.db.models import Base
from web.db.schema import migrating
from web.db.session import engine_for
from web.db.types import UtcTime


def run(connection: sa.Connection) -> None:
    """Run what the command wants; all steps of an upgrade are one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=plain,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def plain(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types as what they are in the database: a step outlives their code."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = engine_for(Settings.from_environ(os.environ).database_url)
    with migrating(engine) as opened:
        run(opened)
    engine.dispose()
