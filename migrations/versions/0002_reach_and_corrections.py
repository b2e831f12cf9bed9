"""Second shape: reach, backups, the journal, corrections, handing over, late records, search keys."""

import sqlalchemy as sa
from alembic import op

from app.text import pinyin_of

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None

TABLES = (
    "setup_step",
    "backup_record",
    "reach_address",
    "reach_test",
    "distinct_pair",
    "correction",
    "row_change",
)
# Table, column, type and rule: plain ALTER TABLE, so that both databases add them without a copy.
COLUMNS = (
    ("staff", "person_id", "INTEGER CONSTRAINT fk_staff_person_id REFERENCES person (id)"),
    ("staff", "successor_id", "INTEGER CONSTRAINT fk_staff_successor_id REFERENCES staff (id)"),
    ("staff_session", "remembered", "BOOLEAN DEFAULT FALSE NOT NULL"),
    ("staff_session", "confirmed_at", "{instant}"),
    ("invitation", "predecessor_id", "INTEGER CONSTRAINT fk_invitation_predecessor_id REFERENCES staff (id)"),
    ("event", "pinyin", "VARCHAR(480) DEFAULT '' NOT NULL"),
    ("event", "initials", "VARCHAR(80) DEFAULT '' NOT NULL"),
    ("event", "late_reason", "VARCHAR(200) DEFAULT '' NOT NULL"),
    ("event", "copied_from_id", "INTEGER CONSTRAINT fk_event_copied_from_id REFERENCES event (id)"),
    ("event", "merged_into_id", "INTEGER CONSTRAINT fk_event_merged_into_id REFERENCES event (id)"),
    ("check_in", "paper_on", "DATE"),
    ("roster_file", "source", "VARCHAR(8) DEFAULT 'file' NOT NULL"),
    ("roster_file", "result", "{blob}"),
    ("roster_file", "undone_at", "{instant}"),
    ("roster_file", "undone_by_id", "INTEGER CONSTRAINT fk_roster_file_undone_by_id REFERENCES staff (id)"),
)  # fmt: skip


def upgrade():
    bind = op.get_bind()
    instant = "DATETIME" if bind.dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    blob = "BLOB" if bind.dialect.name == "sqlite" else "BYTEA"
    for table, column, rule in COLUMNS:
        rule = rule.format(instant=instant, blob=blob)
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {rule}")
    op.create_index("ix_invitation_staff_id", "invitation", ["staff_id"], unique=False)
    op.create_table(
        "reach_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("base_url", sa.String(length=200), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_address")),
    )
    op.create_table(
        "row_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_change")),
    )
    op.create_index(op.f("ix_row_change_act_act_id"), "row_change", ["act", "act_id"], unique=False)
    op.create_index(
        op.f("ix_row_change_table_name_row_id"),
        "row_change",
        ["table_name", "row_id"],
        unique=False,
    )
    op.create_table(
        "backup_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_backup_record_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_record")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("figures_before", sa.JSON(), nullable=False),
        sa.Column("figures_after", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undo_reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_correction_made_by_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_correction_org_id")),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["staff.id"], name=op.f("fk_correction_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("code", name=op.f("uq_correction_code")),
    )
    op.create_index(
        op.f("ix_correction_org_id_made_at"), "correction", ["org_id", "made_at"], unique=False
    )
    op.create_index(op.f("ix_correction_subject"), "correction", ["subject"], unique=False)
    op.create_table(
        "distinct_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["one_id"], ["person.id"], name=op.f("fk_distinct_pair_one_id")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["person.id"], name=op.f("fk_distinct_pair_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["staff.id"], name=op.f("fk_distinct_pair_said_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distinct_pair")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_distinct_pair_one_id_other_id")),
    )
    op.create_table(
        "reach_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("base_url", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_https", sa.Boolean(), nullable=True),
        sa.Column("is_wechat", sa.Boolean(), nullable=True),
        sa.Column("on_mobile_data", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_reach_test_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_test")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reach_test_token_hash")),
    )
    op.create_index(
        op.f("ix_reach_test_base_url_opened_at"),
        "reach_test",
        ["base_url", "opened_at"],
        unique=False,
    )
    op.create_table(
        "setup_step",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_setup_step_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setup_step")),
    )

    _fill_search_keys(bind)


def _fill_search_keys(bind):
    event = sa.table("event", sa.column("id"), sa.column("title"), sa.column("pinyin"), sa.column("initials"))  # fmt: skip
    for row in bind.execute(sa.select(event.c.id, event.c.title)).all():
        whole, initials = pinyin_of(row.title)
        values = {"pinyin": whole[:480], "initials": initials[:80]}
        bind.execute(event.update().where(event.c.id == row.id).values(values))


def downgrade():
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_invitation_staff_id", "invitation")
    for table, column, _rule in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
