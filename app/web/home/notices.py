"""The lines of the to-do list that are one sentence each.

One more line is one more function in NOTICES: it asks its room one question and says a Notice, or
None when there is nothing to do.
"""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from app.domain import backups
from app.domain.staff import Staff
from app.domain.today import Today
from app.web import filters


@dataclass(frozen=True)
class Notice:
    """What is to be done; `href` where (None: nothing this account can do), `note` why, `tag` a
    word at the end that asks to be looked at."""

    words: str
    href: str | None = None
    note: str = ""
    tag: str = ""


def no_roster(staff: Staff, today: Today):
    """Events, but nobody who could be expected at them."""
    if today.has_members or not today.has_events:
        return None
    may = staff.may("manager")
    note = _("没有名册，就没有应到和未到名单") if may else _("请书记导入，才有应到和未到名单")
    return Notice(_("还没有花名册"), url_for("roster.new") if may else None, note)


def waiting_reviews(staff: Staff, today: Today):
    """Doubts that wait, and how long the oldest has."""
    waiting = today.waiting
    if not waiting.count:
        return None
    note = _("最早的一条是%(day)s的", day=filters.day(waiting.since))
    count = filters.number(waiting.count)
    if not staff.may("organizer"):
        return Notice(_("%(n)s 条签到待核对", n=count), None, note)
    return Notice(_("%(n)s 条签到等你核对", n=count), url_for("reviews.index"), note)


def late_backup(staff: Staff, today: Today):
    """No backup for a week, which the district alone can make."""
    last = backups.last_backup() if staff.may("district") and today.has_members else None
    if last is None or not last.is_late:
        return None
    ago = last.days
    words = _("还没有备份过") if ago is None else _("上次备份 %(n)s 天前", n=filters.number(ago))
    return Notice(words, url_for("backups.index"), tag=_("该备份了"))


# In the order they are read. Each takes the account and what today_of() found.
NOTICES = (no_roster, waiting_reviews, late_backup)


def notices_of(staff: Staff, today: Today) -> list[Notice]:
    """The lines this account sees."""
    return [notice for ask in NOTICES if (notice := ask(staff, today)) is not None]
