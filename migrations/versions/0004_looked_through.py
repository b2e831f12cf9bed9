"""Fourth shape: how many rows of a sitting were looked through for signs of checking in for others."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None


def upgrade():
    op.execute("ALTER TABLE occurrence ADD COLUMN swept_rows INTEGER DEFAULT 0 NOT NULL")


def downgrade():
    op.execute("ALTER TABLE occurrence DROP COLUMN swept_rows")
