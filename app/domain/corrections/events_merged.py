"""合并重复的活动: one event was made twice. Everything recorded goes to the one that stays; the other
is withdrawn, and its printed codes lead there."""

from sqlalchemy import or_, select

from app import clock
from app.db import db
from app.domain.checkins import Attempt, CheckIn
from app.domain.corrections.model import Correction
from app.domain.corrections.record import correcting
from app.domain.corrections.rehoming import give_to_host, move_numbers, move_row
from app.domain.corrections.stage import staged
from app.domain.events import Event, EventOrg, Occurrence, counterparts
from app.domain.orgs import is_within, line_of
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_


def merge_events(
    kept: Event, gone: Event, *, by: Staff, reason: str = "", preview: bool = False
) -> Correction:
    """Check-ins, scans, headcounts, reported figures, leave and invitations of `gone` become
    `kept`'s, each sitting's on the same day; a sitting with no like moves over whole. Somebody in
    both keeps one row. Raises Invalid, NotFound, Conflict when one of them is not out any more."""
    if kept.id == gone.id:
        raise Invalid(N_("要选两个不同的活动。"), field="other")
    if not all(is_within(by.org, event.host) for event in (kept, gone)):
        raise NotFound
    sittings = [*kept.occurrences, *gone.occurrences]
    rows = list(db.session.scalars(select(CheckIn).where(CheckIn.occurrence_id.in_([o.id for o in sittings]))))  # fmt: skip
    stage = staged(by.org, rows=rows, orgs=[kept.host, gone.host], occurrences=sittings)
    with correcting(
        "events_merged", subject=f"event:{kept.id}", reason=reason, by=by, preview=preview,
        kept=kept.code, gone=gone.code, **stage,
    ) as work:  # fmt: skip
        kept, gone = _both_now(work, kept, gone)
        doubles, moved = [], 0
        pairs = counterparts(gone, kept)
        if not pairs:
            raise Conflict(N_("这两个活动没有同一天的场次，不像是建了两遍。先改日期，再合并。"))
        for sitting in work.hold(Occurrence, Occurrence.event_id == gone.id):
            target = pairs.get(sitting.id)
            if target is not None:
                told = _empty_into(work, sitting, target, by)
                moved, doubles = moved + told[0], doubles + told[1]
            elif sitting.cancelled_at is None:
                sitting.event_id = kept.id
                sitting.host_line_id = line_of(kept.host_id, sitting.starts_on)
                give_to_host(work, sitting)
        _take_invitations(work, kept, gone)
        for event in work.hold(Event, or_(Event.id == gone.id, Event.merged_into_id == gone.id)):
            event.merged_into_id = kept.id
        gone.withdrawn_at = clock.now()
        work.session.flush()
        work.session.expire(kept, ["occurrences", "invitations"])
        work.session.expire(gone, ["occurrences", "invitations"])
        work.correction.facts = {**work.correction.facts, "doubles": doubles, "rows": moved}
    return work.correction


def _both_now(work, kept, gone):
    found = {e.id: e for e in work.hold(Event, Event.id.in_([kept.id, gone.id]))}
    for event in found.values():
        work.session.expire(event, ["occurrences", "invitations"])
        if event.withdrawn_at is not None or event.published_at is None:
            raise Conflict(N_("其中一个活动刚刚撤回或并掉了，刷新后再看。"))
        if event.cancelled_at is not None:
            raise Conflict(N_("取消了的活动不能合并。"))
    return found[kept.id], found[gone.id]


def _empty_into(work, sitting, target, by):
    """(check-ins moved, the doubles among them) of one sitting."""
    rows = work.hold(CheckIn, CheckIn.occurrence_id == sitting.id)
    doubles = [told for row in rows if (told := move_row(work, row, target, by=by))]
    for attempt in work.hold(Attempt, Attempt.occurrence_id == sitting.id):
        attempt.occurrence_id = target.id
    move_numbers(work, sitting, target)
    give_to_host(work, target)
    return len(rows), doubles


def _take_invitations(work, kept, gone):
    """Whom the other event invited besides. Moved, not added: taking back needs no deleting."""
    rows = work.hold(EventOrg, EventOrg.event_id.in_([kept.id, gone.id]))
    mine = [row for row in rows if row.event_id == kept.id]
    whole = [row.org for row in mine if row.mode == "persons"]
    known = {row.org_id for row in mine}
    for row in rows:
        if row.event_id == kept.id or row.org_id in known:
            continue
        if row.mode == "seats" or not any(is_within(org, row.org) for org in whole):
            row.event_id = kept.id
    work.session.flush()
