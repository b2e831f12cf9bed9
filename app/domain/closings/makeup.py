"""What the figures of a period and node are made of, small enough to be kept: numbers per sitting and
line, and of the check-ins behind them only sums that change when any of them does."""

from sqlalchemy import case, func, select

from app.db import db
from app.domain.counts.base import attended, counted, held, is_unrecorded, reported
from app.domain.events import Event, EventProgramme, Occurrence
from app.domain.members import COUNTED
from app.domain.orgs import Org, OrgLine, subtree_lines
from app.domain.periods import Period
from app.domain.programmes import Campaign, Programme, Series
from app.domain.venues import Venue

# What stands of a sitting for each line, in this order; the last three tell who without naming anybody.
NUMBERS = ("attendances", "open_reviews", "guests", "minutes", "headcount", "tally")
WHO = ("rows", "people", "unidentified")
EMPTY = (0,) * (len(NUMBERS) + len(WHO))


def makeup(period: Period, org: Org) -> dict:
    """{sittings: {code: {event, title, on, hosted, bare, tags, gathered, lines: {line id: numbers}}},
    tallies: {id: [line id, number, programme]}, types: {line id: [kind, domain]}}, plain values. Sittings that org's subtree hosted or
    took part in, by the lines of the day."""
    lines = subtree_lines(org.id)
    numbers: dict[int, dict] = {}
    for part in (_check_ins, _headcounts, _sitting_tallies):
        for sitting, line, values in part(period, lines):
            cell = numbers.setdefault(sitting, {}).setdefault(str(line), list(EMPTY))
            for place, value in values.items():
                cell[place] += value
    hosted, bare = _hosted(period, lines)
    told = _told(hosted.keys() | numbers.keys())
    return {
        "sittings": {
            told[one]["code"]: {
                **{name: told[one][name] for name in ("event", "title", "on", "tags", "gathered")},
                "hosted": one in hosted, "bare": one in bare, "lines": numbers.get(one, {}),
            }
            for one in sorted(told)
        },
        "tallies": _stretches(period, lines), "types": _types(period, lines),
    }  # fmt: skip


def _check_ins(period, lines):
    rows = attended(period)
    guest = case((rows.c.standing.in_(COUNTED), 0), else_=1)
    query = (
        select(
            rows.c.occurrence_id, rows.c.line_id, func.count(),
            func.sum(case((rows.c.review == "open", 1), else_=0)), func.sum(guest),
            func.sum(rows.c.minutes), func.sum(rows.c.id), func.sum(rows.c.person_id),
            func.sum(case((rows.c.is_unidentified, 1), else_=0)),
        )
        .where(rows.c.line_id.in_(lines))
        .group_by(rows.c.occurrence_id, rows.c.line_id)
    )  # fmt: skip
    places = (0, 1, 2, 3, 6, 7, 8)
    for sitting, line, *values in db.session.execute(query):
        yield sitting, line, {place: int(n) for place, n in zip(places, values, strict=True)}


def _headcounts(period, lines):
    rows = counted(period)
    query = select(rows.c.occurrence_id, rows.c.line_id, rows.c.number)
    for sitting, line, number in db.session.execute(query.where(rows.c.line_id.in_(lines))):
        yield sitting, line, {4: number}


def _sitting_tallies(period, lines):
    for _id, sitting, line, number, _tag in _tallies(period, lines):
        if sitting is not None:
            yield sitting, line, {5: number}


def _stretches(period, lines):
    """The tallies of a stretch of days, which belong to no sitting."""
    return {
        str(id_): [line, number, tag or ""]
        for id_, sitting, line, number, tag in _tallies(period, lines)
        if sitting is None
    }


def _tallies(period, lines):
    rows = reported(period)
    query = (
        select(rows.c.id, rows.c.occurrence_id, rows.c.line_id, rows.c.number, Programme.code)
        .outerjoin(Programme, Programme.id == rows.c.programme_id)
        .where(rows.c.line_id.in_(lines))
        .order_by(rows.c.id)
    )
    return db.session.execute(query).all()


def _hosted(period, lines):
    sitting = held(period)
    mine = sitting.c.host_line_id.in_(lines)
    hosted = dict(db.session.execute(select(sitting.c.id, sitting.c.event_id).where(mine)).all())
    bare = db.session.scalars(select(sitting.c.id).where(mine, is_unrecorded(sitting)))
    return hosted, set(bare)


def _types(period, lines):
    """Of which kind and domain each line that reaches into the period was."""
    query = select(OrgLine.id, OrgLine.kind, OrgLine.domain).where(
        OrgLine.id.in_(lines),
        OrgLine.from_on.is_(None) | (OrgLine.from_on <= period.to_on),
        OrgLine.to_on.is_(None) | (OrgLine.to_on > period.from_on),
    )
    return {str(id_): [kind, domain] for id_, kind, domain in db.session.execute(query)}


def _told(ids):
    """Id → code, event, title, day, the codes of its programmes, and of its series, campaign, venue."""
    query = (
        select(Occurrence.id, Occurrence.code, Event.id, Event.code, Event.title, Occurrence.starts_on,
            Series.code, Campaign.code, Venue.code,
        )
        .join(Event, Event.id == Occurrence.event_id)
        .outerjoin(Series, Series.id == Event.series_id)
        .outerjoin(Campaign, Campaign.id == Event.campaign_id)
        .outerjoin(Venue, Venue.id == Occurrence.venue_id)
        .order_by(Occurrence.id)
    )  # fmt: skip
    tags: dict[int, list] = {}
    tagged = select(EventProgramme.event_id, Programme.code).join(
        Programme, Programme.id == EventProgramme.programme_id
    )
    for event, code in db.session.execute(tagged.order_by(Programme.code)):
        tags.setdefault(event, []).append(code)
    return {
        id_: {"code": code, "event": event, "title": title, "on": on.isoformat(), "tags": tags.get(event_id, []), "gathered": gathered}
        for id_, code, event_id, event, title, on, *gathered in db.session.execute(query)
        if id_ in ids
    }  # fmt: skip
