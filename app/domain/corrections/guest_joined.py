"""来宾改为团员: somebody who came as a guest is on the roster. Their rows get the line of the day."""

from sqlalchemy import select

from app.db import db
from app.domain.checkins import CheckIn, give_to, is_guest, mark_cleared
from app.domain.corrections.absorb import both_now, rows_of_both, take_in, void_doubles
from app.domain.corrections.model import Correction
from app.domain.corrections.record import correcting
from app.domain.corrections.stage import home_orgs, rows_here, rows_of, staged
from app.domain.members import Person, may_be_child
from app.domain.staff import Staff
from app.errors import Conflict, Invalid
from app.words import N_

CHILD = N_("%(name)s 可能未满14周岁：先由书记在人员页登记监护人同意，再来更正。")


def join_guest(
    guest: Person, member: Person, *, by: Staff, reason: str = "", preview: bool = False
) -> Correction:
    """The guest was this member all along. Rows the account may correct get the line and standing
    of the roster that day, others only the person; a doubt about who it was is cleared. Raises
    Conflict, Invalid when the guest is none."""
    if guest.id == member.id or not is_guest(db.session(), guest):
        raise Invalid(N_("这个人不是来宾。两个都在名册里的，用“合并”。"), field="other")
    if is_guest(db.session(), member):
        raise Invalid(N_("要选名册里的人。名册里没有他，先在“导入”里加上。"), field="other")
    mine = rows_of(guest)
    for row in mine:
        refuse_child(member, row)
    homes = home_orgs(member)
    stage = staged(by.org, rows=[*mine, *rows_of(member)], orgs=homes)
    stage["occurrences"] = list({row.occurrence_id: row.occurrence for row in mine}.values())
    with correcting(
        "guest_joined", subject=f"person:{member.id}", reason=reason, by=by, preview=preview,
        kept=member.code, gone=guest.code, **stage,
    ) as work:  # fmt: skip
        member, guest = both_now(work, member, guest)
        rows = rows_of_both(work, member, guest)
        doubles = void_doubles(work, rows, by=by)
        _give_rows(work, [row for row in rows if row.person_id != member.id], member, by)
        take_in(work, guest, member)
        work.correction.facts = {**work.correction.facts, "doubles": doubles, "rows": len(mine)}
    return work.correction


def refuse_child(person: Person, row: CheckIn) -> None:
    """Under 14 a named row needs the guardian's consent; raises Conflict without it."""
    if person.guardian_consent_on is None and may_be_child(person, row.occurrence.starts_on):
        raise Conflict(CHILD, name=person.name)


def _give_rows(work, rows, member, by):
    mine = select(CheckIn.id).where(CheckIn.id.in_([r.id for r in rows]), rows_here(by.org))
    mine = set(work.session.scalars(mine))
    for row in rows:
        if row.id in mine:
            give_to(row, member)
        else:
            row.person_id = member.id
        if row.review == "open" and set(row.reasons) <= {"identity"}:
            mark_cleared(row, by=by.actor)
    work.session.flush()
