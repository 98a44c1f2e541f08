"""When jobs were run again: what was asked before that does not mean them as they are now."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("job", sa.Column("retried_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_column("job", "retried_at")
