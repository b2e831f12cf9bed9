"""The words of the share picture, for whoever draws it: the same for everybody, in the language of
the house."""

from flask import current_app
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from app import clock
from app.domain import events, passes
from app.web import filters

MOST_TIMES = 3


def share_of(event, code) -> passes.Share:
    """What the picture of an event, or of one of its sittings by code, says."""
    settings = current_app.extensions["settings"]
    found = events.event_or_occurrence(code)
    base = settings.base_url
    with force_locale(settings.language):
        return passes.Share(
            event.title, _eyebrow(event), tuple(_facts(event, events.sittings_of(found), settings)),
            passes.check_in_url(base, found.code),
            _("到场后扫大屏签到") if event.rotates else _("微信扫一扫签到"),
            passes.spoken_address(base, found.code),
            band=_("试用，手机打不开") if settings.is_only_here else "",
        )  # fmt: skip


def _eyebrow(event):
    if not event.series:
        return ""
    season = event.series.season
    return event.series.name + (" · " + _("第 %(n)s 季", n=season) if season else "")


def _facts(event, sittings, settings):
    """(label, words): the times to come, the place where it is one, the host, the Wi-Fi to join."""
    alive = [one for one in sittings if one.cancelled_at is None]
    coming = [one for one in alive if one.ends_at > clock.now()] or alive[-1:]
    for number, one in enumerate(coming[:MOST_TIMES]):
        yield ("" if number else _("时间")), _hours(one)
    if len(coming) > MOST_TIMES:
        yield "", _("还有 %(n)s 场", n=len(coming) - MOST_TIMES)
    places = list(dict.fromkeys(one.place for one in coming if one.place))
    if len(places) == 1:
        yield _("地点"), places[0]
    yield _("主办"), event.host.full_name
    if settings.reach == "wifi" and settings.wifi_name:
        yield "Wi-Fi", _("先连 %(name)s", name=settings.wifi_name)


def _hours(sitting):
    """周三 11 月 25 日 15:00 – 17:00, with the year when it is another."""
    first, last = clock.local_day(sitting.starts_at), clock.local_day(sitting.ends_at)
    until = "" if first == last else f"{_day(last)} "
    return f"{_day(first)} {filters.at(sitting.starts_at)} – {until}{filters.at(sitting.ends_at)}"


def _day(day):
    this_year = day.year == clock.today().year
    return format_date(
        day, _("M 月 d 日 EEE") if this_year else _("y 年 M 月 d 日 EEE"), rebase=False
    )
