"""What an owner has stored counts exports too: those that were made before."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_BYTES = {"sqlite": "json_extract(made, '$.bytes')", "postgresql": "(made ->> 'bytes')::bigint"}


def _count(sign: str) -> None:
    size = _BYTES[op.get_bind().dialect.name]
    of_owner = (
        f"SELECT SUM({size}) FROM export JOIN job ON job.id = export.job_id "
        "WHERE job.owner = owner_usage.owner AND job.purged_at IS NULL AND made IS NOT NULL"
    )
    op.execute(
        sa.text(
            f"UPDATE owner_usage SET bytes_stored = bytes_stored {sign} COALESCE(({of_owner}), 0)"
        )
    )


def upgrade() -> None:
    """Go to this revision."""
    _count("+")


def downgrade() -> None:
    """Go back to the revision before."""
    _count("-")
