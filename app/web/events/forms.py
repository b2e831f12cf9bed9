"""The forms of an event: shape here, rules in app.domain.events."""

from datetime import time, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, Optional

from app import clock
from app.domain import events, orgs, programmes, venues
from app.errors import Invalid
from app.web import filters, guards
from app.web.forms import (
    REQUIRED,
    ClockField,
    DayField,
    Form,
    NumberField,
    choices,
    line,
    strip,
)
from app.words import N_

MINUTE = timedelta(minutes=1)
A_MONTH = 31 * 24 * 60  # minutes
INVITES = {
    "own": _l("主办单位和它的全部下级"), "some": _l("只请一部分单位"), "open": _l("谁来都行"),
    "keep": _l("照原来的，不改"),
}  # fmt: skip


class SittingForm(Form):
    """When and where: one sitting."""

    day = DayField(_l("日期"), [REQUIRED])
    start = ClockField(_l("开始"), [REQUIRED])
    end = ClockField(_l("结束"), [REQUIRED])
    end_day = DayField(_l("结束日期"), [Optional()])
    place = line(_l("地点"), 80)
    opens_before = NumberField(_l("提前几分钟开始签到"), [REQUIRED], between=(-A_MONTH, A_MONTH))
    closes_after = NumberField(_l("结束后几分钟停止签到"), [REQUIRED], between=(-A_MONTH, A_MONTH))
    capacity = NumberField(_l("名额"), [Optional()], between=(1, 100_000))
    capacity_binds = BooleanField(_l("满了就不再收"))

    @property
    def hours_words(self) -> str:
        """今天 15:00 – 17:00, as far as it is told: what the closed fold says."""
        if None in (self.day.data, self.start.data, self.end.data):
            return filters.DASH
        try:
            return filters.span(*events.hours(self.day.data, self.start.data, self.end.data, self.end_day.data))  # fmt: skip
        except Invalid:
            return filters.DASH

    def sitting(self) -> dict:
        """What the verbs call it: instants, place, venue, capacity. Raises Invalid."""
        starts_at, ends_at = events.hours(
            self.day.data, self.start.data, self.end.data, self.end_day.data
        )
        return {
            "starts_at": starts_at, "ends_at": ends_at,
            "opens_at": starts_at - self.opens_before.data * MINUTE,
            "closes_at": ends_at + self.closes_after.data * MINUTE,
            "place": self.place.data, "venue": venues.venue_or_none(self.place.data),
            "capacity": self.capacity.data, "capacity_binds": self.capacity_binds.data,
        }  # fmt: skip


class AboutForm(Form):
    """What it is, whose, for whom: what all sittings share."""

    title = line(_l("活动名称"), 80, REQUIRED)
    host = line(_l("主办"), 120, REQUIRED)
    invite = RadioField(_l("邀请谁"), choices=choices(INVITES))
    orgs = SelectMultipleField(_l("点选单位"), choices=[], coerce=strip, validate_choice=False)
    seats = BooleanField(_l("每个单位来一名代表"))
    programmes = SelectMultipleField(
        _l("活动类型"), choices=[], coerce=strip, validate_choice=False
    )
    series = line(_l("品牌活动"), 40)
    season = NumberField(_l("第几季"), [Optional()], between=(0, 99))
    campaign = line(_l("主题"), 60)
    after_words = TextAreaField(
        _l("签到以后告诉他们"),
        filters=[strip],
        validators=[Length(max=600, message=_l("最多 %(n)s 个字。", n=500))],
    )
    late_reason = line(_l("补记的原因"), 200)
    is_public = BooleanField(_l("列在首页，谁都能看到时间地点"))
    walk_ins = BooleanField(_l("没受邀的人也能签到"))
    rotates = BooleanField(_l("用动态码，只在大屏上扫"))
    usual_role = SelectField(
        _l("来的人算什么"), choices=choices({"": _l("看活动类型")} | events.ROLES), default=""
    )
    checks_out = BooleanField(_l("要签退，按到场时间认定时长"))

    @property
    def asks_why(self) -> bool:
        """Whether this is the form of a late record: `without_why` was not called."""
        return self.late_reason is not None

    def without_why(self):
        """The form of what is not entered afterwards: no such field, whatever is sent."""
        del self.late_reason
        return self

    def about(self, event=None) -> dict:
        """What the verbs call it: host, invited, programmes, series … Raises Invalid."""
        mine = {org.code: org for org in orgs.subtree_of(guards.my_org(), open_only=True)}
        told = {
            "title": self.title.data, "host": self._host(mine, event),
            "programmes": programmes.find_programmes(self.programmes.data),
            "series": self._series(), "campaign": self._campaign(), "after_words": self.after_words.data,
            "is_public": self.is_public.data, "walk_ins": self.walk_ins.data,
            "rotates": self.rotates.data,
            "checks_out": self.checks_out.data, "usual_role": self._usual_role(),
        }  # fmt: skip
        if self.asks_why:
            told["late_reason"] = self.late_reason.data
        if self.invite.data != "keep":
            told["invited"] = self._invited(mine)
        return told

    def _host(self, mine, event):
        """By code, else by name; an event keeps a host that was closed since."""
        if event is not None and self.host.data in (event.host.code, event.host.full_name):
            return event.host
        return mine.get(self.host.data) or orgs.one_org_named(guards.my_org(), self.host.data)

    def _invited(self, mine):
        if self.invite.data == "own":
            return None
        if self.invite.data == "open":
            return []
        if not self.orgs.data:
            raise Invalid(N_("点选要请的单位，至少一个。"), field="invite")
        if not mine.keys() >= set(self.orgs.data):
            raise Invalid(N_("只能请自己单位和下级里还在的组织。"), field="invite")
        mode = "seats" if self.seats.data else "persons"
        return [(mine[code], mode) for code in dict.fromkeys(self.orgs.data)]

    def _usual_role(self):
        """Unless chosen, whoever comes to voluntary service is a volunteer."""
        found = programmes.find_programmes(self.programmes.data)
        serves = any(one.name == programmes.VOLUNTEERING for one in found)
        return self.usual_role.data or ("volunteer" if serves else "audience")

    def _campaign(self):
        return programmes.campaign_named(self.campaign.data) if self.campaign.data else None

    def _series(self):
        name = self.series.data
        return programmes.series_named(name, self.season.data or 0) if name else None


class EventForm(AboutForm, SittingForm):
    """An event with one sitting: all on one page."""


class NewEventForm(EventForm):
    """An event that is not there yet: it may be held every week."""

    weeks = NumberField(_l("连续几周，每周一场"), [Optional()], between=(1, 52))


class NewSittingForm(SittingForm):
    """One more sitting, or one a week."""

    weeks = NumberField(_l("连续几周，每周一场"), [Optional()], between=(1, 52))


def usual_hours() -> dict:
    """A new form's times: from the next full hour on, two hours."""
    start = clock.next_hour(clock.now())
    return hours_shown(start, start + timedelta(hours=2))


def hours_shown(starts_at, ends_at) -> dict:
    """The fields of two instants; the end's day only where it is another."""
    start, end = clock.local(starts_at), clock.local(ends_at)
    return {
        "day": start.date(), "start": start.time(), "end": end.time(),
        "end_day": end.date() if end.date() != start.date() else None,
    }  # fmt: skip


def new_fields() -> dict:
    """A new form as it is first shown: only the title is left to write."""
    usual = events.usual_programmes(guards.my_org())
    return usual_hours() | {
        "host": guards.my_org().code, "invite": "own", "walk_ins": True, "opens_before": 60,
        "closes_after": 0, "weeks": 1,
        "programmes": [one.code for one in usual],
        "checks_out": any(one.name == programmes.VOLUNTEERING for one in usual),
    }  # fmt: skip


def late_fields() -> dict:
    """The form of what was held already: yesterday evening."""
    day = clock.today() - timedelta(days=1)
    return new_fields() | {"day": day, "start": time(19, 0), "end": time(20, 30), "end_day": None}


def about_fields(event) -> dict:
    """The fields of an event that exists."""
    invited = [(row.org, row.mode) for row in event.invitations]
    modes = {mode for _org, mode in invited}
    mine = all(orgs.is_within(guards.my_org(), org) and not org.is_closed for org, _m in invited)
    if not invited:
        invite = "open"
    elif [(org.id, mode) for org, mode in invited] == [(event.host_id, "persons")]:
        invite = "own"
    else:
        invite = "some" if mine and len(modes) == 1 else "keep"
    return {
        "title": event.title, "host": event.host.code, "invite": invite,
        "orgs": [org.code for org, _mode in invited] if invite == "some" else [],
        "seats": invite == "some" and modes == {"seats"},
        "programmes": [programme.code for programme in event.programmes],
        "series": event.series.name if event.series else "",
        "campaign": event.campaign.name if event.campaign else "",
        "season": (event.series.season or None) if event.series else None,
        "after_words": event.after_words, "is_public": event.is_public, "walk_ins": event.walk_ins,
        "late_reason": event.late_reason, "checks_out": event.checks_out, "usual_role": event.usual_role, "rotates": event.rotates,
    }  # fmt: skip


def sitting_fields(occurrence) -> dict:
    """The fields of a sitting that exists."""
    return hours_shown(occurrence.starts_at, occurrence.ends_at) | {
        "place": occurrence.place,
        "opens_before": (occurrence.starts_at - occurrence.opens_at) // MINUTE,
        "closes_after": (occurrence.closes_at - occurrence.ends_at) // MINUTE,
        "capacity": occurrence.capacity, "capacity_binds": occurrence.capacity_binds,
    }  # fmt: skip


def extra_sitting_fields(event) -> dict:
    """One more sitting: the last one, a week later."""
    last = event.occurrences[-1]
    week = timedelta(days=7)
    return sitting_fields(last) | hours_shown(last.starts_at + week, last.ends_at + week)
