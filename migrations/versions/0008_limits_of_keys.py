"""How many requests a key may make in a minute, where it is not what the setting says."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Go to this revision."""
    op.add_column("api_key", sa.Column("requests_per_minute", sa.Integer()))


def downgrade() -> None:
    """Go back to the revision before."""
    with op.batch_alter_table("api_key") as table:
        table.drop_column("requests_per_minute")
