"""Items that compare a shard of the records of a job."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_BEFORE = ["job_id", "kind", "file_no", "range_no"]


def upgrade() -> None:
    """Go to this revision."""
    with op.batch_alter_table("item") as table:
        table.add_column(sa.Column("shard_no", sa.Integer(), server_default="0", nullable=False))
        table.drop_constraint("item_job_id_kind_file_no_range_no_key", type_="unique")
        table.create_unique_constraint(
            "item_job_id_kind_file_no_range_no_shard_no_key", [*_BEFORE, "shard_no"]
        )


def downgrade() -> None:
    """Go back to the revision before; items that it has no place for stand in the way."""
    with op.batch_alter_table("item") as table:
        table.drop_constraint("item_job_id_kind_file_no_range_no_shard_no_key", type_="unique")
        table.create_unique_constraint("item_job_id_kind_file_no_range_no_key", _BEFORE)
        table.drop_column("shard_no")
