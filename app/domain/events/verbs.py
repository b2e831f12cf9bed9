"""How an event comes to be, changes, and is called off. Each verb is one transaction."""

from datetime import datetime

from app import clock
from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.events.changes import changed
from app.domain.events.codes import allot_code
from app.domain.events.model import ROLES, Event, EventOrg
from app.domain.events.rules import (
    check_over,
    checked_host,
    checked_late_reason,
    checked_reason,
    checked_role,
    checked_title,
    checked_words,
    must_be_bare,
)
from app.domain.events.sittings import edit_occurrence, locked, new_weekly
from app.domain.orgs import Org, is_within, line_of
from app.domain.programmes import Campaign, Series
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.words import N_

MODES = ("persons", "seats")


def make_event(
    title: str, *, host: Org, starts_at: datetime, ends_at: datetime, by: Staff | None, actor: Actor,
    invited: list[tuple[Org, str]] | None = None, programmes=(), place: str = "",
    opens_at: datetime | None = None, closes_at: datetime | None = None,
    capacity: int | None = None, capacity_binds: bool = False, series: Series | None = None, campaign: Campaign | None = None,
    after_words: str = "", is_public: bool = False, walk_ins: bool = True, checks_out: bool = False, draft: bool = False, usual_role: str = "audience",
    venue=None, weeks: int = 1, late_reason: str = "", copied_from: Event | None = None,
    at: datetime | None = None, rotates: bool = False,
) -> Event:  # fmt: skip
    """Make an event with one sitting (or one a week for so many weeks), published unless draft.
    invited: (org, persons | seats), None = the host's whole subtree, [] = whoever comes. late_reason:
    why it is entered after it took place (补记); an account must say so. at: when it was published,
    if not now. rotates: its code is on the projector only (动态码). Raises Invalid; NotFound for a host or a guest org outside the subtree of `by`."""
    with transaction() as session:
        invited = [(host, "persons")] if invited is None else invited
        _refuse_outside(by, [host, *(org for org, _mode in invited)])
        now = at or clock.now()
        event = Event(
            code=allot_code(session, "event"), title=checked_title(title), host_id=host.id,
            series_id=series.id if series else None, campaign_id=campaign.id if campaign else None, after_words=checked_words(after_words),
            is_public=is_public, walk_ins=walk_ins, checks_out=checks_out, rotates=rotates, usual_role=checked_role(usual_role),
            made_by_id=by.id if by else None, made_at=now,
            late_reason=checked_late_reason(late_reason),
            copied_from_id=copied_from.id if copied_from else None,
        )  # fmt: skip
        event.programmes = list(programmes)
        event.invitations = _invitations(invited)
        session.add(event)
        session.flush()
        new_weekly(
            session, event, weeks, starts_at=starts_at, ends_at=ends_at, opens_at=opens_at,
            closes_at=closes_at, place=place, venue=venue, capacity=capacity,
            capacity_binds=capacity_binds,
        )  # fmt: skip
        session.expire(event, ["occurrences"])  # in the order of their start from here on
        if draft:
            _record("event_drafted", event, actor)
        else:
            _put_out(event, actor, now)
        session.flush()
        session.expire(event, ["occurrences"])
    return event


def edit_event(
    event: Event, *, by: Actor, sitting: dict | None = None, publish: bool = False, **told
) -> None:
    """Change what is told: title, host, invited (as in make_event), programmes, series, campaign, after_words,
    is_public, walk_ins, checks_out, rotates, usual_role, late_reason; `sitting` (names as in edit_occurrence) changes the only sitting. Another
    host takes every sitting's line along. publish: a draft goes out with the changes. Raises
    Invalid, Conflict."""
    with transaction() as session:
        event = locked(session, event)
        if event.cancelled_at is not None:
            raise Conflict(N_("活动已经取消，不能再改。可以“再办一次”。"))
        if event.withdrawn_at is not None:
            raise Conflict(N_("活动已经撤回，先重新发布再改。"))
        before = _kept(event)
        after = {**before, **_checked(told)}
        if event.published_at is not None and bool(after["late_reason"]) != event.is_late_record:
            raise Conflict(N_("发布以后，补记还是不是补记就不能改了。"))
        if after["invited"] is None:
            after["invited"] = [(after["host"], "persons")]
        changes = changed(_worded(before), _worded(after))
        _apply(session, event, before, after)
        if changes:
            _record("event_edited", event, by, changes=changes)
        session.flush()
        if sitting is not None:
            if not event.is_single:
                raise Conflict(N_("刚刚有人加了一场。刷新后，到那一场里改时间。"))
            edit_occurrence(event.occurrences[0], by=by, **sitting)
        if publish and event.is_draft:
            publish_event(event, by=by)


def renew_code(event: Event, *, by: Actor) -> None:
    """换码: every pass, PIN and grant given so far is worth nothing. Raises Conflict for an event
    whose code does not rotate."""
    with transaction() as session:
        event = locked(session, event)
        if not event.rotates:
            raise Conflict(N_("这个活动没有用动态码，没有码可换。"))
        event.epoch += 1
        _record("code_renewed", event, by)


def publish_event(event: Event, *, by: Actor) -> None:
    """Publish a draft, or put a withdrawn event back. Raises Conflict; Invalid (late_reason) for
    what is over already without a reason, or has one and is not over."""
    with transaction() as session:
        event = locked(session, event)
        if event.published_at is not None and event.withdrawn_at is None:
            raise Conflict(N_("活动已经发布了。"))
        if event.merged_into_id is not None:
            raise Conflict(N_("这个活动已经并进另一个。要分开，到“更正”里撤回那次合并。"))
        _put_out(event, by, clock.now())


def cancel_event(event: Event, *, by: Actor, reason: str) -> None:
    """Call a published event off: its codes say so, and it counts nowhere. Raises Invalid,
    Conflict."""
    with transaction() as session:
        event = locked(session, event)
        if event.cancelled_at is not None:
            raise Conflict(N_("活动已经取消了。"))
        if event.published_at is None or event.withdrawn_at is not None:
            raise Conflict(N_("没有发布的活动不用取消。"))
        event.cancel_reason, event.cancelled_at = checked_reason(reason), clock.now()
        _record("event_cancelled", event, by, reason=event.cancel_reason)


def withdraw_event(event: Event, *, by: Actor) -> None:
    """Take an event back as if it had not been published; a draft goes for good. Raises Conflict."""
    with transaction() as session:
        event = locked(session, event)
        if event.withdrawn_at is not None:
            raise Conflict(N_("活动已经撤回了。"))
        event.withdrawn_at = clock.now()
        _record("event_withdrawn", event, by)


def _put_out(event, by, now):
    """Publish at an instant. What is over by then, and was never out, is a late record: an account
    says why it comes afterwards."""
    is_over = all(one.ends_at <= now for one in event.alive)
    if event.is_late_record:
        check_over(max(one.ends_at for one in event.alive))
    elif is_over and event.published_at is None and by.kind == "staff":
        raise Invalid(
            N_("这个时间已经过去了。改一下时间；已经办过的，写一句补记的原因。"),
            field="late_reason",
        )
    event.published_at, event.withdrawn_at = now, None
    if event.is_late_record:
        _record("event_recorded_late", event, by, reason=event.late_reason)
    else:
        _record("event_published", event, by)


def _refuse_outside(by, orgs):
    if by is not None and not all(is_within(by.org, org) for org in orgs):
        raise NotFound


def _invitations(invited):
    """One row per org; an org below another that is invited with its people is invited already."""
    if any(mode not in MODES for _org, mode in invited):
        raise Invalid(N_("没有这种邀请方式。"), field="invite")
    modes = {org.id: (org, mode) for org, mode in invited}.values()
    whole = [org for org, mode in modes if mode == "persons"]
    return [
        EventOrg(org_id=org.id, mode=mode)
        for org, mode in modes
        if mode == "seats" or not any(is_within(o, org) and o.id != org.id for o in whole)
    ]


def _kept(event):
    return {
        "title": event.title, "host": event.host,
        "invited": [(row.org, row.mode) for row in event.invitations],
        "programmes": list(event.programmes), "series": event.series, "campaign": event.campaign,
        "after_words": event.after_words, "is_public": event.is_public, "walk_ins": event.walk_ins,
        "checks_out": event.checks_out, "rotates": event.rotates, "usual_role": event.usual_role,
        "late_reason": event.late_reason,
    }  # fmt: skip


def _checked(told):
    told = dict(told)
    if "title" in told:
        told["title"] = checked_title(told["title"])
    if "after_words" in told:
        told["after_words"] = checked_words(told["after_words"])
    if "late_reason" in told:
        told["late_reason"] = checked_late_reason(told["late_reason"])
    if "usual_role" in told:
        told["usual_role"] = checked_role(told["usual_role"])
    if "programmes" in told:
        told["programmes"] = sorted(told["programmes"], key=lambda p: (p.ordering, p.id))
    return told


def _worded(kept):
    invited = sorted((org.full_name, mode) for org, mode in kept["invited"])
    words = {"usual_role": ROLES[kept["usual_role"]]}
    return {**kept, **words, "invited": [f"{name} ({mode})" for name, mode in invited]}


def _apply(session, event, before, after):
    for name in (
        "title",
        "after_words",
        "is_public",
        "walk_ins",
        "rotates",
        "checks_out",
        "usual_role",
        "programmes",
        "late_reason",
    ):
        setattr(event, name, after[name])
    for name in ("series", "campaign"):
        setattr(event, f"{name}_id", after[name].id if after[name] else None)
    if _worded(before)["invited"] != _worded(after)["invited"]:
        for row in list(event.invitations):
            session.delete(row)
        session.flush()
        session.add_all(_invitations_of(event, after["invited"]))
        session.flush()
        session.expire(event, ["invitations"])
    if after["host"].id != before["host"].id:
        must_be_bare(session, [occurrence.id for occurrence in event.occurrences], "host")
        for occurrence in event.occurrences:
            checked_host(after["host"], occurrence.starts_on)
            occurrence.host_line_id = line_of(after["host"].id, occurrence.starts_on)
        event.host_id = after["host"].id
        session.flush()
        session.expire(event, ["host"])


def _invitations_of(event, invited):
    rows = _invitations(invited)
    for row in rows:
        row.event_id = event.id
    return rows


def _record(act, event, by, **facts):
    audit.record(
        act, by=by, org_id=event.host_id, subject=f"event:{event.id}", event=event.title, **facts
    )
