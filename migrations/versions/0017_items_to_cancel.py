"""The wish to cancel an item alone, which stood in Redis only."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_TO_CANCEL = sa.text("cancel_wanted AND ended_at IS NULL")


def upgrade() -> None:
    """Go to this revision."""
    op.add_column(
        "item", sa.Column("cancel_wanted", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index(
        "item_to_cancel", "item", ["id"], sqlite_where=_TO_CANCEL, postgresql_where=_TO_CANCEL
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_index("item_to_cancel", "item")
    op.drop_column("item", "cancel_wanted")
