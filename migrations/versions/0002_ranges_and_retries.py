"""Ranges of large files, and retries of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("retries", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("item") as table:
        table.add_column(sa.Column("range_no", sa.Integer(), server_default="0", nullable=False))
        table.add_column(
            sa.Column("to_divide", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.drop_constraint("item_job_id_kind_file_no_key", type_="unique")
        table.create_unique_constraint(
            "item_job_id_kind_file_no_range_no_key", ["job_id", "kind", "file_no", "range_no"]
        )


def downgrade() -> None:
    """Go back to the revision before; items that it has no place for stand in the way."""
    with op.batch_alter_table("item") as table:
        table.drop_constraint("item_job_id_kind_file_no_range_no_key", type_="unique")
        table.create_unique_constraint(
            "item_job_id_kind_file_no_key", ["job_id", "kind", "file_no"]
        )
        table.drop_column("to_divide")
        table.drop_column("range_no")
    with op.batch_alter_table("job") as table:
        table.drop_column("retries")
