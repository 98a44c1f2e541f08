"""Users of the console, their sessions, and tries to log in that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "login_user",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="login_user_pkey"),
        sa.UniqueConstraint("name", name="login_user_name_key"),
    )
    op.create_table(
        "login_session",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="login_session_pkey"),
        sa.ForeignKeyConstraint(["user_id"], ["login_user.id"], name="login_session_user_id_fkey"),
    )
    op.create_index("login_session_by_user", "login_session", ["user_id"])
    op.create_table(
        "login_failure",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="login_failure_pkey"),
    )


def downgrade() -> None:
    """Go back to the revision before; nobody can log in any more."""
    op.drop_table("login_failure")
    op.drop_index("login_session_by_user", "login_session")
    op.drop_table("login_session")
    op.drop_table("login_user")
