"""What the tasks process is to do: exports, webhooks, purges but for holds; profiles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


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
    op.create_table(
        "export",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("table", sa.String(255)),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("format", sa.String(255), nullable=False),
        sa.Column("made", JSON),
        sa.Column("reason", sa.String(255)),
        sa.Column("ended_at", TIME),
        sa.PrimaryKeyConstraint("id", name="export_pkey"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="export_job_id_fkey"),
        sa.UniqueConstraint(
            "job_id", "name", "sha256", "format", name="export_job_id_name_sha256_format_key"
        ),
    )
    op.add_column("job", sa.Column("webhook_id", sa.String(36)))
    op.add_column("job", sa.Column("profile_sha256", sa.String(64)))
    op.add_column("job", sa.Column("held_at", TIME))
    op.add_column("job", sa.Column("held_why", sa.Text()))
    op.create_table(
        "webhook",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("secret", sa.String(255), nullable=False),
        sa.Column("old_secret", sa.String(255)),
        sa.Column("old_until", TIME),
        sa.Column("disabled_at", TIME),
        sa.Column("disabled_why", sa.String(255)),
        sa.Column("well_at", TIME),
        sa.PrimaryKeyConstraint("id", name="webhook_pkey"),
        sa.UniqueConstraint("owner", "url", name="webhook_owner_url_key"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("webhook_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("event", sa.String(255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tried_at", TIME),
        sa.Column("status", sa.Integer()),
        sa.Column("reason", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="webhook_delivery_pkey"),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name="webhook_delivery_webhook_id_fkey"
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="webhook_delivery_job_id_fkey"),
    )
    op.create_index("webhook_delivery_by_webhook", "webhook_delivery", ["webhook_id", "id"])
    op.create_index("webhook_delivery_by_time", "webhook_delivery", ["created_at"])
    op.create_table(
        "profile_version",
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("version", sa.String(255), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("extends", sa.String(255)),
        sa.Column("tables", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", "version", name="profile_version_pkey"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("profile_version")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    with op.batch_alter_table("job") as table:
        for name in ("webhook_id", "profile_sha256", "held_at", "held_why"):
            table.drop_column(name)
    op.drop_table("export")
    op.drop_table("task")
