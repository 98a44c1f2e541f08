"""The registry of persons: who is who across jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNDECIDED = sa.text("decision_id IS NULL")
WITH_OTHER = sa.text("other_id IS NOT NULL")


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "registry",
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("founded", sa.BigInteger(), nullable=False),
        sa.Column("profile", sa.String(255)),
        sa.Column("profile_version", sa.String(255)),
        sa.Column("changed_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="registry_pkey"),
    )
    op.create_table(
        "person",
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("founded_at", TIME, nullable=False),
        sa.Column("merged_into", sa.String(16)),
        sa.Column("merged_at", TIME),
        sa.PrimaryKeyConstraint("owner", "id", name="person_pkey"),
    )
    op.create_index("person_by_number", "person", ["owner", "number"])
    op.create_index("person_merged", "person", ["owner", "merged_into"])
    op.create_table(
        "person_record",
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("row_uid", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(16), nullable=False),
        sa.Column("first_person_id", sa.String(16), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("source_file", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("record_no", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Text()),
        sa.Column("method", sa.String(255)),
        sa.Column("score", sa.Float()),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.Column("compared", JSON, nullable=False),
        sa.Column("others", JSON, nullable=False),
        sa.PrimaryKeyConstraint("owner", "row_uid", name="person_record_pkey"),
    )
    op.create_index("person_record_by_person", "person_record", ["owner", "person_id"])
    op.create_index(
        "person_record_by_delivery",
        "person_record",
        ["owner", "source", "file_sha256", "record_no"],
    )
    op.create_table(
        "person_decision",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("same", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("a", JSON, nullable=False),
        sa.Column("b", JSON, nullable=False),
        sa.Column("moves", JSON, nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("undone_at", TIME),
        sa.Column("undone_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="person_decision_pkey"),
    )
    op.create_index("person_decision_by_owner", "person_decision", ["owner", "id"])
    op.create_table(
        "review_pair",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("a", sa.String(32), nullable=False),
        sa.Column("b", sa.String(32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(255), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("found_at", TIME, nullable=False),
        sa.Column("decision_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="review_pair_pkey"),
        sa.UniqueConstraint("owner", "a", "b", name="review_pair_owner_a_b_key"),
    )
    op.create_index(
        "review_pair_open",
        "review_pair",
        ["owner", "score", "id"],
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
    op.create_table(
        "person_event",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("person_id", sa.String(16), nullable=False),
        sa.Column("other_id", sa.String(16)),
        sa.Column("job_id", sa.String(36)),
        sa.Column("decision_id", sa.BigInteger()),
        sa.Column("records", JSON, nullable=False),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="person_event_pkey"),
    )
    op.create_index("person_event_by_person", "person_event", ["owner", "person_id", "id"])
    op.create_index(
        "person_event_by_other",
        "person_event",
        ["owner", "other_id"],
        sqlite_where=WITH_OTHER,
        postgresql_where=WITH_OTHER,
    )


def downgrade() -> None:
    """Go back to the revision before; who is who is forgotten."""
    for table in (
        "person_event",
        "review_pair",
        "person_decision",
        "person_record",
        "person",
        "registry",
    ):
        op.drop_table(table)
