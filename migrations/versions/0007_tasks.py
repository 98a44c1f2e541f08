"""What the tasks process is to do."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "task",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reason", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="task_pkey"),
        sa.UniqueConstraint("kind", "target", name="task_kind_target_key"),
    )
    op.create_index("task_by_due", "task", ["due_at"])


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("task")
