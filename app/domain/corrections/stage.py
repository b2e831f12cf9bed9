"""What a correction is about, seen from one account: whom and what it may touch, and whose figures
it will show."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, exists, or_, select

from app import clock
from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence, event_or_occurrence
from app.domain.members import Membership, Person, open_on, resolved
from app.domain.orgs import Org, OrgLineAncestor, is_within, lines_in
from app.domain.periods import Period, half_of
from app.errors import Conflict, NotFound
from app.words import N_

MERGED = N_("其中一个刚刚被别人合并了，刷新后再看。")


def is_here(scope: Org):
    """The condition that a Person is the scope's: on a roster of its subtree today; or on none
    today, and once on one of it, or a guest of an event hosted in it."""
    inside = Org.path.like(scope.path + "%")
    mine = select(Membership.id).join(Org, Org.id == Membership.org_id)
    mine = mine.where(Membership.person_id == Person.id, inside)
    anywhere = select(Membership.id).where(
        Membership.person_id == Person.id, open_on(clock.today())
    )
    guest = (
        select(CheckIn.id)
        .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(CheckIn.person_id == Person.id, inside)
    )
    return or_(
        exists(mine.where(open_on(clock.today()))),
        and_(~exists(anywhere), or_(exists(mine), exists(guest))),
    )


def find_person_here(scope: Org, code: str) -> Person:
    """A person of the scope, guests included; raises NotFound, Conflict for one who was merged into
    somebody of the scope."""
    wanted = Person.code == str(code).strip().upper()[:12]
    found = db.session.scalar(
        select(Person).where(wanted, Person.merged_into_id.is_(None), is_here(scope))
    )
    if found is not None:
        return found
    into = select(Person.merged_into_id).where(wanted).scalar_subquery()
    if db.session.scalar(select(Person.id).where(Person.id == into, is_here(scope))):
        raise Conflict(MERGED)
    raise NotFound


def find_event_here(scope: Org, code: str) -> Event:
    """An event hosted in the scope that is out; raises NotFound, Conflict for one that is not."""
    found = event_or_occurrence(code)
    event = found.event if isinstance(found, Occurrence) else found
    if not is_within(scope, event.host):
        raise NotFound
    if event.published_at is None or event.withdrawn_at is not None:
        raise Conflict(N_("这个活动没有发布，或已经撤回，没有数可以更正。"))
    if event.cancelled_at is not None:
        raise Conflict(N_("取消了的活动没有数可以更正。"))
    return event


def find_sitting_here(scope: Org, code: str) -> Occurrence:
    """The sitting of a code (an event's: its only one) hosted in the scope, not called off; raises
    NotFound, Conflict."""
    found, event = event_or_occurrence(code), find_event_here(scope, code)
    if isinstance(found, Event):
        if len(event.alive) > 1:
            raise Conflict(N_("这个活动有几场，请写那一场的签到码。"))
        found = event.alive[0]
    if found.cancelled_at is not None or event.cancelled_at is not None:
        raise Conflict(N_("这一场已经取消，没有数可以更正。"))
    return found


def rows_here(scope: Org):
    """The condition that a CheckIn is the scope's to correct: of an event hosted in it, or of one
    of its own lines."""
    hosted = (
        select(Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Org, Org.id == Event.host_id)
        .where(Org.path.like(scope.path + "%"))
    )
    return or_(CheckIn.occurrence_id.in_(hosted), CheckIn.line_id.in_(lines_in(scope)))


def rows_of(person: Person) -> list[CheckIn]:
    """Every check-in of a person, of those merged into them too, oldest first."""
    same = select(Person.id).where(resolved() == person.id)
    query = select(CheckIn).where(CheckIn.person_id.in_(same))
    return list(db.session.scalars(query.order_by(CheckIn.checked_in_at, CheckIn.id)))


def rows_to_split(person: Person, scope: Org) -> list[CheckIn]:
    """The check-ins of a person that the scope may give to somebody else, newest first."""
    same = select(Person.id).where(resolved() == person.id)
    query = select(CheckIn).where(CheckIn.person_id.in_(same), rows_here(scope))
    return list(db.session.scalars(query.order_by(CheckIn.checked_in_at.desc(), CheckIn.id.desc())))


def home_orgs(*people: Person) -> list[Org]:
    """The orgs these people belong to today."""
    query = (
        select(Org)
        .join(Membership, Membership.org_id == Org.id)
        .where(Membership.person_id.in_([p.id for p in people]), open_on(clock.today()))
    )
    return list(db.session.scalars(query))


def staged(
    scope: Org, *, rows: Iterable[CheckIn] = (), orgs: Iterable[Org] = (),
    occurrences: Iterable[Occurrence] = (), days: Iterable[date] = (),
) -> dict:  # fmt: skip
    """org, counted, period, occurrences as `correcting` takes them: the lowest org above all that
    is touched, every org of the scope on the way to it, and the half-years it lies in."""
    rows, orgs, sittings = list(rows), [o for o in orgs if is_within(scope, o)], list(occurrences)
    seen = sittings + [row.occurrence for row in rows]
    lines = {row.line_id for row in rows} | {o.host_line_id for o in seen}
    above = {i for org in orgs for i in _ids(org)}
    on_lines = select(OrgLineAncestor.org_id).where(OrgLineAncestor.line_id.in_(lines - {None}))
    query = select(Org).where(
        Org.path.like(scope.path + "%"), or_(Org.id.in_(above), Org.id.in_(on_lines))
    )
    counted = {scope.id: scope} | {org.id: org for org in db.session.scalars(query)}
    on = sorted({o.starts_on for o in seen} | set(days)) or [clock.today()]
    return {
        "org": lowest_above(scope, orgs or [scope]),
        "counted": sorted(counted.values(), key=lambda org: _ids(org)),
        "period": Period(half_of(on[0]).from_on, half_of(on[-1]).to_on), "occurrences": sittings,
    }  # fmt: skip


def lowest_above(scope: Org, orgs: list[Org]) -> Org:
    """The lowest org of today's tree, inside the scope, with all of these below it."""
    paths, shared = [_ids(org) for org in orgs], scope.id
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        shared = level[0]
    found = db.session.get(Org, shared)
    return found if is_within(scope, found) else scope


def _ids(org):
    return [int(part) for part in org.path.strip("/").split("/")]
