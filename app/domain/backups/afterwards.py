"""What a restored backup must not bring back to life, as SQL that runs on both databases and on the
schema of any backup. Decision 0016 says why.
"""

import json

from sqlalchemy import text

from app import clock, keys
from app.domain.backups.model import Manifest

SESSIONS = "UPDATE staff_session SET revoked_at = {now} WHERE revoked_at IS NULL"
LINKS = (
    "UPDATE invitation SET revoked_at = {now} WHERE used_at IS NULL AND revoked_at IS NULL",
    "UPDATE setup_link SET used_at = {now} WHERE used_at IS NULL",
)
TRAIL = (
    "INSERT INTO audit_entry (at, actor_kind, actor_name, act, org_id, facts) VALUES ({now},"
    " 'system', '系统', 'backup_restored', (SELECT min(id) FROM org WHERE parent_id IS NULL), {facts})"
)
# Sealed and matched with a key that is gone: no page could open it, no number would ever fit it. A
# guest is known by having a guest_key: it stays one, under a key that no typing gives.
LOST = (
    "UPDATE person SET phone_sealed = NULL, phone_hash = NULL, admission_hash = NULL",
    "UPDATE person SET guest_key = 'lost|' || code WHERE guest_key IS NOT NULL",
    "UPDATE check_in SET typed_phone_hash = NULL, typed_number_hash = NULL",
    "UPDATE attempt SET typed_phone_hash = NULL, typed_number_hash = NULL",
    "UPDATE device SET typed_name = NULL, typed_tail = NULL, typed_org_id = NULL,"
    " typed_phone_sealed = NULL, typed_number_sealed = NULL, forgotten_at = {now}",
)


def statements(manifest: Manifest, *, keys_lost: bool) -> list[str]:
    """What to run right after the rows are back: sessions and unused links end, the trail says that
    and from when. keys_lost: what only the lost key could open goes too."""
    zone = "+00:00" if manifest.kind == "postgresql" else ""
    now = f"'{clock.now():%Y-%m-%d %H:%M:%S.%f}{zone}'"
    facts = (
        f"'{json.dumps({'made_at': manifest.made_at})}'"  # read_manifest let only a time through
    )
    wanted = (SESSIONS, *LINKS, TRAIL, *(LOST if keys_lost else ()))
    return [words.format(now=now, facts=facts) for words in wanted]


def match_numbers_again(connection) -> None:
    """The numbers stand in the roster: they are matched by today's key again."""
    rows = connection.execute(
        text("SELECT id, admission_number FROM person WHERE admission_number IS NOT NULL")
    ).all()
    told = [{"id": one, "hash": keys.match_key("number", number)} for one, number in rows]
    if told:
        connection.execute(text("UPDATE person SET admission_hash = :hash WHERE id = :id"), told)
