"""Who was missing at one sitting after another: what absent() says of each, with few questions.

Invitations and leave are asked for by the batch, the lines of the tree once, the members of an org when
a sitting first needs them. Only who came is asked of each sitting: nothing grows with the check-ins.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import and_, or_, select

from app.db import db
from app.domain.events import Occurrence
from app.domain.leaves import Leave
from app.domain.live.frame import Frame, ids_of, invited_to, nodes_of
from app.domain.live.roll import AbsentBranch, Final, came_to, missing
from app.domain.members import COUNTED, Membership, Person, resolved
from app.domain.orgs import Org, OrgLine
from app.domain.periods import Period

FRAMES = 64  # kept: most sittings invite whom another one did


def absences(
    batches: Iterable[list[Occurrence]], period: Period
) -> Iterator[tuple[Occurrence, list[AbsentBranch]]]:
    """Each occurrence of the batches, all of the period, with its absent()."""
    tree, roster = _Tree(period), _Roster(period)
    for batch in batches:
        invited, excused = invited_to(batch), _excused(batch)
        frames = [tree.frame_of(one, invited.get(one.event_id, {})) for one in batch]
        roster.learn({org for frame in frames for org in frame.person_orgs})
        for one, frame in zip(batch, frames, strict=True):
            branches = {org: roster.on(one.starts_on, org) for org in frame.person_orgs}
            yield one, missing(frame, branches, came_to(one), excused.get(one.id, {}))


class _Tree:
    """Every line of the period."""

    def __init__(self, period):
        query = select(
            OrgLine.from_on, OrgLine.to_on, OrgLine.path,
            Org.id, Org.code, Org.short_name, Org.full_name, Org.closed_on,
        ).join(Org, Org.id == OrgLine.org_id).where(_overlaps(period, OrgLine))  # fmt: skip
        self.below: dict[int, list] = {}
        days = set()
        for from_on, to_on, path, *org in db.session.execute(query):
            row = from_on, to_on, ids_of(path), *org
            days |= {from_on, to_on, org[-1]}
            for above in row[2]:
                self.below.setdefault(above, []).append(row)
        self.turns = sorted(days - {None})  # between two of them every day is the same
        self.kept: dict[tuple, tuple] = {}

    def frame_of(self, occurrence, invited) -> Frame:
        frame = Frame(occurrence, invited, (), "")
        key = tuple(sorted(invited.items())), bisect(self.turns, occurrence.starts_on)
        if key not in self.kept:
            if len(self.kept) >= FRAMES:
                self.kept.clear()
            self.kept[key] = nodes_of(frame, self._open_below(invited, occurrence.starts_on))
        return replace(frame, nodes=self.kept[key])

    def _open_below(self, invited, day):
        """What nodes_of() wants of the lines open on a day."""
        rows = {row[2]: row for org in invited for row in self.below.get(org, ())}
        return [row[2:] for row in rows.values() if _is_open(day, *row[:2])]


class _Roster:
    """The members of the orgs asked for, at any time of the period."""

    def __init__(self, period):
        self.period = period
        self.members: dict[int, list] = {}

    def learn(self, orgs):
        """Read the members of those orgs that are not known yet, by pinyin."""
        orgs = orgs - self.members.keys()
        self.members |= {org: [] for org in orgs}
        query = (
            select(Membership.org_id, Membership.from_on, Membership.to_on, Final.id, Final.name)
            .join(Person, Person.id == Membership.person_id)
            .join(Final, Final.id == resolved())
            .where(
                Membership.org_id.in_(orgs), Membership.home, Membership.standing.in_(COUNTED),
                _overlaps(self.period, Membership),
            )
            .order_by(Final.pinyin, Final.id)
        )  # fmt: skip
        for org, *row in db.session.execute(query) if orgs else ():
            self.members[org].append(tuple(row))

    def on(self, day, org):
        """(person id, name) of the members of a day."""
        return [row[2:] for row in self.members[org] if _is_open(day, *row[:2])]


def _is_open(day, from_on, to_on):
    return (from_on is None or from_on <= day) and (to_on is None or to_on > day)


def _overlaps(period, dated):
    return and_(
        or_(dated.from_on.is_(None), dated.from_on <= period.to_on),
        or_(dated.to_on.is_(None), dated.to_on > period.from_on),
    )


def _excused(occurrences):
    """Occurrence id → person id → kind of leave."""
    found: dict[int, dict[int, str]] = {}
    query = (
        select(Leave.occurrence_id, resolved(), Leave.kind)
        .join(Person, Person.id == Leave.person_id)
        .where(
            Leave.occurrence_id.in_([one.id for one in occurrences]), Leave.withdrawn_at.is_(None)
        )
    )
    for occurrence, person, kind in db.session.execute(query):
        found.setdefault(occurrence, {})[person] = kind
    return found
