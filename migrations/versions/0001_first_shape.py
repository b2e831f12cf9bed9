"""The first shape: tree, people, accounts, events, check-ins, figures beside them, the trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = depends_on = None

TABLES = (
    "attempt",
    "manual_tally",
    "leave",
    "headcount",
    "check_in",
    "occurrence",
    "event_programme",
    "event_org",
    "staff_session",
    "roster_file",
    "org_line_ancestor",
    "invitation",
    "event",
    "venue",
    "staff",
    "post",
    "org_name",
    "org_line",
    "membership",
    "device",
    "token_bucket",
    "setup_link",
    "series",
    "public_code",
    "programme",
    "person",
    "org",
    "campaign",
    "audit_entry",
)

SQLITE_TRIGGERS = (
    "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
    "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()",
)


def upgrade():
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_org_id_at", "audit_entry", ["org_id", "at"], unique=False)
    op.create_index("ix_audit_entry_subject_at", "audit_entry", ["subject", "at"], unique=False)
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.UniqueConstraint("code", name="uq_campaign_code"),
        sa.UniqueConstraint("name", name="uq_campaign_name"),
    )
    op.create_table(
        "org",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("pinyin", sa.String(length=600), nullable=False),
        sa.Column("initials", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("domain", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["org.id"], name="fk_org_merged_into_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["org.id"], name="fk_org_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_org"),
        sa.UniqueConstraint("code", name="uq_org_code"),
    )
    op.create_index("ix_org_parent_id", "org", ["parent_id"], unique=False)
    op.create_index("ix_org_path", "org", ["path"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=60), nullable=False),
        sa.Column("pinyin", sa.String(length=240), nullable=False),
        sa.Column("initials", sa.String(length=60), nullable=False),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_tail", sa.String(length=4), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("admission_number", sa.String(length=24), nullable=True),
        sa.Column("admission_hash", sa.String(length=64), nullable=True),
        sa.Column("birth_month", sa.String(length=7), nullable=True),
        sa.Column("guest_key", sa.String(length=64), nullable=True),
        sa.Column("is_unidentified", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("guardian_consent_on", sa.Date(), nullable=True),
        sa.Column("guardian_consent_by", sa.String(length=60), nullable=True),
        sa.Column("guardian_consent_paper", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["person.id"], name="fk_person_merged_into_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("code", name="uq_person_code"),
    )
    op.create_index("ix_person_admission_hash", "person", ["admission_hash"], unique=False)
    op.create_index(
        "ix_person_merged",
        "person",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index("ix_person_name_key", "person", ["name_key"], unique=False)
    op.create_index("ix_person_phone_hash", "person", ["phone_hash"], unique=False)
    op.create_index(
        "uq_person_guest_key",
        "person",
        ["guest_key"],
        unique=True,
        sqlite_where=sa.text("guest_key IS NOT NULL"),
        postgresql_where=sa.text("guest_key IS NOT NULL"),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
        sa.UniqueConstraint("code", name="uq_programme_code"),
        sa.UniqueConstraint("name", name="uq_programme_name"),
    )
    op.create_table(
        "public_code",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_public_code"),
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("season", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("code", name="uq_series_code"),
        sa.UniqueConstraint("name", "season", name="uq_series_name_season"),
    )
    op.create_table(
        "setup_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_setup_link"),
    )
    op.create_table(
        "token_bucket",
        sa.Column("key", sa.String(length=90), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_token_bucket"),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("typed_name", sa.String(length=60), nullable=True),
        sa.Column("typed_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("typed_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("typed_tail", sa.String(length=4), nullable=True),
        sa.Column("typed_org_id", sa.Integer(), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["typed_org_id"], ["org.id"], name="fk_device_typed_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("token_hash", name="uq_device_token_hash"),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("home", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_membership_org_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_membership_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    op.create_index(
        "ix_membership_expected",
        "membership",
        ["org_id", "home", "standing", "to_on", "from_on", "person_id"],
        unique=False,
    )
    op.create_index("ix_membership_person_id", "membership", ["person_id"], unique=False)
    op.create_index(
        "uq_membership_open_home",
        "membership",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("home AND to_on IS NULL"),
        postgresql_where=sa.text("home AND to_on IS NULL"),
    )
    op.create_table(
        "org_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=255), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_org_line_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_org_line"),
    )
    op.create_index("ix_org_line_org_id_from_on", "org_line", ["org_id", "from_on"], unique=False)
    op.create_table(
        "org_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_org_name_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_org_name"),
    )
    op.create_index("ix_org_name_org_id_from_on", "org_name", ["org_id", "from_on"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_post_org_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_post_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
    )
    op.create_index("ix_post_org_id", "post", ["org_id"], unique=False)
    op.create_index("ix_post_person_id", "post", ["person_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=True),
        sa.Column("username_key", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=160), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_staff_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("code", name="uq_staff_code"),
        sa.UniqueConstraint("username_key", name="uq_staff_username_key"),
    )
    op.create_index("ix_staff_org_id", "staff", ["org_id"], unique=False)
    op.create_table(
        "venue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_venue_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_venue"),
        sa.UniqueConstraint("code", name="uq_venue_code"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("after_words", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("walk_ins", sa.Boolean(), nullable=False),
        sa.Column("screen_token_hash", sa.String(length=64), nullable=True),
        sa.Column("screen_token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_event_campaign_id"),
        sa.ForeignKeyConstraint(["code"], ["public_code.code"], name="fk_event_code"),
        sa.ForeignKeyConstraint(["host_id"], ["org.id"], name="fk_event_host_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name="fk_event_made_by_id"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_event_series_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("code", name="uq_event_code"),
        sa.UniqueConstraint("screen_token_hash", name="uq_event_screen_token_hash"),
    )
    op.create_index("ix_event_host_id", "event", ["host_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name="fk_invitation_made_by_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_invitation_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )
    op.create_table(
        "org_line_ancestor",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["org_line.id"], name="fk_org_line_ancestor_line_id"),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_org_line_ancestor_org_id"),
        sa.PrimaryKeyConstraint("line_id", "org_id", name="pk_org_line_ancestor"),
    )
    op.create_index(
        "ix_org_line_ancestor_org_id_line_id",
        "org_line_ancestor",
        ["org_id", "line_id"],
        unique=False,
    )
    op.create_table(
        "roster_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("as_of_on", sa.Date(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name="fk_roster_file_made_by_id"),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_roster_file_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_roster_file"),
        sa.UniqueConstraint("code", name="uq_roster_file_code"),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_session_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("token_hash", name="uq_staff_session_token_hash"),
    )
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"], unique=False)
    op.create_table(
        "event_org",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_org_event_id"),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name="fk_event_org_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event_org"),
        sa.UniqueConstraint("event_id", "org_id", name="uq_event_org_event_id_org_id"),
    )
    op.create_index("ix_event_org_org_id", "event_org", ["org_id"], unique=False)
    op.create_table(
        "event_programme",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_event_programme_event_id"),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name="fk_event_programme_programme_id"
        ),
        sa.PrimaryKeyConstraint("event_id", "programme_id", name="pk_event_programme"),
    )
    op.create_table(
        "occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("capacity_binds", sa.Boolean(), nullable=False),
        sa.Column("host_line_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["public_code.code"], name="fk_occurrence_code"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_occurrence_event_id"),
        sa.ForeignKeyConstraint(
            ["host_line_id"], ["org_line.id"], name="fk_occurrence_host_line_id"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name="fk_occurrence_venue_id"),
        sa.PrimaryKeyConstraint("id", name="pk_occurrence"),
        sa.UniqueConstraint("code", name="uq_occurrence_code"),
    )
    op.create_index("ix_occurrence_event_id", "occurrence", ["event_id"], unique=False)
    op.create_index("ix_occurrence_host_line_id", "occurrence", ["host_line_id"], unique=False)
    op.create_index("ix_occurrence_starts_on", "occurrence", ["starts_on"], unique=False)
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("standing", sa.String(length=16), nullable=True),
        sa.Column("chosen_org_id", sa.Integer(), nullable=True),
        sa.Column("seat_org_id", sa.Integer(), nullable=True),
        sa.Column("suspected_person_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("client_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_version", sa.String(length=12), nullable=False),
        sa.Column("typed_name_key", sa.String(length=60), nullable=True),
        sa.Column("typed_phone_hash", sa.String(length=64), nullable=True),
        sa.Column("typed_tail", sa.String(length=4), nullable=True),
        sa.Column("typed_number_hash", sa.String(length=64), nullable=True),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("measured_minutes", sa.Integer(), nullable=True),
        sa.Column("granted_minutes", sa.Integer(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("review", sa.String(length=8), nullable=False),
        sa.Column("review_reasons", sa.String(length=120), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_kind", sa.String(length=8), nullable=True),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["chosen_org_id"], ["org.id"], name="fk_check_in_chosen_org_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_check_in_device_id"),
        sa.ForeignKeyConstraint(["granted_by_id"], ["staff.id"], name="fk_check_in_granted_by_id"),
        sa.ForeignKeyConstraint(["line_id"], ["org_line.id"], name="fk_check_in_line_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name="fk_check_in_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_check_in_person_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["check_in.id"], name="fk_check_in_replaces_id"),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["staff.id"], name="fk_check_in_reviewed_by_id"
        ),
        sa.ForeignKeyConstraint(["seat_org_id"], ["org.id"], name="fk_check_in_seat_org_id"),
        sa.ForeignKeyConstraint(
            ["suspected_person_id"], ["person.id"], name="fk_check_in_suspected_person_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_check_in"),
        sa.UniqueConstraint("code", name="uq_check_in_code"),
    )
    op.create_index(
        "ix_check_in_arrivals",
        "check_in",
        ["occurrence_id", "checked_in_at", "voided_at"],
        unique=False,
    )
    op.create_index(
        "ix_check_in_counts",
        "check_in",
        ["occurrence_id", "line_id", "standing", "person_id", "voided_at"],
        unique=False,
    )
    op.create_index("ix_check_in_device", "check_in", ["device_id", "occurrence_id"], unique=False)
    op.create_index("ix_check_in_line_id", "check_in", ["line_id", "occurrence_id"], unique=False)
    op.create_index("ix_check_in_person", "check_in", ["person_id"], unique=False)
    op.create_index(
        "ix_check_in_review",
        "check_in",
        ["occurrence_id", "line_id"],
        unique=False,
        sqlite_where=sa.text("review = 'open' AND voided_at IS NULL"),
        postgresql_where=sa.text("review = 'open' AND voided_at IS NULL"),
    )
    op.create_index(
        "ix_check_in_typed", "check_in", ["occurrence_id", "typed_name_key"], unique=False
    )
    op.create_index(
        "uq_check_in_source_nonce",
        "check_in",
        ["source", "nonce"],
        unique=True,
        sqlite_where=sa.text("nonce IS NOT NULL"),
        postgresql_where=sa.text("nonce IS NOT NULL"),
    )
    op.create_index(
        "uq_check_in_valid_person",
        "check_in",
        ["occurrence_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "headcount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["org_line.id"], name="fk_headcount_line_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name="fk_headcount_occurrence_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_headcount"),
    )
    op.create_index("ix_headcount_line_id", "headcount", ["line_id"], unique=False)
    op.create_index("ix_headcount_occurrence_id", "headcount", ["occurrence_id"], unique=False)
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["noted_by_id"], ["staff.id"], name="fk_leave_noted_by_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name="fk_leave_occurrence_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_leave_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leave"),
    )
    op.create_index(
        "uq_leave_open",
        "leave",
        ["occurrence_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "manual_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["org_line.id"], name="fk_manual_tally_line_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name="fk_manual_tally_made_by_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name="fk_manual_tally_occurrence_id"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name="fk_manual_tally_programme_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_manual_tally"),
    )
    op.create_index(
        "ix_manual_tally_line_id_to_on", "manual_tally", ["line_id", "to_on"], unique=False
    )
    op.create_index(
        "ix_manual_tally_occurrence_id", "manual_tally", ["occurrence_id"], unique=False
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("typed_name_key", sa.String(length=60), nullable=True),
        sa.Column("typed_phone_hash", sa.String(length=64), nullable=True),
        sa.Column("typed_tail", sa.String(length=4), nullable=True),
        sa.Column("typed_number_hash", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["check_in_id"], ["check_in.id"], name="fk_attempt_check_in_id"),
        sa.ForeignKeyConstraint(["corrects_id"], ["attempt.id"], name="fk_attempt_corrects_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_attempt_device_id"),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name="fk_attempt_occurrence_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_check_in_id", "attempt", ["check_in_id"], unique=False)
    op.create_index(
        "ix_attempt_device_id_occurrence_id",
        "attempt",
        ["device_id", "occurrence_id"],
        unique=False,
    )
    op.create_index("ix_attempt_occurrence_id_at", "attempt", ["occurrence_id", "at"], unique=False)
    op.create_index(
        "ix_attempt_typed", "attempt", ["occurrence_id", "typed_name_key"], unique=False
    )

    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade():
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_is_append_only()")
