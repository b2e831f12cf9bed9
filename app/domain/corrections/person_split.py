"""拆开一个人: two people stood on one record. Some check-ins, the phone, the number are the other's."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.checkins import REPEATED, CheckIn, give_to, mark_void, other_valid_row
from app.domain.corrections.absorb import NUMBER, PHONE
from app.domain.corrections.guest_joined import refuse_child
from app.domain.corrections.model import Correction
from app.domain.corrections.record import Work, correcting
from app.domain.corrections.stage import MERGED, home_orgs, rows_here, rows_of, staged
from app.domain.members import Membership, Person, make_person
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.keys import match_key
from app.text import phone_digits
from app.words import N_


@dataclass(frozen=True)
class Other:
    """Whose the rest is: a person on file, or a new one (same_branch: of the same branch, since the
    same day; else a guest, who needs a phone)."""

    person: Person | None = None
    name: str = ""
    phone: str = ""
    same_branch: bool = False


def split_person(
    person: Person, other: Other, *, rows: list[str], by: Staff, gives_phone: bool = False,
    gives_number: bool = False, reason: str = "", preview: bool = False,
) -> Correction:  # fmt: skip
    """Give the check-ins (codes) and what else is said to the other one. A row gets the line and
    standing the other's roster says of its day; where they had checked in, it is voided as 重复.
    Raises Invalid, Conflict, NotFound for a row that is not the person's or not to be corrected."""
    wanted = {code.strip().upper() for code in rows}
    mine = [row for row in rows_of(person) if row.code in wanted]
    if len(mine) != len(wanted) or len(_allowed(mine, by)) != len(mine):
        raise NotFound
    if not (mine or gives_phone or gives_number):
        raise Invalid(N_("勾选哪几次签到、手机号或编号是另一个人的。"), field="rows")
    if other.person is not None and other.person.id == person.id:
        raise Invalid(N_("要选两个不同的人。"), field="other")
    known = [p for p in (person, other.person) if p]
    shown = [*mine, *(rows_of(other.person) if other.person else [])]
    stage = staged(by.org, rows=shown, orgs=home_orgs(*known))
    stage["occurrences"] = list({row.occurrence_id: row.occurrence for row in mine}.values())
    with correcting(
        "person_split", subject=f"person:{person.id}", reason=reason, by=by, preview=preview,
        kept=person.code, **stage,
    ) as work:  # fmt: skip
        person = _now(work, person)
        target = _now(work, other.person) if other.person else _new(work, person, other)
        _give_traits(person, target, gives_phone, gives_number)
        held = work.hold(CheckIn, CheckIn.id.in_([row.id for row in mine]))
        doubles = [d for row in held if (d := _give(work, row, target, by))]
        work.correction.facts = {
            **work.correction.facts, "gone": target.code, "doubles": doubles, "rows": len(held),
        }  # fmt: skip
    return work.correction


def _allowed(rows, by):
    query = select(CheckIn.id).where(CheckIn.id.in_([r.id for r in rows]), rows_here(by.org))
    return list(db.session.scalars(query))


def _now(work: Work, person, first=None):
    if first is not None and person.id == first.id:
        raise Invalid(N_("要选两个不同的人。"), field="other")
    found = work.hold(Person, Person.id == person.id)
    if found[0].merged_into_id is not None:
        raise Conflict(MERGED)
    return found[0]


def _new(work, person, other):
    made = make_person(other.name, phone=other.phone)
    if other.same_branch:
        return _of_the_branch(work, person, made)
    if made.phone_hash is None:
        raise Invalid(N_("不在同一个支部的，要写完整的手机号，不然认不出他。"), field="phone")
    made.guest_key = match_key("guest", f"{made.name_key}|{phone_digits(other.phone)}")
    known = work.session.scalar(select(Person).where(Person.guest_key == made.guest_key))
    if known is not None:  # they came as a guest before
        return _now(work, work.session.get(Person, known.merged_into_id or known.id), person)
    return _added(work, made)


def _of_the_branch(work, person, made):
    twin = select(Person.id).where(
        Person.name_key == made.name_key, Person.phone_hash == made.phone_hash,
        Person.merged_into_id.is_(None), Person.guest_key.is_(None),
    )  # fmt: skip
    if made.phone_hash and work.session.scalar(twin):
        raise Conflict(N_("名册里已有一个同名同号码的人，请直接选他。"), field="phone")
    homes = select(Membership).where(Membership.person_id == person.id, Membership.home)
    home = work.session.scalars(homes.order_by(Membership.id.desc())).first()
    if home is None:
        raise Invalid(N_("原来的人不在任何支部，另一个人请写手机号。"), field="same_branch")
    _added(work, made)
    joined = Membership(
        person_id=made.id, org_id=home.org_id, standing=home.standing, from_on=home.from_on,
        to_on=home.to_on, home=True,
    )  # fmt: skip
    work.session.add(joined)
    work.session.flush()
    work.add("membership", joined.id)
    return made


def _added(work, made):
    work.session.add(made)
    work.session.flush()
    work.add("person", made.id)
    return made


def _give_traits(person, target, phone, number):
    for fields, wanted in ((PHONE, phone), (NUMBER, number)):
        if not wanted or getattr(person, fields[0]) is None:
            continue
        is_free = getattr(target, fields[0]) is None  # a number they have is not written over
        for name in fields:
            if is_free:
                setattr(target, name, getattr(person, name))
            setattr(person, name, None)


def _give(work, row, target, by):
    """Hand one row over; what became of it when the other one had a valid row there."""
    refuse_child(target, row)
    kept = other_valid_row(work.session, row, target) if row.voided_at is None else None
    told = None
    if kept:
        mark_void(row, REPEATED, by=by.actor)
        work.session.flush()
        code = work.session.get(CheckIn, kept).code
        told = {"sitting": row.occurrence.code, "kept": code, "voided": row.code}
    if give_to(row, target) is None:
        row.standing = None  # nobody's member that day: a guest of the line it had
    work.session.flush()
    return told
