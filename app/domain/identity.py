"""Who somebody at the door is, from nothing but what they typed (product.md §2a).

Certain are: name + full phone; name + admission number; name + last four that fit one person of
the whole roster. Everybody else is a guest, with the person they may be beside them.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.domain.members import Membership, Person, open_on, resolved
from app.domain.orgs import OrgLine
from app.errors import Invalid
from app.keys import match_key
from app.text import name_key, normalise_name, phone_digits
from app.words import N_

NUMBER = re.compile(r"[0-9A-Z]{4,24}")
LONGEST_KEY = 60  # the column: folded, some letters become two
HAS_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Typed:
    """What was typed, normalised. phone is 11 digits, four digits or empty."""

    name: str
    name_key: str
    phone: str
    tail: str | None
    phone_hash: str | None
    number: str
    number_hash: str | None

    @property
    def guest_key(self) -> str | None:
        """The key of a guest: name + full phone; None without a full phone."""
        return match_key("guest", f"{self.name_key}|{self.phone}") if self.phone_hash else None


@dataclass(frozen=True)
class Who:
    """The person behind what was typed: person_id None = a new guest. line_id, standing and org_id
    are the roster's of that day. is_guest: the roster does not know them; suspected_id: who a guest
    may be."""

    person_id: int | None = None
    is_guest: bool = True
    org_id: int | None = None
    line_id: int | None = None
    standing: str | None = None
    suspected_id: int | None = None


def problems_of(name: str, phone: str, number: str) -> list[Invalid]:
    """Everything wrong with the three fields, in their order; empty when they can be taken."""
    found = []
    shown, digits = normalise_name(name), _digits(phone)
    if not shown:
        found.append(Invalid(N_("请写姓名。"), field="name"))
    elif len(shown) > 40 or len(name_key(shown)) > LONGEST_KEY or not HAS_LETTER.search(shown):
        found.append(Invalid(N_("姓名要有 1 到 40 个字，不能只写数字或符号。"), field="name"))
    if not phone.strip():
        if not number.strip():
            found.append(Invalid(N_("请写手机号，11 位，或只写后四位。"), field="phone"))
    elif phone_digits(phone) is None and len(digits) != 4:
        found.append(_phone_problem(digits))
    if number.strip() and not NUMBER.fullmatch(_number(number)):
        found.append(Invalid(N_("团员编号是 12 位数字，没有就空着。"), field="number"))
    return found


def read(name: str, phone: str, number: str) -> Typed:
    """Normalise the three fields; raises the first Invalid of problems_of."""
    for problem in problems_of(name, phone, number):
        raise problem
    shown, full, four, number = (
        normalise_name(name),
        phone_digits(phone),
        _digits(phone),
        _number(number),
    )
    return Typed(
        name=shown,
        name_key=name_key(shown),
        phone=full or four,
        tail=(full or four)[-4:] or None,
        phone_hash=match_key("phone", full) if full else None,
        number=number,
        number_hash=match_key("number", number) if number else None,
    )


def who_is(session, typed: Typed, day: date, chosen_org_id: int | None) -> Who:
    """Resolve what was typed against the roster of a local day: one statement, always the same."""
    rows = _candidates(session, typed, day)
    certain = _certain(rows, typed)
    if certain is not None and certain.on_roster:
        return Who(certain.final_id, False, certain.org_id, certain.line_id, certain.standing)
    known = certain.final_id if certain is not None else None  # a guest who came before
    return Who(known, suspected_id=_suspected(rows, typed, chosen_org_id))


def _candidates(session, typed, day):
    home, line, any_membership = aliased(Membership), aliased(OrgLine), aliased(Membership)
    final = resolved()
    on_roster = exists(select(any_membership.id).where(any_membership.person_id == final))
    query = (
        select(
            final.label("final_id"),
            Person.name_key, Person.phone_hash, Person.phone_tail, Person.admission_hash,
            Person.guest_key, on_roster.label("on_roster"),
            home.org_id, home.standing, line.id.label("line_id"),
        )
        .outerjoin(home, and_(home.person_id == final, home.home, open_on(day, home)))
        .outerjoin(line, and_(line.org_id == home.org_id, open_on(day, line)))
        .where(
            or_(
                Person.name_key == typed.name_key,
                # '' for nothing typed: it matches nobody, and keeps the statement the same
                Person.phone_hash == (typed.phone_hash or ""),
                Person.admission_hash == (typed.number_hash or ""),
                Person.guest_key == (typed.guest_key or ""),
            )
        )
        .order_by(Person.id)
    )  # fmt: skip
    return session.execute(query).all()


def _certain(rows, typed):
    named = [row for row in rows if row.name_key == typed.name_key]
    ways = [
        [r for r in rows if typed.guest_key and r.guest_key == typed.guest_key],
        [
            r
            for r in named
            if r.on_roster and typed.number_hash and r.admission_hash == typed.number_hash
        ],
        [r for r in named if r.on_roster and typed.phone_hash and r.phone_hash == typed.phone_hash],
    ]
    if typed.phone and not typed.phone_hash:
        ways.append([r for r in named if r.on_roster and r.phone_tail == typed.tail])
    # A guest written earlier yields to a roster person with the same name and phone.
    for fitting in (*ways[1:], ways[0]):
        if len({row.final_id for row in fitting}) == 1:
            return fitting[0]
    return None


def _suspected(rows, typed, chosen_org_id):
    """Who staff should look at first: same name in the chosen branch, same name, same phone."""
    roster = [row for row in rows if row.on_roster]
    for fits in (
        lambda r: r.name_key == typed.name_key and r.org_id == chosen_org_id,
        lambda r: r.name_key == typed.name_key and r.phone_tail == typed.tail,
        lambda r: r.name_key == typed.name_key,
        lambda r: typed.phone_hash and r.phone_hash == typed.phone_hash,
        lambda r: typed.number_hash and r.admission_hash == typed.number_hash,
    ):
        found = {row.final_id for row in roster if fits(row)}
        if found:
            return min(found)
    return None


def _phone_problem(digits):
    if not digits:
        return Invalid(N_("手机号要写数字：11 位，或只写后四位。"), field="phone")
    if len(digits) == 11:
        return Invalid(N_("手机号要以 13–19 开头，请对一下。"), field="phone")
    return Invalid(
        N_("手机号是 11 位（或只写后四位），现在是 %(n)s 位。请对一下再填。"),
        field="phone",
        n=len(digits),
    )


def _digits(phone):
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", phone))[:40]


def _number(number):
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", number)).upper()[:40]
