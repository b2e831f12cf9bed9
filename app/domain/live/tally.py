"""tally(): expected, present and guests of every node, from a handful of statements.

Rows are grouped by line and standing inside the covering index and spread over the tree here; the
few people who could be counted twice (merged, or in two branches at once) are settled one by one.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import and_, func, literal_column, or_, select, union_all

from app import clock
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.leaves import Leave
from app.domain.live.frame import Frame, frame_of
from app.domain.live.heap import Heap
from app.domain.live.seats import claims
from app.domain.members import COUNTED, Membership, Person, open_on, resolved
from app.domain.orgs import Org, OrgLine
from app.domain.tallies import Headcount

RECENT = timedelta(minutes=5)


@dataclass(frozen=True)
class Line:
    """Figures without a place in the tree (其他, 未归属)."""

    guests: int = 0
    open_reviews: int = 0
    heads: int = 0


@dataclass(frozen=True)
class TallyRow:
    """A node with its whole subtree's figures. `parent` is the code of the shown node above."""

    org: str
    name: str
    full_name: str
    parent: str | None
    depth: int
    expected: int
    present: int
    guests: int
    leave: int
    open_reviews: int
    heads: int
    has_children: bool

    @property
    def missing(self) -> int:
        """缺席: expected, not here and not excused."""
        return max(self.expected - self.present - self.leave, 0)


@dataclass(frozen=True)
class Tally:
    """An occurrence at this moment. guests and people include `other` (其他: lines outside every
    invited subtree) and `unaffiliated` (未归属: no line). people: distinct, present + guests. heads:
    清点, in none of the others."""

    version: str
    phase: str
    expected: int
    present: int
    guests: int
    people: int
    leave: int
    open_reviews: int
    heads: int
    recent: int
    is_invited: bool
    rows: tuple[TallyRow, ...]
    other: Line
    unaffiliated: Line

    @property
    def missing(self) -> int:
        """缺席: expected, not here and not excused."""
        return max(self.expected - self.present - self.leave, 0)


def tally(occurrence: Occurrence, rows_of: Org | None = None) -> Tally:
    """The figures of an occurrence (product.md §6), whole or only of the rows of rows_of's subtree.

    expected: distinct persons with an open home membership on the start day, counted standing, in
    the union of the invited subtrees; 1 for an org invited by seat. present: valid rows of counted
    standing whose line lies there; 1 once a valid row holds its seat (live.seats). Everybody else who
    came is a guest. An event that invites nobody expects nobody.
    """
    frame = frame_of(occurrence, rows_of)
    heap = Heap(frame)
    _expect(frame, heap)
    _count(frame, heap)
    _excuse(frame, heap)
    _doubt(frame, heap)
    _count_heads(frame, heap)
    total, rows = heap.total, _rows(frame, heap)
    found = Tally(
        version="", phase=occurrence.phase, expected=total.expected, present=total.present,
        guests=total.guests, people=total.present + total.guests, leave=total.leave,
        open_reviews=total.open_reviews, heads=total.heads, recent=_recent(frame),
        is_invited=bool(frame.invited), rows=rows,
        other=Line(heap.other.guests, heap.other.open_reviews, heap.other.heads),
        unaffiliated=Line(heap.unaffiliated.guests, heap.unaffiliated.open_reviews),
    )  # fmt: skip
    return replace(found, version=digest(found))


def digest(*drawn) -> str:
    """A short name for everything that is drawn: it changes when any of it does."""
    return hashlib.sha256(repr(drawn).encode()).hexdigest()[:16]


def within(query, scope: str, org_id=OrgLine.org_id):
    """The query with only rows of the scope's subtree of today (all for "")."""
    return query.join(Org, Org.id == org_id).where(Org.path.like(scope + "%")) if scope else query


def irregular(frame: Frame):
    """A select of the ids of persons who could be counted twice: merged ones and those they were
    merged into, and whoever leaves a home in the invited tree after the start day."""
    day = frame.occurrence.starts_on
    leaving = select(Membership.person_id).where(
        Membership.org_id.in_(frame.person_orgs), Membership.home, Membership.to_on > day,
        Membership.standing.in_(COUNTED), open_on(day),
    )  # fmt: skip
    return union_all(leaving, *_merged())


def _merged():
    """Merged persons and whom they were merged into. UNION ALL: a plain UNION would have SQLite
    read every person in order instead of the few in the index."""
    is_merged = Person.merged_into_id.is_not(None)
    into = select(Person.merged_into_id).where(is_merged).distinct()
    return select(Person.id).where(is_merged), into


def _expect(frame, heap):
    for node in frame.nodes:
        if node.mode == "seats":
            heap.expect(node.above, 1)
    if not frame.person_orgs:
        return
    twice = irregular(frame).subquery()
    home = and_(
        Membership.org_id.in_(frame.person_orgs), Membership.home,
        Membership.standing.in_(COUNTED), open_on(frame.occurrence.starts_on),
    )  # fmt: skip
    plain = select(Membership.org_id, func.count()).where(
        home, Membership.person_id.not_in(select(twice))
    )
    for org, number in db.session.execute(plain.group_by(Membership.org_id)):
        heap.expect(frame.shown[org].above, number)
    odd = (
        select(Membership.org_id, resolved())
        .join(Person, Person.id == Membership.person_id)
        .where(home, Membership.person_id.in_(select(twice)))
    )
    for org, person in db.session.execute(odd):
        heap.expect_once(frame.shown[org].above, person)


def _count(frame, heap):
    here = (
        CheckIn.occurrence_id == frame.occurrence.id,
        CheckIn.voided_at.is_(None),
    )
    groups = (
        select(CheckIn.line_id, CheckIn.standing, func.count().label("n"))
        .where(*here)
        .group_by(CheckIn.line_id, CheckIn.standing)
        .subquery()
    )
    query = select(groups.c.standing, groups.c.n, OrgLine.path, Org.path).select_from(groups)
    query = query.outerjoin(OrgLine, OrgLine.id == groups.c.line_id)
    query = query.outerjoin(Org, Org.id == OrgLine.org_id)
    for standing, number, path, today in db.session.execute(query):
        heap.come(path, today, standing, number)
    odd = CheckIn.person_id.in_(union_all(*_merged()))
    if frame.has_seats:
        odd |= CheckIn.seat_org_id.is_not(None)
    query = (
        select(resolved(), CheckIn.standing, OrgLine.path, Org.path, CheckIn.seat_org_id)
        .join(Person, Person.id == CheckIn.person_id)
        .outerjoin(OrgLine, OrgLine.id == CheckIn.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
        .where(*here, odd)
        .order_by(CheckIn.id)
    )
    rows = db.session.execute(query).all()
    heap.come_once(row[:4] for row in rows)
    for claim in claims(frame, rows):
        heap.sit(claim.own, claim.seat, claim.standing, is_person=claim.is_person)
    heap.take_seats()


def _excuse(frame, heap):
    """请假 of those expected who did not come after all."""
    occurrence = frame.occurrence
    if not frame.person_orgs:
        return
    asked = select(Leave.person_id).where(
        Leave.occurrence_id == occurrence.id, Leave.withdrawn_at.is_(None)
    )
    finals = select(resolved()).where(Person.id.in_(asked))
    everyone = select(Person.id).where(
        or_(Person.id.in_(finals), Person.merged_into_id.in_(finals))
    )
    came = (
        select(resolved())
        .join(CheckIn, CheckIn.person_id == Person.id)
        .where(
            CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None),
            Person.id.in_(everyone),
        )
    )  # fmt: skip
    query = (
        select(Membership.org_id, resolved())
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.id.in_(everyone), Membership.home, Membership.standing.in_(COUNTED),
            open_on(occurrence.starts_on), resolved().not_in(came),
        )
    )  # fmt: skip
    for org, person in db.session.execute(query):
        if org in frame.person_orgs:
            heap.excuse_once(frame.shown[org].above, person)


def _doubt(frame, heap):
    # The word stands in the statement: a bound value would hide the partial index from SQLite.
    lines = (
        select(CheckIn.line_id, func.count().label("n"))
        .where(
            CheckIn.occurrence_id == frame.occurrence.id,
            CheckIn.review == literal_column("'open'"), CheckIn.voided_at.is_(None),
        )
        .group_by(CheckIn.line_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(OrgLine.path, Org.path, lines.c.n)
        .select_from(lines)
        .outerjoin(OrgLine, OrgLine.id == lines.c.line_id)
        .outerjoin(Org, Org.id == OrgLine.org_id)
    )
    for path, today, number in db.session.execute(query):
        heap.doubt(path, today, number)


def _count_heads(frame, heap):
    query = (
        select(OrgLine.path, Org.path, Headcount.number)
        .join(OrgLine, OrgLine.id == Headcount.line_id)
        .join(Org, Org.id == OrgLine.org_id)
        .where(Headcount.occurrence_id == frame.occurrence.id, Headcount.voided_at.is_(None))
    )
    for path, today, number in db.session.execute(query):
        heap.count_heads(path, today, number)


def _recent(frame):
    query = select(func.count()).select_from(CheckIn).where(
        CheckIn.occurrence_id == frame.occurrence.id, CheckIn.voided_at.is_(None),
        CheckIn.checked_in_at > clock.now() - RECENT, CheckIn.checked_in_at <= clock.now(),
    )  # fmt: skip
    if frame.scope:
        query = within(query.join(OrgLine, OrgLine.id == CheckIn.line_id), frame.scope)
    return db.session.scalar(query)


def _rows(frame, heap):
    kept = [n for n in frame.nodes if not (n.is_closed and heap.is_bare(n.id))]
    shown, parents = {n.id for n in kept}, set()
    lines = []
    for node in kept:
        above = [i for i in node.above if i in shown]
        parent = frame.shown[above[-2]].code if len(above) > 1 else None
        parents.add(parent)
        lines.append((node, parent, len(above) - 1))
    return tuple(
        TallyRow(
            node.code, node.name, node.full_name, parent, depth, pile.expected, pile.present,
            pile.guests, pile.leave, pile.open_reviews, pile.heads, node.code in parents,
        )
        for node, parent, depth in lines
        for pile in (heap.piles[node.id],)
    )  # fmt: skip
