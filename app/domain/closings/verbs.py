"""Signing a period off and reopening it. Later changes never move what was signed."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import one_moment, transaction
from app.domain import audit, counts, hours, summaries
from app.domain.closings.beside import beside, told_rows
from app.domain.closings.makeup import makeup
from app.domain.closings.model import FrozenReport
from app.domain.closings.questions import standing_of, unsigned_below
from app.domain.closings.seal import digest_of
from app.domain.members import COUNTED
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.staff import Staff
from app.errors import Conflict, Invalid
from app.text import tidy
from app.words import N_

LONGEST = 200
TAKEN = N_("这段时间已经定稿了，可能是别人刚刚定的。刷新后看看。")


def sign(
    org: Org, period: Period, *, by: Staff, note: str = "", at: datetime | None = None
) -> FrozenReport:
    """定稿: keep the figures of the org's subtree as they are now; `at` is told only by those who
    make up a past. Whoever below has not signed is written down and holds nobody up. Raises Invalid for a period that has not begun or a long note,
    Conflict where it is signed already."""
    note = _checked(note, "note")
    if period.from_on > clock.today():
        raise Invalid(N_("这段时间还没开始，不能定稿。"), field="from")
    if standing_of(org, period) is not None:
        raise Conflict(TAKEN)
    kept = _kept(org, period, by, at)
    try:
        with transaction() as session:
            if standing_of(org, period) is not None:
                raise Conflict(TAKEN)
            report = _frozen(org, period, by, note, kept)
            session.add(report)
            session.flush()
            report.digest = digest_of(report)
            _say(
                "period_signed",
                report,
                by,
                digest=report.digest[:12],
                unsigned=len(report.unsigned),
            )
            session.flush()
    except IntegrityError as error:  # two pressed at once: the index let one in
        raise Conflict(TAKEN) from error
    return report


def reopen(report: FrozenReport, *, by: Staff, reason: str) -> None:
    """重新打开: the period may be signed again; this report stays, with the reason. Raises Invalid
    without a reason, Conflict where somebody was faster."""
    reason = _checked(reason, "reason")
    if not reason:
        raise Invalid(N_("写下为什么要重新打开。"), field="reason")
    with transaction() as session:
        session.refresh(report, with_for_update=True)
        if not report.stands:
            raise Conflict(N_("这一份已经重新打开过了。"))
        report.reopened_at, report.reopened_by_id = clock.now(), by.id
        report.reopen_reason = reason
        _say("period_reopened", report, by, reason=reason)
        session.flush()
    session.refresh(report)


def _kept(org, period, by, at):
    """What is counted, of one moment; it may take seconds, and holds nobody up."""
    with one_moment():
        now = at or clock.now()
        return {
            "cut_at": now, "made_at": now, "figures": _figures(org, period, by), "rules": _rules(),
            "rows": {**makeup(period, org), "told": told_rows(period, org)},
        }  # fmt: skip


def _frozen(org, period, by, note, kept):
    return FrozenReport(
        code=keys.new_code(8), org_id=org.id, org=org, from_on=period.from_on, to_on=period.to_on,
        unsigned=[[one.code, one.full_name, one.depth - org.depth] for one in unsigned_below(org, period)],
        digest="", note=note, made_by_id=by.id, **kept,
    )  # fmt: skip


def _figures(org, period, by):
    programmes = [
        {"programme": row.code, "name": row.name, "hosted": row.hosted, "took_part": row.took_part,
         "attendances": row.attendances, "people": row.people, "people_at_least": row.people_at_least,
         "headcount": row.headcount, "tally": row.tally, "minutes": row.minutes}
        for row in counts.programme_counts(period, org)
    ]  # fmt: skip
    return {
        "org": {"code": org.code, "name": org.full_name}, "signed_by": by.name,
        "orgs": counts.as_values(counts.counts(period, org)), "programmes": programmes,
        **beside(period, org),
    }  # fmt: skip


def _rules():
    """By which rules it was counted: the definitions in words, and every number a rule depends on."""
    return {
        "definitions": [
            *counts.DEFINITIONS, *counts.SHARE_DEFINITIONS, *counts.STUDY_DEFINITIONS,
            *summaries.WORDS.values(),
        ],
        "settings": {
            "timezone": clock.zone().key, "members": sorted(COUNTED),
            "hours_share_percent": hours.SHARE_PERCENT,
            "leaves_within_minutes": int(hours.LEAVES_WITHIN.total_seconds()) // 60,
        },
    }  # fmt: skip


def _checked(words, field):
    words = tidy(words or "")
    if len(words) > LONGEST:
        raise Invalid(N_("最多 %(n)s 个字。"), field=field, n=LONGEST)
    return words


def _say(act, report, by, **facts):
    audit.record(
        act, by=by.actor, org_id=report.org_id, subject=f"org:{report.org_id}",
        org=report.org.full_name, period=f"{report.from_on} – {report.to_on}", report=report.code,
        **facts,
    )  # fmt: skip
