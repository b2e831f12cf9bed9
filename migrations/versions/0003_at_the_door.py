"""Third shape: what the door needs. Rotating codes, desks, cards, scanners, check-out, roll-calls."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

TABLES = (
    "called_name",
    "scanner",
    "roll_call",
    "refusal_count",
    "hall_count",
    "pairing",
    "desk",
    "card",
)
# Table, column, type and rule: plain ALTER TABLE, so that both databases add them without a copy.
COLUMNS = (
    ("attempt", "source", "VARCHAR(30)"),
    ("audit_entry", "person", "VARCHAR(12)"),
    ("check_in", "is_substitute", "BOOLEAN DEFAULT FALSE NOT NULL"),
    ("check_in", "forced_reason", "VARCHAR(200) DEFAULT '' NOT NULL"),
    ("check_in", "checked_out_how", "VARCHAR(10)"),
    ("check_in", "granted_at", "{instant}"),
    ("event", "rotates", "BOOLEAN DEFAULT FALSE NOT NULL"),
    ("event", "epoch", "INTEGER DEFAULT 0 NOT NULL"),
    ("event", "checks_out", "BOOLEAN DEFAULT FALSE NOT NULL"),
    ("event", "usual_role", "VARCHAR(12) DEFAULT 'audience' NOT NULL"),
    ("leave", "asked_at", "{instant}"),
    ("leave", "declined_at", "{instant}"),
    ("occurrence", "closed_out_at", "{instant}"),
)
INDEXES = (
    ("ix_attempt_source_nonce", "attempt", ["source", "nonce"]),
    ("ix_audit_entry_actor_kind_actor_id_at", "audit_entry", ["actor_kind", "actor_id", "at"]),
    ("ix_audit_entry_person_at", "audit_entry", ["person", "at"]),
)
# The trail is append-only by triggers, which wait while the new column is filled.
SQLITE_TRIGGER = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"
)


def upgrade():
    bind = op.get_bind()
    is_sqlite = bind.dialect.name == "sqlite"
    instant = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    for table, column, rule in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {rule.format(instant=instant)}")
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns, unique=False)
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_card_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_person_id")),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["staff.id"], name=op.f("fk_card_revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_card_token_hash")),
    )
    op.create_index(
        "uq_card_living",
        "card",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("pin_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("pin_epoch", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_desk_event_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_desk_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("code", name=op.f("uq_desk_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_token_hash")),
    )
    op.create_index(op.f("ix_desk_event_id"), "desk", ["event_id"], unique=False)
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("letters_hash", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["staff.id"], name=op.f("fk_pairing_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_pairing_event_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_pairing_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code", name=op.f("uq_pairing_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_pairing_secret_hash")),
    )
    op.create_index(op.f("ix_pairing_event_id"), "pairing", ["event_id"], unique=False)
    op.create_index(op.f("ix_pairing_letters_hash"), "pairing", ["letters_hash"], unique=False)
    op.create_table(
        "hall_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_hall_count_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_count")),
    )
    op.create_index(
        op.f("ix_hall_count_occurrence_id"), "hall_count", ["occurrence_id"], unique=False
    )
    op.create_table(
        "refusal_count",
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_refusal_count_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("occurrence_id", "reason", name=op.f("pk_refusal_count")),
    )
    op.create_table(
        "roll_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("drawn_from", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_roll_call_made_by_id")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_roll_call_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_call")),
        sa.UniqueConstraint("code", name=op.f("uq_roll_call_code")),
    )
    op.create_index(
        op.f("ix_roll_call_occurrence_id"), "roll_call", ["occurrence_id"], unique=False
    )
    op.create_table(
        "scanner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("desk_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_scanner_desk_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_scanner_made_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_scanner_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scanner")),
        sa.UniqueConstraint("code", name=op.f("uq_scanner_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_scanner_token_hash")),
    )
    op.create_index(op.f("ix_scanner_desk_id"), "scanner", ["desk_id"], unique=False)
    op.create_index(op.f("ix_scanner_staff_id"), "scanner", ["staff_id"], unique=False)
    op.create_table(
        "called_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roll_call_id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("is_here", sa.Boolean(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_called_name_check_in_id")
        ),
        sa.ForeignKeyConstraint(
            ["roll_call_id"], ["roll_call.id"], name=op.f("fk_called_name_roll_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["staff.id"], name=op.f("fk_called_name_said_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_called_name")),
        sa.UniqueConstraint(
            "roll_call_id", "check_in_id", name=op.f("uq_called_name_roll_call_id_check_in_id")
        ),
    )
    _fill_persons(bind, is_sqlite)


def _fill_persons(bind, is_sqlite):
    """The person an entry speaks of stood only in its facts until now."""
    entry = sa.table("audit_entry", sa.column("id"), sa.column("person"), sa.column("facts", sa.JSON()))  # fmt: skip
    if is_sqlite:
        op.execute("DROP TRIGGER audit_entry_no_update")
    else:
        op.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change")
    for row in bind.execute(sa.select(entry.c.id, entry.c.facts)).all():
        if row.facts.get("person"):
            values = {"person": str(row.facts["person"])[:12]}
            bind.execute(entry.update().where(entry.c.id == row.id).values(values))
    if is_sqlite:
        op.execute(SQLITE_TRIGGER)
    else:
        op.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_no_change")


def downgrade():
    for table in TABLES:
        op.drop_table(table)
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    for table, column, _rule in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
