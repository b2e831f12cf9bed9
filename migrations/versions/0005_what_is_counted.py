"""Fifth shape: what is counted besides check-ins, and the papers made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = depends_on = None

TABLES = (
    "attachment",
    "study_record",
    "study_list",
    "spot_check",
    "summary_sentence",
    "study_issue",
    "service_record",
    "honour",
    "frozen_report",
    "blank",
)
# Plain ALTER TABLE, so that both databases add them without a copy.
COLUMNS = (
    ("code", "VARCHAR(12)"),
    ("link", "VARCHAR(300) DEFAULT '' NOT NULL"),
    ("note", "VARCHAR(200) DEFAULT '' NOT NULL"),
    ("voided_by_id", "INTEGER CONSTRAINT fk_manual_tally_voided_by_id REFERENCES staff (id)"),
    ("void_reason", "VARCHAR(200) DEFAULT '' NOT NULL"),
)


def upgrade():
    for column, rule in COLUMNS:
        op.execute(f"ALTER TABLE manual_tally ADD COLUMN {column} {rule}")
    op.create_index("uq_manual_tally_code", "manual_tally", ["code"], unique=True)
    op.create_table(
        "blank",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_blank_made_by_id")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_blank_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank")),
        sa.UniqueConstraint("code", name=op.f("uq_blank_code")),
    )
    op.create_index(op.f("ix_blank_org_id"), "blank", ["org_id"], unique=False)
    op.create_table(
        "frozen_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("unsigned", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.Column("reopen_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_frozen_report_made_by_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_frozen_report_org_id")),
        sa.ForeignKeyConstraint(
            ["reopened_by_id"], ["staff.id"], name=op.f("fk_frozen_report_reopened_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_report")),
        sa.UniqueConstraint("code", name=op.f("uq_frozen_report_code")),
    )
    op.create_index(
        "uq_frozen_report_standing",
        "frozen_report",
        ["org_id", "from_on", "to_on"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_table(
        "honour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("is_collective", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["org_line.id"], name=op.f("fk_honour_line_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_honour_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_honour_person_id")),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["staff.id"], name=op.f("fk_honour_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour")),
        sa.UniqueConstraint("code", name=op.f("uq_honour_code")),
    )
    op.create_index(op.f("ix_honour_granted_on"), "honour", ["granted_on"], unique=False)
    op.create_index(op.f("ix_honour_line_id"), "honour", ["line_id"], unique=False)
    op.create_table(
        "service_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["org_line.id"], name=op.f("fk_service_record_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_service_record_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["staff.id"], name=op.f("fk_service_record_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sa.UniqueConstraint("code", name=op.f("uq_service_record_code")),
    )
    op.create_index(op.f("ix_service_record_line_id"), "service_record", ["line_id"], unique=False)
    op.create_index(
        op.f("ix_service_record_served_on"), "service_record", ["served_on"], unique=False
    )
    op.create_table(
        "study_issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_study_issue_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_issue")),
        sa.UniqueConstraint("code", name=op.f("uq_study_issue_code")),
        sa.UniqueConstraint("series", "name", name=op.f("uq_study_issue_series_name")),
    )
    op.create_index(op.f("ix_study_issue_due_on"), "study_issue", ["due_on"], unique=False)
    op.create_table(
        "summary_sentence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_summary_sentence_made_by_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_summary_sentence_org_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_sentence")),
        sa.UniqueConstraint(
            "org_id",
            "key",
            "language",
            "version",
            name=op.f("uq_summary_sentence_org_id_key_language_version"),
        ),
    )
    op.create_table(
        "spot_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("check_ins", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("open_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_spot_check_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["staff.id"], name=op.f("fk_spot_check_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["frozen_report.id"], name=op.f("fk_spot_check_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("code", name=op.f("uq_spot_check_code")),
    )
    op.create_index(op.f("ix_spot_check_report_id"), "spot_check", ["report_id"], unique=False)
    op.create_table(
        "study_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["study_issue.id"], name=op.f("fk_study_list_issue_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_study_list_made_by_id")
        ),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_study_list_org_id")),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["staff.id"], name=op.f("fk_study_list_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_list")),
        sa.UniqueConstraint("code", name=op.f("uq_study_list_code")),
    )
    op.create_index(op.f("ix_study_list_issue_id"), "study_list", ["issue_id"], unique=False)
    op.create_table(
        "study_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=80), nullable=False),
        sa.Column("told_org", sa.String(length=120), nullable=False),
        sa.Column("match", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("studied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["org_line.id"], name=op.f("fk_study_record_line_id")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["study_list.id"], name=op.f("fk_study_record_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_study_record_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_record")),
    )
    op.create_index(op.f("ix_study_record_line_id"), "study_record", ["line_id"], unique=False)
    op.create_index(op.f("ix_study_record_list_id"), "study_record", ["list_id"], unique=False)
    op.create_index(op.f("ix_study_record_person_id"), "study_record", ["person_id"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("tally_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["staff.id"], name=op.f("fk_attachment_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_attachment_occurrence_id")
        ),
        sa.ForeignKeyConstraint(
            ["tally_id"], ["manual_tally.id"], name=op.f("fk_attachment_tally_id")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["staff.id"], name=op.f("fk_attachment_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("code", name=op.f("uq_attachment_code")),
    )
    op.create_index(
        op.f("ix_attachment_occurrence_id"), "attachment", ["occurrence_id"], unique=False
    )
    op.create_index(op.f("ix_attachment_tally_id"), "attachment", ["tally_id"], unique=False)


def downgrade():
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("uq_manual_tally_code", "manual_tally")
    for column, _rule in reversed(COLUMNS):
        op.execute(f"ALTER TABLE manual_tally DROP COLUMN {column}")
