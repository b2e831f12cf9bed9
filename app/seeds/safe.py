"""The backups that somebody careful made every week."""

import hashlib
from datetime import timedelta

from app import clock
from app.db import db
from app.domain import audit
from app.domain.backups import BackupRecord
from app.seeds.story import Story

WEEKS = (24, 17, 10, 3)  # days ago


def back_up_weekly(story: Story) -> None:
    """赵书记 downloads one a week, each a little bigger."""
    for number, days in enumerate(WEEKS):
        at = clock.start_of(story.today - timedelta(days=days)) + timedelta(hours=17, minutes=20)
        story.at(at, lambda when, n=number: _note(story, when, 1_310_000 + 61_000 * n))


def _note(story, when, size_bytes):
    zhao = story.staff["zhao"]
    db.session.add(
        BackupRecord(
            made_at=when, made_by_id=zhao.id, how="download", size_bytes=size_bytes,
            digest=hashlib.sha256(str(when).encode()).hexdigest(),
        )
    )  # fmt: skip
    audit.record(
        "backup_made", by=zhao.actor, org_id=story.tree.root.id, how="download",
        size_bytes=size_bytes,
    )  # fmt: skip
