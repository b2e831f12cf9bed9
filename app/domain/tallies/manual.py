"""手工数: writing a reported figure down, correcting it, taking it back. Each verb is one transaction."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import update

from app import clock
from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.events import Occurrence
from app.domain.orgs import Org, line_of, org_of_line
from app.domain.programmes import Programme
from app.domain.tallies.model import ManualTally
from app.domain.voiding import (
    changed,
    checked_day,
    checked_texts,
    checked_why,
    must_stand,
    void_row,
)
from app.errors import Invalid
from app.keys import new_code
from app.words import N_

MOST_TALLIED = 99_999_999
LONGEST = {"unit": 10, "evidence": 200, "link": 300, "note": 200}


@dataclass(frozen=True)
class Reported:
    """What is told of a figure: how much, where that can be seen, and whose it is: the host's on the
    day of `occurrence`, or else an org's over days, of a programme or of none."""

    unit: str
    number: int
    occurrence: Occurrence | None = None
    org: Org | None = None
    programme: Programme | None = None
    from_on: date | None = None
    to_on: date | None = None
    evidence: str = ""
    link: str = ""
    note: str = ""


def report(told: Reported, *, by: Actor) -> ManualTally:
    """Write a figure down. Raises Invalid."""
    with transaction() as session:
        tally = _row(told, by)
        session.add(tally)
        session.flush()
        _say("tally_made", tally, by, unit=tally.unit, number=tally.number)
    return tally


def correct(tally: ManualTally, told: Reported, *, by: Actor) -> ManualTally:
    """Void the row and write another in its place, with the evidence it had; returns it. Raises Invalid, Conflict for a row
    that does not stand any more."""
    with transaction() as session:
        must_stand(session, tally)
        before, after = _told(tally), _row(told, by)
        void_row(tally, by)
        session.add(after)
        session.flush()
        _take_along(session, tally, after)
        _say("tally_corrected", after, by, unit=after.unit, changes=changed(before, _told(after)))
    return after


def take_back(tally: ManualTally, reason: str, *, by: Actor) -> None:
    """Void a figure with a reason; the row stays. Raises Invalid, Conflict."""
    reason = checked_why(reason)
    with transaction() as session:
        must_stand(session, tally)
        void_row(tally, by, reason)
        _say("tally_voided", tally, by, unit=tally.unit, number=tally.number, reason=reason)


def _take_along(session, before, after):
    """What proved the figure proves the corrected one."""
    evidence = db.metadata.tables["attachment"]  # a room above this one
    session.execute(
        update(evidence).where(evidence.c.tally_id == before.id).values(tally_id=after.id)
    )
    session.expire_all()


def _row(told, by):
    texts = checked_texts({name: getattr(told, name) for name in LONGEST}, LONGEST)
    if not texts["unit"]:
        raise Invalid(N_("写上单位，比如人次、篇。"), field="unit")
    if texts["link"] and not texts["link"].startswith(("https://", "http://")):
        raise Invalid(N_("网址要以 https:// 或 http:// 开头。"), field="link")
    if not (texts["evidence"] or texts["link"]):
        raise Invalid(N_("写一句数从哪里来，或者贴一个网址。"), field="evidence")
    if not 1 <= told.number <= MOST_TALLIED:
        raise Invalid(N_("数要在 1 到 99999999 之间。"), field="number")
    whose = _of_sitting(told.occurrence) if told.occurrence else _of_days(told)
    made = {"code": new_code(8), "made_at": clock.now(), "made_by_id": by.id}
    return ManualTally(number=told.number, **texts, **whose, **made)


def _of_sitting(occurrence):
    day = checked_day(occurrence.starts_on, "number")
    return {
        "occurrence_id": occurrence.id, "line_id": occurrence.host_line_id, "programme_id": None,
        "from_on": day, "to_on": day,
    }  # fmt: skip


def _of_days(told):
    first, last = checked_day(told.from_on, "from_on"), checked_day(told.to_on, "to_on")
    if last < first:
        raise Invalid(N_("结束日期不能早于开始日期。"), field="to_on")
    line_id = line_of(told.org.id, last)
    if line_id is None:
        raise Invalid(N_("这个组织那一天不在。"), field="org")
    return {
        "occurrence_id": None, "line_id": line_id, "from_on": first, "to_on": last,
        "programme_id": told.programme.id if told.programme else None,
    }  # fmt: skip


def _told(tally):
    """What a reader of the trail wants to compare."""
    found = {
        name: getattr(tally, name) for name in ("unit", "number", "from_on", "to_on", *LONGEST)
    }
    programme = tally.programme.name if tally.programme else None
    return found | {"org": org_of_line(tally.line).full_name, "programmes": programme}


def _say(act, tally, by, **facts):
    org = org_of_line(tally.line)
    audit.record(act, by=by, org_id=org.id, subject=f"tally:{tally.id}", org=org.full_name, **facts)
