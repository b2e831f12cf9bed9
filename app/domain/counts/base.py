"""The rows every figure is made of: occurrences held, and valid check-ins in them.

A check-in of nobody's branch (line NULL, 未归属) counts for the host's line of that day: it is a row
of the host, so the district total misses nobody.
"""

from sqlalchemy import case, func, literal, select, union
from sqlalchemy.orm import aliased

from app import clock
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence, was_held
from app.domain.members import Person, resolved
from app.domain.periods import Period
from app.domain.tallies import PEOPLE_TIMES, Headcount, ManualTally
from app.words import N_

GRADES = {
    "rotating": N_("动态码"), "poster": N_("海报码和口令"), "desk": N_("签到台、代签和扫码枪"),
    "paper": N_("纸质补录和导入"), "headcount": N_("清点"), "manual": N_("手工数"), "none": N_("未登记"),
}  # fmt: skip
GRADE_OF = {
    "rotating": "rotating", "poster": "poster", "pin": "poster", "desk": "desk", "tick": "desk",
    "api": "desk", "paper": "paper", "import": "paper",
}  # fmt: skip

Final = aliased(Person, name="final")


def grade():
    """The kind of evidence a check-in is, one of GRADES."""
    return case(GRADE_OF, value=CheckIn.how, else_="desk")


def held(period: Period):
    """A subquery of the occurrences held (id, host_line_id, event_id, ends_at): published, not cancelled,
    with their local start day in the period and not after today (docs/decisions/0006)."""
    return (
        select(Occurrence.id, Occurrence.host_line_id, Occurrence.event_id, Occurrence.ends_at)
        .join(Event, Event.id == Occurrence.event_id)
        .where(was_held(period))
        .subquery("held")
    )


def attended(period: Period):
    """A subquery of the valid check-ins in occurrences held: id, occurrence_id, event_id, line_id (the
    host's where there is none), the final person_id, is_unidentified, standing, role, review, minutes,
    grade."""
    sitting = held(period)
    return (
        select(
            CheckIn.id,
            CheckIn.occurrence_id,
            sitting.c.event_id,
            func.coalesce(CheckIn.line_id, sitting.c.host_line_id).label("line_id"),
            Final.id.label("person_id"),
            Final.is_unidentified,
            CheckIn.standing,
            CheckIn.role,
            CheckIn.review,
            func.coalesce(CheckIn.granted_minutes, 0).label("minutes"),
            grade().label("grade"),
        )
        .join(sitting, sitting.c.id == CheckIn.occurrence_id)
        .join(Person, Person.id == CheckIn.person_id)
        .join(Final, Final.id == resolved())
        .where(CheckIn.voided_at.is_(None))
        .subquery("attended")
    )


def came(period: Period):
    """attended() without what is known of the person: occurrence_id, event_id, line_id, grade."""
    sitting = held(period)
    return (
        select(
            CheckIn.occurrence_id,
            sitting.c.event_id,
            func.coalesce(CheckIn.line_id, sitting.c.host_line_id).label("line_id"),
            grade().label("grade"),
        )
        .join(sitting, sitting.c.id == CheckIn.occurrence_id)
        .where(CheckIn.voided_at.is_(None))
        .subquery("came")
    )


def counted(period: Period):
    """A subquery of the headcounts in occurrences held: id, occurrence_id, event_id, line_id, number,
    grade."""
    sitting = held(period)
    return (
        select(
            Headcount.id,
            Headcount.occurrence_id,
            sitting.c.event_id,
            Headcount.line_id,
            Headcount.number,
            literal("headcount").label("grade"),
        )
        .join(sitting, sitting.c.id == Headcount.occurrence_id)
        .where(Headcount.voided_at.is_(None))
        .subquery("counted")
    )


def reported(period: Period):
    """A subquery of the manual tallies in 人次 (id, occurrence_id, event_id, programme_id, line_id, number, grade):
    those of an occurrence held, and those of a stretch of days that lies inside the period."""
    sitting = held(period)
    inside = (ManualTally.from_on >= period.from_on) & (ManualTally.to_on <= period.to_on)
    return (
        select(
            ManualTally.id,
            ManualTally.occurrence_id,
            sitting.c.event_id,
            ManualTally.programme_id,
            ManualTally.line_id,
            ManualTally.number,
            literal("manual").label("grade"),
        )
        .outerjoin(sitting, sitting.c.id == ManualTally.occurrence_id)
        .where(
            ManualTally.voided_at.is_(None),
            ManualTally.unit == PEOPLE_TIMES,
            sitting.c.id.is_not(None) | (ManualTally.occurrence_id.is_(None) & inside),
        )
        .subquery("reported")
    )


def grades_of(sitting):
    """A subquery of the kinds of evidence each row of held() has: occurrence_id, grade."""
    parts = (
        (CheckIn, grade()), (Headcount, literal("headcount")), (ManualTally, literal("manual")),
    )  # fmt: skip
    return union(
        *(
            select(record.occurrence_id, kind.label("grade"))
            .join(sitting, sitting.c.id == record.occurrence_id)
            .where(record.voided_at.is_(None))
            for record, kind in parts
        )
    ).subquery("grades")


def has_record(occurrence_id):
    """The condition that an occurrence has a valid check-in, a headcount or a manual tally."""
    return (
        select(CheckIn.id)
        .where(CheckIn.occurrence_id == occurrence_id, CheckIn.voided_at.is_(None))
        .exists()
        | select(Headcount.id)
        .where(Headcount.occurrence_id == occurrence_id, Headcount.voided_at.is_(None))
        .exists()
        | select(ManualTally.id)
        .where(ManualTally.occurrence_id == occurrence_id, ManualTally.voided_at.is_(None))
        .exists()
    )


def is_unrecorded(sitting):
    """The condition that a row of held() is over and nothing was recorded: 未登记."""
    return (sitting.c.ends_at <= clock.now()) & ~has_record(sitting.c.id)
