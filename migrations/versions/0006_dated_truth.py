"""Sixth shape: kinds, domains and who opened a place are dated; likely doubles can be put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = depends_on = None

STANDING = sa.text("voided_at IS NULL")
# Plain ALTER TABLE, so that both databases add them without a copy.
COLUMNS = (
    ("org_line", "kind", "VARCHAR(20) DEFAULT 'other' NOT NULL"),
    ("org_line", "domain", "VARCHAR(20) DEFAULT 'other' NOT NULL"),
    (
        "venue",
        "opened_line_id",
        "INTEGER CONSTRAINT fk_venue_opened_line_id REFERENCES org_line (id)",
    ),
)
# What every line was counted under until now is what its org is today.
OF_TODAY = """
    UPDATE org_line SET
        kind = (SELECT org.kind FROM org WHERE org.id = org_line.org_id),
        domain = (SELECT org.domain FROM org WHERE org.id = org_line.org_id)
"""
OPENED_BY = """
    UPDATE venue SET opened_line_id = (
        SELECT max(org_line.id) FROM org_line
        WHERE org_line.org_id = venue.org_id
        AND (org_line.from_on IS NULL OR org_line.from_on <= venue.opened_on)
        AND (org_line.to_on IS NULL OR org_line.to_on > venue.opened_on)
    ) WHERE opened_on IS NOT NULL
"""


def upgrade():
    for table, column, rule in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {rule}")
    op.execute(OF_TODAY)
    op.execute(OPENED_BY)
    op.create_table(
        "distinct_event_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_distinct_event_pair_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["one_id"], ["event.id"], name=op.f("fk_distinct_event_pair_one_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["event.id"], name=op.f("fk_distinct_event_pair_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["staff.id"], name=op.f("fk_distinct_event_pair_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_event_pair")),
        sa.UniqueConstraint("code", name=op.f("uq_distinct_event_pair_code")),
    )
    op.create_index(
        "uq_distinct_event_pair_standing",
        "distinct_event_pair",
        ["one_id", "other_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def downgrade():
    op.drop_table("distinct_event_pair")
    op.execute("ALTER TABLE venue DROP COLUMN opened_line_id")
    op.execute("ALTER TABLE org_line DROP COLUMN domain")
    op.execute("ALTER TABLE org_line DROP COLUMN kind")
