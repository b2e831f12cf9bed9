"""抽样: a few rows of a signed report drawn by a printed seed, masked until somebody says why.

The draw needs no program of ours: of the check-ins that were there when it was signed and still are
valid, those whose SHA-256 of seed + code comes first. A row voided later changes the draw by itself
alone.
"""

import hashlib
import secrets
from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock, keys
from app.db import db, transaction
from app.domain import audit
from app.domain.checkins import CheckIn
from app.domain.closings.model import FrozenReport, SpotCheck
from app.domain.counts.base import attended
from app.domain.events import Event, Occurrence
from app.domain.members import Person
from app.domain.orgs import Org, OrgLine, is_within, subtree_lines
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.text import mask_name, tidy
from app.words import N_

MOST_ROWS = 50
LONGEST = 200


@dataclass(frozen=True)
class Drawn:
    """One drawn row. name is masked unless the reader opened the draw and the row is of its scope;
    org None: 未归属; may_follow: its event is hosted in the reader's scope; is_seen: the row is of
    that scope today, else it is known by its code alone."""

    check_in: CheckIn
    name: str
    org: Org | None
    is_whole: bool
    may_follow: bool
    is_seen: bool


def draw(report: FrozenReport, number: int, *, by: Staff, seed: str | None = None) -> SpotCheck:
    """Draw so many rows (all, where there are fewer). The seed is made unless told. Raises Invalid
    (number), Conflict where there is nothing to draw from."""
    if not 1 <= number <= MOST_ROWS:
        raise Invalid(N_("抽 1 到 %(n)s 条。"), field="number", n=MOST_ROWS)
    seed = seed or secrets.token_hex(8)
    with transaction() as session:
        rows = pool(report)
        if not rows:
            raise Conflict(N_("这一份里没有签到，没有可抽的。"))
        sample = SpotCheck(
            code=keys.new_code(8), report_id=report.id, seed=seed, number=number,
            check_ins=drawn(rows, number, seed), made_at=clock.now(), made_by_id=by.id,
        )  # fmt: skip
        session.add(sample)
        session.flush()
        _say("sample_drawn", report, by, number=len(sample.check_ins), seed=seed)
    return sample


def pool(report: FrozenReport) -> dict[str, int]:
    """Code → id of the valid check-ins of the report's period and node that had come when it was cut."""
    rows = attended(report.period)
    query = (
        select(CheckIn.code, CheckIn.id)
        .join(rows, rows.c.id == CheckIn.id)
        .where(
            rows.c.line_id.in_(subtree_lines(report.org_id)), CheckIn.received_at <= report.cut_at
        )
    )
    return dict(db.session.execute(query).all())


def drawn(rows: dict[str, int], number: int, seed: str) -> list[int]:
    """The draw itself: the ids whose SHA-256 of seed + code come first, in that order."""
    first = nsmallest(
        number, rows, key=lambda code: hashlib.sha256((seed + code).encode()).digest()
    )
    return [rows[code] for code in first]


def open_sample(sample: SpotCheck, *, by: Staff, reason: str) -> None:
    """Show the whole names of the account's scope to this account, with a reason for the trail. Raises
    Invalid without one."""
    reason = tidy(reason or "")
    if not reason:
        raise Invalid(N_("写下为什么要看全名。"), field="reason")
    if len(reason) > LONGEST:
        raise Invalid(N_("最多 %(n)s 个字。"), field="reason", n=LONGEST)
    with transaction() as session:
        session.refresh(sample)
        sample.opened_at, sample.opened_by_id, sample.open_reason = clock.now(), by.id, reason
        _say("sample_opened", sample.report, by, sample=sample.code, reason=reason)
        session.flush()


def drawn_rows(sample: SpotCheck, reader: Staff) -> list[Drawn]:
    """The rows in the order drawn, as this reader may see them; voided ones too."""
    query = (
        select(CheckIn, Org)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
        .join(Person, Person.id == CheckIn.person_id)
        .where(CheckIn.id.in_(sample.check_ins))
        .options(
            joinedload(CheckIn.person),
            joinedload(CheckIn.occurrence).joinedload(Occurrence.event).joinedload(Event.host),
        )
    )
    found = {row.id: (row, org) for row, org in db.session.execute(query)}
    return [_row(*found[id_], sample, reader) for id_ in sample.check_ins]


def samples_of(report: FrozenReport) -> list[SpotCheck]:
    """The draws of a report, newest first."""
    query = select(SpotCheck).where(SpotCheck.report_id == report.id)
    return list(db.session.scalars(query.order_by(SpotCheck.id.desc())))


def find_sample(report: FrozenReport, code: str) -> SpotCheck:
    """A draw of this report by its code; raises NotFound."""
    found = db.session.scalar(
        select(SpotCheck).where(
            SpotCheck.code == code.strip().upper()[:12], SpotCheck.report_id == report.id
        )
    )
    if found is None:
        raise NotFound
    return found


def _row(row, org, sample, reader):
    host = row.occurrence.event.host
    home = org or host  # 未归属 is a row of the host
    seen = is_within(reader.org, home)
    whole = sample.opened_by_id == reader.id and reader.may("manager") and seen
    name = row.person.name if whole else mask_name(row.person.name)
    follows = reader.may("organizer") and is_within(reader.org, host)
    return Drawn(row, name, org, whole, follows, seen)


def _say(act, report, by, **facts):
    audit.record(
        act, by=by.actor, org_id=report.org_id, subject=f"org:{report.org_id}",
        org=report.org.full_name, report=report.code, **facts,
    )  # fmt: skip
