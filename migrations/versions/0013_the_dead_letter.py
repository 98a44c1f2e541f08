"""What is dead, and what can be run again, have indexes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_DEAD_LETTER = sa.text("state = 'dead' AND dismissed_at IS NULL")
_TO_RETRY = sa.text("status IN ('failed', 'partial', 'cancelled') AND purged_at IS NULL")
_OF_ITEM = ["state", "kind", "reason", "ended_at", "id", "job_id", "file_no", "range_no"]

# What died in a job whose files were deleted is in the dead letter no more.
_PURGED = sa.text(
    "UPDATE item SET dismissed_at = (SELECT purged_at FROM job WHERE job.id = item.job_id) "
    "WHERE state = 'dead' AND dismissed_at IS NULL "
    "AND job_id IN (SELECT id FROM job WHERE purged_at IS NOT NULL)"
)


def upgrade() -> None:
    """Go to this revision."""
    op.execute(_PURGED)
    op.create_index(
        "item_dead", "item", _OF_ITEM, sqlite_where=_DEAD_LETTER, postgresql_where=_DEAD_LETTER
    )
    op.create_index(
        "job_to_retry",
        "job",
        ["status", "created_at", "id"],
        sqlite_where=_TO_RETRY,
        postgresql_where=_TO_RETRY,
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index("job_to_retry", "job")
    op.drop_index("item_dead", "item")
