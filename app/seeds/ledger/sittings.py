"""The sittings of a ledger: rows of one day, start and title are one, with everybody who came."""

from datetime import timedelta

from app import clock
from app.domain import events, programmes
from app.domain.tallies import PEOPLE_TIMES, Told, count_heads
from app.seeds.arrivals import Register
from app.seeds.held import around
from app.seeds.ledger.counted import tally
from app.seeds.ledger.ground import Ground
from app.seeds.ledger.reading import ROLES, Row

SEATS, CHECKS_OUT = "席位", "签退"  # what a ledger's note says of a sitting


def hold_all(ground: Ground, rows: list[Row]) -> None:
    """Every sitting the rows tell of, by their start."""
    sittings: dict[tuple, list[Row]] = {}
    for row in rows:
        sittings.setdefault(row.sitting, []).append(row)
    for same in sorted(sittings.values(), key=lambda same: same[0].sitting[:2]):
        _hold(ground, same)


def _hold(ground, rows):
    """One sitting: the first row says what it was, all of them who was there."""
    counted = [row for row in rows if row.way == "签到"]
    seats = _seats(ground, counted) if SEATS in rows[0].note else []
    occurrence = _announce(ground, rows[0], seats).occurrences[0]
    cancelled = [row for row in rows if row.way == "取消"]
    if cancelled:
        event, ground.trail.at = occurrence.event, occurrence.starts_at - timedelta(days=1)
        events.cancel_event(event, by=ground.by.actor, reason=cancelled[0].note or "取消")
        event.cancelled_at = ground.trail.at
    _arrive(ground, occurrence, counted, seats)
    ground.trail.at = occurrence.ends_at
    heads = [row for row in rows if row.way == "清点"]
    if heads:
        told = Told(ground.root.code, sum(row.number for row in heads))
        said = {"evidence": heads[0].note, "at": occurrence.ends_at}
        count_heads(occurrence, [told], by=ground.by.actor, **said)
    for row in rows:
        if row.way == "填报":
            tally(ground, row, PEOPLE_TIMES, occurrence_id=occurrence.id)
    ground.session.flush()


def _announce(ground, row, seats):
    starts_at = clock.from_local(row.on, row.start)
    ground.trail.at = starts_at - timedelta(days=5)
    ground.story.programmes[row.programme] = programmes.programme_named(row.programme)
    return ground.story.event(
        ground.trail.at, row.title, ground.root, tags=[row.programme], place=row.place,
        starts_at=starts_at, ends_at=clock.from_local(row.on, row.end),
        series=programmes.series_named(row.series, row.season) if row.series else None,
        campaign=programmes.campaign_named(row.campaign) if row.campaign else None, usual_role=ROLES.get(row.role, "audience"),
        checks_out=CHECKS_OUT in row.note, invited=[(org, "seats") for org in seats] or None,
    )  # fmt: skip


def _arrive(ground, occurrence, rows, seats):
    """One check-in for each that was counted, nobody twice in one sitting."""
    register, checks_out = Register(ground.story, occurrence), occurrence.event.checks_out
    came = ground.people(occurrence.starts_on, sum(row.number for row in rows))
    taken = [org.id for org in seats] or [None] * len(came)
    told = _left(ground, occurrence) if checks_out else {}
    for row in rows:
        for at in around(ground.story, occurrence, row.number):
            member = came.pop()
            register.add(
                member.person, min(at, occurrence.ends_at), org_id=member.org_id,
                standing=member.standing, role=ROLES[row.role], seat_org_id=taken.pop(), **told,
            )  # fmt: skip
    register.write()
    occurrence.swept_rows = len(register.rows)
    occurrence.closed_out_at = occurrence.ends_at if checks_out else None


def _left(ground, occurrence):
    """Everybody stayed to the end, and their hours were confirmed."""
    minutes = (occurrence.ends_at - occurrence.starts_at) // timedelta(minutes=1)
    return {
        "checked_out_at": occurrence.ends_at, "checked_out_how": "phone", "measured_minutes": minutes,
        "granted_minutes": minutes, "granted_at": occurrence.ends_at, "granted_by_id": ground.by.id,
    }  # fmt: skip


def _seats(ground, rows):
    """The orgs that have a seat each, as many as came; none where the tree has not so many."""
    number = sum(row.number for row in rows)
    found = ground.orgs_on(rows[0].on)[1:] if rows else []
    return found[:number] if len(found) >= number else []
