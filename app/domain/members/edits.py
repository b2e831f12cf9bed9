"""Staff's changes to one person: correct what the roster says, see the phone, list the posts."""

import re
from datetime import date

from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.members.model import Person, Post, lasted
from app.domain.members.verbs import set_admission_number, set_name, set_phone
from app.domain.orgs import Org
from app.errors import Conflict, Invalid
from app.keys import unseal
from app.words import N_

MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
NUMBER = re.compile(r"[0-9A-Z]{4,24}")
CHILD_YEARS = 14


def edit_person(
    person: Person, *, by: Actor, org: Org, name: str, admission_number: str, birth_month: str,
    phone: str | None,
) -> tuple[str, ...]:  # fmt: skip
    """Correct a person; phone None leaves it, "" removes it. Returns what changed (name, phone …).

    Raises Invalid for a field, Conflict when somebody else has the number, or name and phone. The
    trail names the fields and holds no value: it is read by auditors, and for ever.
    """
    with transaction() as session:
        session.refresh(person, with_for_update=True)
        before = _kept(person)
        number = _checked_number(admission_number)
        set_name(person, name)
        set_admission_number(person, number)
        person.birth_month = _checked_month(birth_month)
        if phone is not None:
            set_phone(person, phone)
        _refuse_twins(session, person)
        after = _kept(person)
        changed = tuple(field for field in before if before[field] != after[field])
        if changed:
            audit.record(
                "person_edited", by=by, org_id=org.id, subject=f"person:{person.id}",
                person=person.code, changes=list(changed),
            )  # fmt: skip
    return changed


def show_phone(person: Person, *, by: Actor, org: Org) -> str | None:
    """The whole phone number, for a reader who asked for it and is written down; None without."""
    if person.phone_sealed is None:
        return None
    with transaction():
        audit.record(
            "phone_shown", by=by, org_id=org.id, subject=f"person:{person.id}", person=person.code
        )
    return unseal(person.phone_sealed).decode()


def posts_of(person: Person) -> list[tuple[Post, Org]]:
    """Every post of a person with its org, newest first."""
    query = (
        select(Post, Org)
        .join(Org, Org.id == Post.org_id)
        .where(Post.person_id == person.id, lasted(Post))
        .order_by(Post.from_on.desc().nullslast(), Post.id.desc())
    )
    return [(post, org) for post, org in db.session.execute(query)]


def may_be_child(person: Person, day: date | None = None) -> bool:
    """Whether the person may be under 14 on a day, as far as the birth month tells."""
    if not person.birth_month:
        return False
    day = day or clock.today()
    year, month = (int(part) for part in person.birth_month.split("-"))
    # The day of birth is not kept: until the month is over the birthday may still come.
    return (day.year - year) * 12 + day.month - month <= CHILD_YEARS * 12


def _checked_number(number):
    number = re.sub(r"[\s\-]", "", number).upper()
    if number and not NUMBER.fullmatch(number):
        raise Invalid(N_("发展团员编号是 12 位数字，没有就空着。"), field="admission_number")
    return number


def _checked_month(month):
    month = month.strip()
    if not month:
        return None
    if not MONTH.fullmatch(month) or month > clock.today().isoformat()[:7]:
        raise Invalid(N_("出生年月写成 2009-05 这样，不写日。"), field="birth_month")
    return month


def _refuse_twins(session, person):
    """Two people with one number, or with one name and one phone, would be one at the door."""
    others = select(Person.id).where(Person.id != person.id, Person.merged_into_id.is_(None))
    with session.no_autoflush:
        if person.admission_hash and session.scalar(
            others.where(Person.admission_hash == person.admission_hash)
        ):
            raise Conflict(N_("这个编号已经是别人的了。"), field="admission_number")
        same = others.where(
            Person.phone_hash == person.phone_hash, Person.name_key == person.name_key,
            Person.guest_key.is_(None),
        )  # fmt: skip
        if person.phone_hash and session.scalar(same):
            raise Conflict(N_("名册里已有一个同名同号码的人，请先合并花名册。"), field="phone")


def _kept(person):
    return {
        "name": person.name, "phone": person.phone_hash, "admission_number": person.admission_hash,
        "birth_month": person.birth_month,
    }  # fmt: skip
