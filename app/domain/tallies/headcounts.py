"""清点: how many of each org were counted at a sitting, by whoever stood at the door."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, or_, select

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.events import Event, Occurrence
from app.domain.members import open_on
from app.domain.orgs import Org, OrgLine, line_of, search_orgs
from app.domain.staff import Staff
from app.domain.tallies.model import Headcount
from app.errors import Conflict, Invalid, NotFound
from app.text import tidy
from app.words import N_

MOST_HEADS = 99_999
MOST_EVIDENCE = 200
WHOLE_TREE = 40  # up to so many orgs are all on the page; of more, only those at the top


@dataclass(frozen=True)
class Told:
    """So many of one org (its code); None takes its number back. was: what the teller saw before,
    None for nothing, so that nobody overwrites what somebody else has just counted."""

    org: str
    number: int | None
    was: int | None = None


@dataclass(frozen=True)
class HeadLine:
    """An org that may be counted, with what stands there now."""

    org: Org
    depth: int
    headcount: Headcount | None
    by: str = ""

    @property
    def number(self) -> int | None:
        return self.headcount.number if self.headcount else None


@dataclass(frozen=True)
class HeadSheet:
    """The orgs to count in the order of the tree. is_whole: there are no others."""

    lines: tuple[HeadLine, ...]
    is_whole: bool


def can_be_counted(occurrence: Occurrence) -> bool:
    """Whether there may be anybody to count: check-in has begun, and it was not called off."""
    return occurrence.phase in ("open", "closed")


def is_of_schools(event: Event) -> bool:
    """Whether it is a school's own event, or one that asks only schools."""
    asked = [row.org.domain for row in event.invitations]
    return event.host.domain == "school" or (bool(asked) and set(asked) == {"school"})


def count_heads(
    occurrence: Occurrence, told: list[Told], *, by: Actor, evidence: str = "",
    at: datetime | None = None,
) -> int:  # fmt: skip
    """Write down how many of each org were counted; how many numbers changed. An older number is
    voided, not overwritten. Raises Conflict (nothing to count yet, somebody was faster), Invalid,
    NotFound for an org that is neither the host nor invited."""
    evidence = _checked(told, evidence)
    with transaction() as session:
        lock_words(session, "heads", occurrence.id)
        session.refresh(occurrence)
        if not can_be_counted(occurrence):
            raise Conflict(N_("签到还没开始，或者这一场没有办，不能清点。"))
        now = _valid(occurrence)
        changed = [_change(occurrence, now, one) for one in told]
        for org, old, number in filter(None, changed):
            _write(session, occurrence, org, old, number, by=by, evidence=evidence, at=at)
    return len([one for one in changed if one])


def head_sheet(occurrence: Occurrence, words: str = "") -> HeadSheet:
    """The host and the invited orgs with all below them, of a big tree only one level; what was
    counted already; and those that fit the words."""
    counted, (found, is_whole) = _valid(occurrence), _offered(occurrence)
    names = _names([row.actor_id for row in counted.values() if row.actor_kind == "staff"])
    for root in _roots(occurrence.event):
        found += search_orgs(root, words)
    found += db.session.scalars(select(Org).where(Org.id.in_(counted)))
    there = _there_on(occurrence.starts_on, [org.id for org in found])
    orgs = {org.id: org for org in found if org.id in there}
    lines = []
    for org in sorted(orgs.values(), key=_ids):
        row, depth = counted.get(org.id), sum(i in orgs for i in _ids(org)) - 1
        by = names.get(row.actor_id, "") if row and row.actor_kind == "staff" else ""
        lines.append(HeadLine(org, depth, row, by))
    return HeadSheet(tuple(lines), is_whole)


def _checked(told, evidence):
    evidence = tidy(evidence)
    if len(evidence) > MOST_EVIDENCE:
        raise Invalid(N_("最多 %(n)s 个字。"), field="evidence", n=MOST_EVIDENCE)
    for one in told:
        if one.number is not None and not 1 <= one.number <= MOST_HEADS:
            raise Invalid(N_("人数要在 1 到 99999 之间；没有人就留空。"), field=one.org)
    return evidence


def _change(occurrence, now, one):
    """(org, its valid row, the new number), or None where nothing changes."""
    org = db.session.scalar(select(Org).where(Org.code == one.org.strip().upper()[:12]))
    if org is None or not _may_be_told(occurrence.event, org):
        raise NotFound
    old = now.get(org.id)
    is_now = old.number if old else None
    if is_now == one.number:
        return None
    if is_now != one.was:
        raise Conflict(
            N_("%(org)s的人数刚刚有人改过，现在是 %(n)s。看过再改。"), field=org.code,
            org=org.short_name, n=is_now or 0,
        )  # fmt: skip
    return org, old, one.number


def _write(session, occurrence, org, old, number, *, by, evidence, at):
    line_id, now = line_of(org.id, occurrence.starts_on), clock.now()
    if line_id is None:
        raise Invalid(N_("%(org)s那一天还没有成立。"), field=org.code, org=org.short_name)
    if old is not None:
        old.voided_at = now
    if number is not None:
        session.add(
            Headcount(
                occurrence_id=occurrence.id, line_id=line_id, number=number, evidence=evidence,
                counted_at=at or now, actor_kind=by.kind, actor_id=by.id,
            )
        )  # fmt: skip
    event, before = occurrence.event, {"before": old.number if old else None}
    audit.record(
        "headcount_voided" if number is None else "heads_counted", by=by, org_id=event.host_id,
        subject=f"event:{event.id}", event=event.title, occurrence=occurrence.code,
        org=org.full_name, **before, **({} if number is None else {"number": number}),
    )  # fmt: skip


def _valid(occurrence):
    """Org id → its valid headcount."""
    query = (
        select(OrgLine.org_id, Headcount)
        .join(OrgLine, OrgLine.id == Headcount.line_id)
        .where(Headcount.occurrence_id == occurrence.id, Headcount.voided_at.is_(None))
        .order_by(Headcount.id)
        .execution_options(populate_existing=True)
    )
    return dict(db.session.execute(query).all())


def _there_on(day, ids):
    query = select(OrgLine.org_id).where(OrgLine.org_id.in_(ids), open_on(day, OrgLine))
    return set(db.session.scalars(query))


def _roots(event):
    return [event.host, *(row.org for row in event.invitations)]


def _may_be_told(event, org):
    return any(org.path.startswith(root.path) for root in _roots(event))


def _offered(occurrence):
    event, day = occurrence.event, occurrence.starts_on
    tops = [row.org for row in event.invitations] or [event.host]
    below = or_(false(), *(Org.path.like(top.path + "%") for top in tops))
    is_open = or_(Org.closed_on.is_(None), Org.closed_on > day)
    whole = list(db.session.scalars(select(Org).where(below, is_open).limit(WHOLE_TREE + 1)))
    if len(whole) <= WHOLE_TREE:
        return [event.host, *whole], True
    ids = [top.id for top in tops]
    level = select(Org).where(is_open, or_(Org.id.in_(ids), Org.parent_id.in_(ids)))
    return [event.host, *db.session.scalars(level.order_by(Org.path).limit(10 * WHOLE_TREE))], False


def _names(ids):
    query = select(Staff.id, Staff.name).where(Staff.id.in_(ids))
    return dict(db.session.execute(query).all())


def _ids(org):
    return [int(part) for part in org.path.strip("/").split("/")]
