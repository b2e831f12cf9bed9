"""Attach pictures and say where the originals lie; take one of them back."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.events import Occurrence
from app.domain.evidence.model import Attachment
from app.domain.evidence.pictures import MEDIA_TYPE, drawn_anew
from app.domain.orgs import org_of_line
from app.domain.staff import Staff
from app.domain.tallies import ManualTally
from app.errors import Conflict, Invalid
from app.keys import new_code
from app.text import tidy
from app.words import N_

MOST_AT_ONCE = 10
MOST = 40  # valid ones of one sitting or tally
MOST_NAME, MOST_PLACE, MOST_REASON = 80, 120, 200


@dataclass(frozen=True)
class Sent:
    """A file as it was sent: its bytes and its name."""

    content: bytes
    name: str


def attach(
    target: Occurrence | ManualTally, sent: list[Sent], *, place: str = "", by: Staff
) -> int:
    """Keep the pictures, drawn anew, and where the originals lie; without a picture the place alone.
    Returns how many are new: one that is attached already is not kept twice. Raises NoPicture,
    Invalid, Conflict."""
    place = tidy(place)
    if len(place) > MOST_PLACE:
        raise Invalid(N_("最多 %(n)s 个字。"), field="place", n=MOST_PLACE)
    if not sent and not place:
        raise Invalid(N_("请选照片，或者写原件放在哪里。"), field="pictures")
    if len(sent) > MOST_AT_ONCE:
        raise Invalid(N_("一次最多传 %(n)s 张。"), field="pictures", n=MOST_AT_ONCE)
    drawn = [(one.name, drawn_anew(one.content)) for one in sent]  # before the write gate closes
    with transaction() as session:
        lock_words(session, "evidence", *_key(target))
        known = set(session.scalars(_valid(target).with_only_columns(Attachment.digest)))
        if len(known) + len(drawn) > MOST:
            raise Conflict(N_("最多留 %(n)s 张，先撤销用不到的。"), n=MOST)
        added = 0
        for name, body in drawn or [("", None)]:
            digest = hashlib.sha256(body or place.encode()).hexdigest()
            if digest not in known:
                known.add(digest)
                _add(session, target, name, body, digest, place, by)
                added += 1
    return added


def take_back(attachment: Attachment, reason: str, *, by: Staff) -> None:
    """It is no evidence any more; it stays on file with the reason. Raises Invalid, Conflict."""
    reason = tidy(reason)[:MOST_REASON]
    if not reason:
        raise Invalid(N_("请写撤销的原因。"), field="reason")
    with transaction() as session:
        session.refresh(attachment)
        if attachment.voided_at:
            raise Conflict(N_("这份附件已经撤销了。"))
        attachment.voided_at, attachment.voided_by_id = clock.now(), by.id
        attachment.void_reason = reason
        _note("evidence_voided", attachment.occurrence or attachment.tally, attachment, by,
              reason=reason)  # fmt: skip


def number_of(occurrence: Occurrence) -> int:
    """How many valid attachments a sitting has."""
    return db.session.scalar(_valid(occurrence).with_only_columns(func.count()))


def _add(session, target, name, body, digest, place, by):
    occurrence = target if isinstance(target, Occurrence) else None
    row = Attachment(
        code=new_code(10), occurrence_id=occurrence.id if occurrence else None,
        tally_id=None if occurrence else target.id, name=shown_name(name), place=place,
        media_type=MEDIA_TYPE if body else "", size=len(body or b""), digest=digest, body=body,
        made_at=clock.now(), made_by_id=by.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note("evidence_attached", target, row, by, original=place)


def shown_name(name: str) -> str:
    """A file's name without its folder."""
    return tidy(name.replace("\\", "/").rsplit("/", 1)[-1])[-MOST_NAME:]


def _key(target):
    return ("occurrence" if isinstance(target, Occurrence) else "tally", target.id)


def _valid(target):
    column = Attachment.occurrence_id if isinstance(target, Occurrence) else Attachment.tally_id
    return select(Attachment).where(column == target.id, Attachment.voided_at.is_(None))


def _note(act, target, attachment, by, **facts):
    """A line of the trail, at the event or at the tally's org."""
    if isinstance(target, Occurrence):
        org_id, subject = target.event.host_id, f"event:{target.event_id}"
        said = target.event.title
    else:
        org_id, subject = org_of_line(target.line).id, f"tally:{target.id}"
        said = f"{target.number} {target.unit}"
    audit.record(
        act, by=by.actor, org_id=org_id, subject=subject, event=said, file=attachment.name, **facts
    )
