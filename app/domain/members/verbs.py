"""How people and memberships come to be, and end."""

from datetime import date

from sqlalchemy import select

from app import clock
from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.members.model import Membership, Person
from app.domain.orgs import Org
from app.errors import Invalid
from app.keys import match_key, new_code, seal
from app.text import name_key, normalise_name, phone_digits, pinyin_of
from app.words import N_


def make_person(
    name: str, *, phone: str = "", admission_number: str = "", birth_month: str | None = None
) -> Person:
    """A new Person, not yet added to a session. Raises Invalid for an empty or overlong name."""
    person = Person(code=new_code(8), created_at=clock.now(), is_unidentified=False)
    set_name(person, name)
    set_phone(person, phone)
    set_admission_number(person, admission_number)
    person.birth_month = birth_month
    return person


def set_name(person: Person, name: str) -> None:
    """Set the name with its matching key, pinyin and initials. Raises Invalid."""
    shown = normalise_name(name)
    if not 1 <= len(shown) <= 40:
        raise Invalid(N_("姓名要有 1 到 40 个字。"), field="name")
    person.name, person.name_key = shown, name_key(shown)
    full, initials = pinyin_of(shown)
    person.pinyin, person.initials = full[:240], initials[:60]


def set_phone(person: Person, phone: str) -> None:
    """Set or clear the phone: keyed hash, last four, sealed value. Raises Invalid."""
    if not phone:
        person.phone_hash = person.phone_tail = person.phone_sealed = None
        return
    digits = phone_digits(phone)
    if digits is None:
        raise Invalid(N_("手机号要是 11 位。"), field="phone")
    person.phone_hash, person.phone_tail = match_key("phone", digits), digits[-4:]
    person.phone_sealed = seal(digits)


def set_admission_number(person: Person, number: str) -> None:
    """Set or clear 发展团员编号."""
    person.admission_number = number or None
    person.admission_hash = match_key("number", number) if number else None


def join_branch(
    person: Person, org: Org, *, on: date | None = None, standing: str = "member", home: bool = True
) -> Membership:
    """Open a membership from day `on` (None = open to the past); a home one ends the last home."""
    with transaction() as session:
        if person.id is None:
            session.add(person)
            session.flush()
        if home:
            _end_open_home(session, person, on or clock.today())
        membership = Membership(
            person_id=person.id, org_id=org.id, home=home, standing=standing, from_on=on
        )
        session.add(membership)
    return membership


def end_membership(membership: Membership, *, on: date) -> None:
    """End a membership: `on` is the first day that no longer counts."""
    with transaction():
        membership.to_on = max(on, membership.from_on) if membership.from_on else on


def record_consent(person: Person, *, by: Actor, org: Org, given_by: str, paper: str, on: date):
    """Record the guardian's consent for a person under 14 (who, when, the paper's reference)."""
    with transaction():
        if not given_by.strip() or not paper.strip():
            raise Invalid(N_("请写监护人姓名和纸质材料编号。"), field="given_by")
        if on > clock.today():
            raise Invalid(N_("这一天还没到。"), field="on")
        person.guardian_consent_by, person.guardian_consent_paper = given_by[:60], paper[:120]
        person.guardian_consent_on = on
        audit.record(
            "consent_recorded", by=by, org_id=org.id, subject=f"person:{person.id}",
            person=person.code,
        )  # fmt: skip


def _end_open_home(session, person, day):
    last = session.scalar(
        select(Membership).where(
            Membership.person_id == person.id, Membership.home, Membership.to_on.is_(None)
        )
    )
    if last is not None:
        last.to_on = max(day, last.from_on) if last.from_on else day
        session.flush()
