"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "audit_log",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("what", sa.String(255), nullable=False),
        sa.Column("target", sa.String(255), nullable=True),
        sa.Column("address", sa.String(255), nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("previous_sha256", sa.String(64), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="audit_log_pkey"),
    )
    op.create_index("audit_log_by_time", "audit_log", ["at"])
    op.create_table(
        "event_seen",
        sa.Column("eid", sa.String(255), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("eid", name="event_seen_pkey"),
    )
    op.create_index("event_seen_by_time", "event_seen", ["seen_at"])
    op.create_table(
        "job",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("operation", sa.String(255), nullable=False),
        sa.Column("profile", sa.String(255), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("plan_uri", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(255), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("cancel_wanted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("settle_at", TIME, nullable=True),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("manifest_uri", sa.Text(), nullable=True),
        sa.Column("counts", JSON, nullable=True),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("purged_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="job_pkey"),
    )
    op.create_index("job_by_status", "job", ["status", "created_at", "id"])
    op.create_index("job_by_time", "job", ["created_at", "id"])
    op.create_index(
        "job_to_cancel", "job", ["id"], **_where("cancel_wanted AND finished_at IS NULL")
    )
    op.create_index("job_to_purge", "job", ["finished_at"], **_where("purged_at IS NULL"))
    op.create_index("job_to_settle", "job", ["settle_at"], **_where("settle_at IS NOT NULL"))
    op.create_table(
        "redis_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.String(255), nullable=False),
        sa.Column("server", sa.String(255), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="redis_state_pkey"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="idempotency_key_job_id_fkey"),
        sa.PrimaryKeyConstraint("owner", "key", name="idempotency_key_pkey"),
    )
    op.create_table(
        "issue_count",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("table", sa.String(255), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("rule_id", sa.String(255), nullable=False),
        sa.Column("severity", sa.String(255), nullable=False),
        sa.Column("disposition", sa.String(255), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="issue_count_job_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="issue_count_pkey"),
    )
    op.create_index("issue_count_by_job", "issue_count", ["job_id", "rule_id"])
    op.create_table(
        "item",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("file_no", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("message", JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("delivery", sa.Integer(), nullable=False),
        sa.Column("event_rank", sa.SmallInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("losses", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(64), nullable=True),
        sa.Column("worker", sa.String(255), nullable=True),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("manifest_uri", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="item_job_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="item_pkey"),
        sa.UniqueConstraint("job_id", "kind", "file_no", name="item_job_id_kind_file_no_key"),
    )
    op.create_index("item_by_job", "item", ["job_id", "state"])
    op.create_index("item_by_state", "item", ["state", "ended_at"])
    op.create_index("item_live", "item", ["id"], **_where("ended_at IS NULL"))
    op.create_table(
        "job_file",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("file_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("media", sa.String(255), nullable=False),
        sa.Column("table", sa.String(255), nullable=True),
        sa.Column("status", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("counts", JSON, nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="job_file_job_id_fkey"),
        sa.PrimaryKeyConstraint("job_id", "file_no", name="job_file_pkey"),
    )
    op.create_table(
        "output",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(255), nullable=False),
        sa.Column("table", sa.String(255), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="output_job_id_fkey"),
        sa.PrimaryKeyConstraint("job_id", "name", name="output_pkey"),
    )
    op.create_table(
        "attempt",
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim", sa.String(64), nullable=False),
        sa.Column("delivery", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(255), nullable=True),
        sa.Column("started_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("swept_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="attempt_item_id_fkey"),
        sa.PrimaryKeyConstraint("item_id", "epoch", "claim", name="attempt_pkey"),
    )
    op.create_index(
        "attempt_to_sweep",
        "attempt",
        ["item_id"],
        **_where("swept_at IS NULL AND (outcome IS NULL OR outcome <> 'succeeded')"),
    )
    op.create_table(
        "outbox",
        sa.Column("item_id", sa.String(36), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="outbox_item_id_fkey"),
        sa.PrimaryKeyConstraint("item_id", name="outbox_pkey"),
    )
    op.create_index("outbox_by_priority", "outbox", ["priority", "due_at"])
    op.create_index("outbox_by_time", "outbox", ["created_at"])


def downgrade() -> None:
    """Go back to the revision before."""
    for table in (
        "outbox",
        "attempt",
        "output",
        "job_file",
        "item",
        "issue_count",
        "idempotency_key",
        "redis_state",
        "job",
        "event_seen",
        "audit_log",
    ):
        op.drop_table(table)
