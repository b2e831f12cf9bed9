"""Who a doubtful check-in may be, told to staff alone: never to the phone."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.members import Membership, Person, open_on, resolved
from app.domain.orgs import Org, OrgLine, OrgLineAncestor
from app.words import N_

# Why somebody stands beside a doubt, with its weight: the heaviest is the best match.
GROUNDS = {
    "self": N_("名册里就是这个人"), "number": N_("团员编号相同"), "phone": N_("手机号相同"),
    "name": N_("姓名相同"), "tail": N_("后四位相同"), "branch": N_("支部相同"),
    "pinyin": N_("读音相同"), "other_phone": N_("手机号不同"),
}  # fmt: skip
WEIGHTS = {
    "self": 32, "number": 16, "phone": 12, "name": 8, "tail": 6, "branch": 4, "pinyin": 2,
    "other_phone": -3,
}  # fmt: skip
MOST = 3  # beside one doubt


@dataclass(frozen=True)
class Match:
    """Somebody a check-in may be. org and standing are the roster's of that day; present_at is when
    they checked in themselves (confirming then voids the doubtful row as a repeat)."""

    person: Person
    org: Org | None
    standing: str | None
    grounds: tuple[str, ...]
    present_at: datetime | None = None
    is_certain: bool = False


def matches_of(scope: Org, occurrence: Occurrence, rows: list[CheckIn]) -> dict[int, list[Match]]:
    """Check-in id → its best matches, for rows of one occurrence. Only people whose home lies in
    the scope or in an invited subtree, and the row's own person."""
    found = _candidates(scope, occurrence, rows)
    present = _present(occurrence, found)
    matches = {
        row.id: sorted(
            (m for who in found if (m := _match(row, *who, present)) is not None),
            key=lambda m: (-sum(WEIGHTS[g] for g in m.grounds), m.person.id),
        )[:MOST]
        for row in rows
    }
    return _unshared(matches)


def roots_of(scope: Org, occurrence: Occurrence) -> list[int]:
    """The ids of the orgs whose people staff of this scope may see beside a doubt of the event."""
    return [scope.id, *(row.org_id for row in occurrence.event.invitations)]


def is_home_within(roots: list[int], day):
    """The condition that a Person's home membership on a day lies under one of the roots."""
    home, line = aliased(Membership), aliased(OrgLine)
    return exists(
        select(home.id)
        .join(line, and_(line.org_id == home.org_id, open_on(day, line)))
        .join(OrgLineAncestor, OrgLineAncestor.line_id == line.id)
        .where(
            home.person_id == Person.id, home.home, open_on(day, home),
            OrgLineAncestor.org_id.in_(roots),
        )
        .correlate(Person)
    )  # fmt: skip


def _candidates(scope, occurrence, rows):
    """(person, home membership or None, its org or None) of everybody who fits any of the rows."""
    day = occurrence.starts_on
    alike = or_(
        Person.name_key.in_({row.person.name_key for row in rows}),
        Person.pinyin.in_({row.person.pinyin for row in rows} - {""}),
        Person.phone_hash.in_({row.typed_phone_hash for row in rows} - {None}),
        Person.admission_hash.in_({row.typed_number_hash for row in rows} - {None}),
        Person.id.in_({row.suspected_person_id for row in rows} - {None}),
    )
    within = is_home_within(roots_of(scope, occurrence), day)
    own = Person.id.in_({row.person_id for row in rows})
    query = (
        select(Person, Membership, Org)
        .outerjoin(
            Membership, and_(Membership.person_id == Person.id, Membership.home, open_on(day))
        )
        .outerjoin(Org, Org.id == Membership.org_id)
        .where(Person.merged_into_id.is_(None), or_(own, and_(alike, within)))
    )
    return db.session.execute(query).all()


def _present(occurrence, found):
    """Person id → when their valid check-in of the occurrence was; merged persons count as one."""
    ids = [person.id for person, _home, _org in found]
    query = (
        select(resolved(), CheckIn.id, CheckIn.checked_in_at)
        .join(CheckIn, CheckIn.person_id == Person.id)
        .where(
            CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None), resolved().in_(ids)
        )
    )
    present = defaultdict(list)
    for person_id, row_id, at in db.session.execute(query):
        present[person_id].append((row_id, at))
    return present


def _match(row, person, home, org, present):
    is_own = person.id == row.person_id
    if is_own and home is None and (person.guest_key or person.is_unidentified):
        return None  # the guest as which it was written
    grounds = _grounds(row, person, org, is_own)
    if not any(WEIGHTS[g] > 0 for g in grounds if g != "branch"):
        return None
    at = next((at for row_id, at in present[person.id] if row_id != row.id), None)
    standing = home.standing if home else None
    certain = _is_certain(row, person, grounds, at)
    return Match(person, org, standing, grounds, at, certain)


def _grounds(row, person, org, is_own):
    typed_tail = row.typed_tail
    if is_own:
        return ("self",)
    fits = {
        "number": row.typed_number_hash and row.typed_number_hash == person.admission_hash,
        "phone": row.typed_phone_hash and row.typed_phone_hash == person.phone_hash,
        "name": row.person.name_key == person.name_key,
        "pinyin": row.person.name_key != person.name_key and row.person.pinyin == person.pinyin,
        "branch": org is not None and row.chosen_org_id == org.id,
    }
    fits["tail"] = not fits["phone"] and typed_tail and typed_tail == person.phone_tail
    fits["other_phone"] = (
        typed_tail
        and person.phone_tail
        and not fits["phone"]
        and (not fits["tail"] or (row.typed_phone_hash and person.phone_hash))
    )
    return tuple(ground for ground in GROUNDS if fits.get(ground))


def _is_certain(row, person, grounds, present_at):
    """Safe to confirm together with others: one name, and a second sign that is not contradicted."""
    if "under_14" in row.reasons and person.guardian_consent_on is None:
        return False
    if "self" in grounds:
        return True
    if "name" not in grounds or "other_phone" in grounds:
        return False
    if {"number", "phone", "tail"} & set(grounds):
        return True
    return "branch" in grounds and present_at is None


def _unshared(matches):
    """A row with several certain matches, or whose certain match fits another row too, has none."""
    claims = Counter(
        m.person.id for found in matches.values() for m in found if m.is_certain and "self" not in m.grounds
    )  # fmt: skip
    settled = {}
    for row_id, found in matches.items():
        sure = [m for m in found if m.is_certain]
        alone = len(sure) == 1 and claims[sure[0].person.id] <= 1
        settled[row_id] = found if alone else [replace(m, is_certain=False) for m in found]
    return settled
