"""What an owner has stored, what keys may have at most, and an index of the jobs in flight."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_IN_FLIGHT = sa.text("finished_at IS NULL")
_STORED = """
INSERT INTO owner_usage (owner, bytes_stored)
SELECT owner, SUM(bytes) FROM (
    SELECT job.owner, file.bytes FROM job_file AS file JOIN job ON job.id = file.job_id
    WHERE job.owner IS NOT NULL AND job.purged_at IS NULL
    UNION ALL
    SELECT job.owner, output.bytes FROM output JOIN job ON job.id = output.job_id
    WHERE job.owner IS NOT NULL AND job.purged_at IS NULL
) AS stored GROUP BY owner
"""


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "owner_usage",
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("bytes_stored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="owner_usage_pkey"),
    )
    op.execute(_STORED)
    op.create_index(
        "job_in_flight", "job", ["owner"], sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT
    )
    op.add_column("api_key", sa.Column("max_jobs_in_flight", sa.Integer()))
    op.add_column("api_key", sa.Column("max_bytes_stored", sa.BigInteger()))


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("api_key") as table:
        table.drop_column("max_bytes_stored")
        table.drop_column("max_jobs_in_flight")
    op.drop_index("job_in_flight", "job")
    op.drop_table("owner_usage")
