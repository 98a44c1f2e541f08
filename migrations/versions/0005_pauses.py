"""What is paused, should Redis lose it."""

import sqlalchemy as sa
from alembic import op

from web.db.types import UtcTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "pause",
        sa.Column("scope", sa.String(255), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pause_pkey"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("pause")
