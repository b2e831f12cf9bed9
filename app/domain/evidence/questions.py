"""Which evidence there is, and whose it is to see: those who may see the whole list."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db import db
from app.domain.events import Occurrence
from app.domain.evidence.model import Attachment
from app.domain.orgs import Org, is_within, org_of_line
from app.domain.tallies import ManualTally
from app.errors import NotFound


def attachments_of(target: Occurrence | ManualTally) -> list[Attachment]:
    """Those of a sitting or a tally, valid ones first, in the order they came; without bodies."""
    column = Attachment.occurrence_id if isinstance(target, Occurrence) else Attachment.tally_id
    query = (
        select(Attachment)
        .options(joinedload(Attachment.made_by))
        .where(column == target.id)
        .order_by(Attachment.voided_at.is_not(None), Attachment.id)
    )
    return list(db.session.scalars(query))


def find_attachment_in(scope: Org, code: str) -> Attachment:
    """An attachment of an event hosted in the scope, or of a tally of an org in it; NotFound."""
    query = select(Attachment).where(Attachment.code == str(code).upper()[:12])
    found = db.session.scalar(query)
    if found is None or not _is_in(scope, found):
        raise NotFound
    return found


def find_tally_in(scope: Org, code: str) -> ManualTally:
    """A manual tally of an org of the scope by its code; raises NotFound."""
    query = select(ManualTally).where(ManualTally.code == str(code).upper()[:12])
    found = db.session.scalar(query)
    if found is None or not is_within(scope, org_of_line(found.line)):
        raise NotFound
    return found


def picture_of(attachment: Attachment) -> bytes:
    """The bytes of an attachment's picture; raises NotFound for one that is only a place."""
    if not attachment.media_type or attachment.body is None:
        raise NotFound
    return bytes(attachment.body)


def _is_in(scope, attachment):
    if attachment.occurrence:
        return is_within(scope, attachment.occurrence.event.host)
    return is_within(scope, org_of_line(attachment.tally.line))
