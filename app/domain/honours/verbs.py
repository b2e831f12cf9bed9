"""Writing honours down, many at once; correcting one, taking one back. Each verb is one transaction."""

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from app import clock
from app.db import lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.honours.model import LEVELS, Honour
from app.domain.honours.recipients import whose
from app.domain.orgs import Org, org_of_line
from app.domain.voiding import (
    changed,
    checked_day,
    checked_texts,
    checked_why,
    must_stand,
    void_row,
)
from app.errors import Conflict, Invalid
from app.keys import new_code
from app.text import normalise_name, tidy
from app.words import N_

MOST_NAMES = 500
YEARS = range(1949, 2101)
LONGEST = {"title": 40, "evidence": 200}
NUMBERED = re.compile(r"^[0-9]{1,3}\s*[.、．)）]\s*")  # "1. 王芳", as lists are copied


@dataclass(frozen=True)
class Award:
    """What is told of an honour, but for who got it. year: that of the honour; None, of the day."""

    org: Org
    title: str
    level: str
    granted_on: date
    is_collective: bool = False
    year: int | None = None
    evidence: str = ""


def grant(award: Award, names: str, *, by: Actor) -> list[Honour]:
    """Write the honour down for every name, one a line. Whom the roster knows is linked. Raises
    Invalid, Conflict for somebody who has it already."""
    award, recipients = _checked(award), _read(names)
    with transaction() as session:
        lock_words(session, "honour", award.title, award.year)
        rows = [_row(award, recipient, by) for recipient in recipients]
        _must_be_new(session, rows)
        session.add_all(rows)
        session.flush()
        audit.record(
            "honours_made", by=by, org_id=award.org.id, subject=f"org:{award.org.id}",
            org=award.org.full_name, honour=award.title, number=len(rows),
        )  # fmt: skip
    return rows


def correct(honour: Honour, award: Award, recipient: str, *, by: Actor) -> Honour:
    """Void the honour and write another in its place; returns it. Raises Invalid, Conflict."""
    award, recipients = _checked(award), _read(recipient)
    if len(recipients) != 1:
        raise Invalid(N_("这里只写一个名字。"), field="recipient")
    with transaction() as session:
        lock_words(session, "honour", award.title, award.year)
        must_stand(session, honour)
        before, after = _told(honour), _row(award, recipients[0], by)
        void_row(honour, by)
        session.flush()
        _must_be_new(session, [after])
        session.add(after)
        session.flush()
        _say("honour_corrected", after, by, changes=changed(before, _told(after)))
    return after


def take_back(honour: Honour, reason: str, *, by: Actor) -> None:
    """Void an honour with a reason; it stays. Raises Invalid, Conflict."""
    reason = checked_why(reason)
    with transaction() as session:
        must_stand(session, honour)
        void_row(honour, by, reason)
        _say("honour_voided", honour, by, reason=reason)


def _checked(award):
    texts = checked_texts({name: getattr(award, name) for name in LONGEST}, LONGEST)
    if not texts["title"]:
        raise Invalid(N_("写上荣誉的名称。"), field="title")
    if award.level not in LEVELS:
        raise Invalid(N_("选一个级别。"), field="level")
    checked_day(award.granted_on, "granted_on")
    year = award.year or award.granted_on.year
    if year not in YEARS:
        raise Invalid(N_("年度要写成 2026 这样。"), field="year")
    return replace(award, year=year, **texts)


def _read(names):
    """The names of a paste, in order. Raises Invalid (names)."""
    found = [NUMBERED.sub("", tidy(line)) for line in names.splitlines()]
    found = [name for name in found if name]
    if not 1 <= len(found) <= MOST_NAMES:
        raise Invalid(N_("一行写一个名字，1 到 500 行。"), field="names")
    for name in found:
        if max(len(name), len(normalise_name(name))) > 60:  # ﷺ is eighteen letters of a name
            raise Invalid(
                N_("“%(name)s…”太长了，一行只写一个名字。"), field="names", name=name[:20]
            )
        if found.count(name) > 1:
            raise Invalid(N_("“%(name)s”写了两遍。同名的两个人，后面加上支部来分清。"), field="names", name=name)  # fmt: skip
    return found


def _row(award, recipient, by):
    line_id, person_id = whose(award, recipient)
    return Honour(
        code=new_code(8), title=award.title, level=award.level, year=award.year,
        granted_on=award.granted_on, is_collective=award.is_collective, line_id=line_id,
        recipient=recipient if award.is_collective else normalise_name(recipient),
        person_id=person_id, evidence=award.evidence, made_at=clock.now(), made_by_id=by.id,
    )  # fmt: skip


def _must_be_new(session, rows):
    first = rows[0]
    there = select(Honour.recipient).where(
        Honour.title == first.title, Honour.level == first.level, Honour.year == first.year,
        Honour.is_collective == first.is_collective, Honour.voided_at.is_(None),
        Honour.recipient.in_([row.recipient for row in rows]),
        Honour.line_id.in_([row.line_id for row in rows]),
    )  # fmt: skip
    name = session.scalar(there.limit(1))
    if name is not None:
        raise Conflict(N_("“%(name)s”这一年的这项荣誉已经登记过了。"), field="names", name=name)


def _told(honour):
    return {
        "title": honour.title, "level": LEVELS.get(honour.level), "year": honour.year,
        "granted_on": honour.granted_on, "recipient": honour.recipient,
        "evidence": honour.evidence, "org": org_of_line(honour.line).full_name,
    }  # fmt: skip


def _say(act, honour, by, **facts):
    org = org_of_line(honour.line)
    audit.record(
        act, by=by, org_id=org.id, subject=f"honour:{honour.id}", org=org.full_name,
        honour=honour.title, **facts,
    )  # fmt: skip
