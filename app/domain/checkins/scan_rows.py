"""How a desk's or a machine's scan is written down: the row, the guest, the doubt, the attempt."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app import keys
from app.domain import audit
from app.domain.audit import Actor
from app.domain.checkins.model import Attempt, CheckIn
from app.domain.checkins.repeats import typed_columns
from app.domain.checkins.seats import claimed_seat
from app.domain.events import EventOrg
from app.domain.members import Person
from app.domain.orgs import OrgLineAncestor, line_of
from app.text import pinyin_of


@dataclass(frozen=True)
class Asked:
    """The arguments of a scan that say how, not who. at: when it was scanned; now: when it came."""

    by: Actor
    how: str
    at: datetime
    now: datetime
    client_at: datetime | None
    nonce: str | None
    role: str | None
    forced_reason: str
    reasons: tuple[str, ...]
    paper_on: date | None

    @property
    def source(self) -> str:
        return f"{self.by.kind}:{self.by.id or 0}"


@dataclass(frozen=True)
class Known:
    """Somebody who is certain, as read before the writing began."""

    id: int
    code: str
    name_key: str


def write_scan(session, occurrence, who, person, org, typed, asked, refusal, is_over) -> CheckIn:
    """Write the valid row, its attempt and its line of the trail; refusal: what force overcame."""
    person_id = who.person_id or _guest(session, typed, asked.now)
    line_id = who.line_id
    if line_id is None and org is not None:
        line_id = line_of(org.id, occurrence.starts_on)
    reasons = [*asked.reasons, *_reasons(session, occurrence, who, org, typed, line_id, is_over)]
    row = CheckIn(
        code=keys.new_code(10), occurrence_id=occurrence.id, person_id=person_id, line_id=line_id,
        standing=who.standing, chosen_org_id=org.id if org else None,
        seat_org_id=claimed_seat(session, occurrence.event_id, org.id if org else who.org_id),
        suspected_person_id=who.suspected_id, role=asked.role or occurrence.event.usual_role,
        how=asked.how, actor_kind=asked.by.kind, actor_id=asked.by.id, source=asked.source,
        nonce=asked.nonce, client_at=asked.client_at, received_at=asked.now,
        checked_in_at=asked.at, paper_on=asked.paper_on, forced_reason=asked.forced_reason if refusal else "",
        review="open" if reasons else "none", review_reasons=",".join(dict.fromkeys(reasons)),
        **(typed_columns(typed) if typed else {}),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _attempt(session, occurrence, row, typed, asked, "done")
    code = person.code if person else session.get(Person, person_id).code
    facts = {"event": occurrence.event.title, "occurrence": occurrence.code, "person": code}
    act = "ticked"
    if refusal is not None:
        act, facts = "let_in", facts | {"reason": row.forced_reason, "refusal": refusal.code}
    audit.record(
        act, by=asked.by, org_id=occurrence.event.host_id,
        subject=f"event:{occurrence.event_id}", **facts,
    )  # fmt: skip
    return row


def _guest(session, typed, now):
    full, initials = pinyin_of(typed.name)
    guest = Person(
        code=keys.new_code(8), name=typed.name, name_key=typed.name_key, pinyin=full[:240],
        initials=initials[:60], phone_hash=typed.phone_hash, phone_tail=typed.tail,
        phone_sealed=keys.seal(typed.phone) if typed.phone_hash else None,
        guest_key=typed.guest_key, is_unidentified=typed.guest_key is None, created_at=now,
    )  # fmt: skip
    session.add(guest)
    session.flush()
    return guest.id


def _reasons(session, occurrence, who, org, typed, line_id, is_over):
    """Why staff should look at it: doubt is a column, not a refusal (product.md §2a)."""
    found = []
    if typed is not None and who.is_guest and (who.suspected_id or org is not None):
        found.append("identity")
    if org is not None and not who.is_guest and who.org_id != org.id:
        found.append("other_branch")
    if is_over:
        found.append("over_capacity")
    if not occurrence.event.walk_ins and not _is_invited(session, occurrence, line_id):
        found.append("walk_in")
    return found


def _is_invited(session, occurrence, line_id):
    query = (
        select(EventOrg.id)
        .join(OrgLineAncestor, OrgLineAncestor.org_id == EventOrg.org_id)
        .where(EventOrg.event_id == occurrence.event_id, OrgLineAncestor.line_id == (line_id or 0))
    )
    return session.scalar(query.limit(1)) is not None


def attempt_once(session, occurrence, row, typed, asked):
    """A repeat leaves a row of its own; the same repeat sent again does not."""
    known = asked.nonce and session.scalar(
        select(Attempt.id).where(Attempt.source == asked.source, Attempt.nonce == asked.nonce)
    )
    if not known:
        _attempt(session, occurrence, row, typed, asked, "already")


def _attempt(session, occurrence, row, typed, asked, answer):
    session.add(
        Attempt(
            occurrence_id=occurrence.id, check_in_id=row.id, answer=answer, how=asked.how,
            source=asked.source, nonce=asked.nonce, at=asked.at,
            **(typed_columns(typed) if typed else {}),
        )
    )  # fmt: skip
    session.flush()
