"""How times, numbers and names look, in the reader's language. Templates format nothing themselves."""

from datetime import date, datetime

from flask import current_app
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from app import clock, text
from app.domain import (
    attendance,
    audit,
    backups,
    checkins,
    corrections,
    events,
    honours,
    leaves,
    members,
    orgs,
    services,
    venues,
)
from app.domain import staff as accounts
from app.words import N_

DASH = "–"
# What stands in a browser's description → how people call it; the first that fits.
APPS = (
    ("MicroMessenger", N_("微信")), ("DingTalk", N_("钉钉")), ("Edg", N_("Edge 浏览器")),
    ("Firefox", N_("Firefox 浏览器")), ("Chrome", N_("Chrome 浏览器")), ("Safari", N_("Safari 浏览器")),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", N_("苹果手机")), ("iPad", N_("苹果平板")), ("Android", N_("安卓手机")),
    ("Windows", N_("Windows 电脑")), ("Macintosh", N_("苹果电脑")), ("Linux", N_("Linux 电脑")),
)  # fmt: skip


def init_app(app):
    """Register filters and globals."""
    for name in (
        "at",
        "day",
        "long_day",
        "span",
        "when",
        "iso",
        "stamp",
        "number",
        "minutes",
        "hours",
        "size",
        "percent",
        "masked",
        "device",
    ):
        app.jinja_env.filters[name] = globals()[name]
    app.jinja_env.filters["masked_phone"] = text.mask_phone
    app.jinja_env.filters["word"] = word
    app.jinja_env.globals.update(
        site_name=site_name, now=lambda: clock.now(), rate=rate, ratio=ratio
    )


def site_name() -> str:
    """The name on the door: the setting, else the root of the tree, else the product."""
    root = None if current_app.extensions["settings"].org_name else orgs.root_or_none()
    return current_app.extensions["settings"].org_name or (
        root.short_name if root else _("芙蓉签到")
    )


def _english():
    return str(get_locale()).startswith("en")


def at(instant: datetime | None, seconds: bool = False) -> str:
    """14:03 on the local clock."""
    return clock.local(instant).strftime("%H:%M:%S" if seconds else "%H:%M") if instant else DASH


def iso(instant: datetime) -> str:
    """The local time with its offset, for <time datetime>."""
    return clock.local(instant).isoformat(timespec="seconds")


def day(value: date | datetime | None) -> str:
    """今天, 明天, 昨天, else 11 月 22 日 周日 (with the year when it is another)."""
    if value is None:
        return DASH
    value = clock.local_day(value) if isinstance(value, datetime) else value
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}.get((value - clock.today()).days)
    if near:
        return near
    if _english():
        pattern = "EEE d MMM" if value.year == clock.today().year else "EEE d MMM y"
    else:
        pattern = "M 月 d 日 EEE" if value.year == clock.today().year else "y 年 M 月 d 日"
    return format_date(value, pattern, rebase=False)


def long_day(value: date | datetime) -> str:
    """2026 年 11 月 22 日（星期日）."""
    value = clock.local_day(value) if isinstance(value, datetime) else value
    return format_date(
        value, "EEEE, d MMMM y" if _english() else "y 年 M 月 d 日（EEEE）", rebase=False
    )


def span(start: datetime, end: datetime, long: bool = False) -> str:
    """今天 14:00 – 16:30; the second day is named when it is another."""
    head = f"{long_day(start) if long else day(start)} {at(start)}"
    if clock.local_day(start) == clock.local_day(end):
        return f"{head} – {at(end)}"
    return f"{head} – {day(end)} {at(end)}"


def when(instant: datetime) -> str:
    """今天 14:03."""
    return f"{day(instant)} {at(instant)}"


def stamp(instant: datetime) -> str:
    """2026-11-22 14:03 on the local clock, as files and papers say it."""
    return clock.local(instant).strftime("%Y-%m-%d %H:%M")


def number(value: int | None) -> str:
    """1,204; a dash for None."""
    return DASH if value is None else f"{value:,}"


def minutes(value: int) -> str:
    """1 小时 30 分, 45 分; days are told in hours."""
    whole, left = divmod(value, 60)
    if whole and left:
        return _("%(hours)s 小时 %(minutes)s 分", hours=number(whole), minutes=left)
    return _("%(n)s 小时", n=number(whole)) if whole else _("%(n)s 分", n=left)


def hours(value: int) -> str:
    """Minutes as hours with one decimal, half up: 1.5."""
    tenths = (2 * value + 6) // 12
    return f"{tenths // 10:,}.{tenths % 10}"


def size(size_bytes: int) -> str:
    """1.5 MB; a small file is told in KB."""
    if size_bytes < 2**20:
        return f"{-(-size_bytes // 1024):,} KB"
    return f"{size_bytes / 2**20:,.1f} MB"


def ratio(part: int, whole: int) -> float:
    """Percent for a bar's width, between 0 and 100."""
    return min(100.0, round(100 * part / whole, 1)) if whole else 0.0


def rate(part: int, whole: int) -> str:
    """66.9%, one decimal, half up, never clamped; a dash for nothing over nothing."""
    if not whole:
        return DASH
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def percent(value: float | None) -> str:
    """66.9%."""
    return DASH if value is None else f"{value:.1f}%"


def masked(name: str) -> str:
    """王*, 欧阳**."""
    return text.mask_name(name)


WORDS = {
    "kind": orgs.KINDS, "domain": orgs.DOMAINS, "standing": members.STANDINGS,
    "phase": events.PHASES, "how": checkins.HOWS, "checkin_role": checkins.ROLES,
    "out_how": checkins.OUT_HOWS,
    "reason": checkins.REASONS, "leave": leaves.KINDS, "role": accounts.ROLES,
    "act": {name: act[0] for name, act in audit.ACTS.items()}, "correction": corrections.KINDS,
    "actor": audit.ACTORS,
    "answer": attendance.ANSWERS, "turned_away": checkins.TURNED_AWAY, "undoer": audit.ACTORS | {"phone": N_("本人")},
    "backup_how": backups.HOWS, "level": venues.LEVELS, "service": services.KINDS, "channel": services.CHANNELS,
    "honour_level": honours.LEVELS,
}  # fmt: skip


def device(browser: str) -> str:
    """A browser's own description in three words: 微信 · 安卓手机."""
    found = [
        next((_(words) for mark, words in names if mark in browser), "")
        for names in (APPS, SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or _("另一种浏览器")


def word(code: str | None, family: str) -> str:
    """The trade's word for a code of a family (kind, domain, standing, phase, how, role …)."""
    found = WORDS[family].get(code)
    return _(found) if found else (code or DASH)
