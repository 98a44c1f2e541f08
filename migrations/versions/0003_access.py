"""Keys of callers, owners of jobs, and seals of the audit log."""

import sqlalchemy as sa
from alembic import op

from web.db.types import UtcTime, word
from web.db.words import Role

revision = "0003"
down_revision = "0002"

_TO_SEAL = sa.text("seal_no IS NULL")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("role", word(Role), nullable=False),
        sa.Column("prefix", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime()),
        sa.Column("revoked_at", UtcTime()),
        sa.Column("used_at", UtcTime()),
        sa.PrimaryKeyConstraint("id", name="api_key_pkey"),
        sa.UniqueConstraint("sha256", name="api_key_sha256_key"),
    )
    op.create_index("api_key_by_owner", "api_key", ["owner"])
    op.create_index("job_by_owner", "job", ["owner", "created_at", "id"])
    with op.batch_alter_table("audit_log") as table:
        table.add_column(sa.Column("key_id", sa.String(36)))
        table.add_column(sa.Column("seal_no", sa.BigInteger()))
        table.create_unique_constraint("audit_log_seal_no_key", ["seal_no"])
    op.create_index(
        "audit_log_to_seal",
        "audit_log",
        ["id"],
        sqlite_where=_TO_SEAL,
        postgresql_where=_TO_SEAL,
    )


def downgrade() -> None:
    """Go back to the revision before; keys and seals are forgotten."""
    op.drop_index("audit_log_to_seal", "audit_log")
    with op.batch_alter_table("audit_log") as table:
        table.drop_constraint("audit_log_seal_no_key", type_="unique")
        table.drop_column("seal_no")
        table.drop_column("key_id")
    op.drop_index("job_by_owner", "job")
    op.drop_index("api_key_by_owner", "api_key")
    op.drop_table("api_key")
