"""What the console lists and does: jobs among a million, many at once; dismissals; comparisons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0010"

_TIME = sa.DateTime(timezone=True)
_INDEXES = {
    "job_by_operation": ["operation", "created_at", "id"],
    "job_by_profile": ["profile", "created_at", "id"],
    "job_by_end": ["finished_at", "status", "owner"],
}


_NOTED = (
    sa.Column("swept_at", _TIME),
    sa.Column("repairs", sa.JSON().with_variant(JSONB(), "postgresql")),
    sa.Column("repaired_at", _TIME),
    sa.Column("checked_at", _TIME),
    sa.Column("violations", sa.Integer()),
)


def upgrade() -> None:
    """Go to this revision."""
    for name, columns in _INDEXES.items():
        op.create_index(name, "job", columns)
    for column in _NOTED:
        op.add_column("redis_state", column._copy())
    op.add_column("item", sa.Column("dismissed_at", _TIME))
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("jobs", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("owner", sa.String(255)),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("key_id", sa.String(36)),
        sa.Column("address", sa.String(255)),
        sa.Column("behind", sa.String(36)),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="bulk_act_pkey"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("bulk_act")
    with op.batch_alter_table("redis_state") as table:
        for column in _NOTED:
            table.drop_column(column.name)
    with op.batch_alter_table("item") as table:
        table.drop_column("dismissed_at")
    for name in _INDEXES:
        op.drop_index(name, "job")
