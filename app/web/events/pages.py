"""The list, one event, and its form."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from app import clock
from app.domain import (
    attendance,
    events,
    hours,
    live,
    orgs,
    passes,
    programmes,
    rollcalls,
    venues,
)
from app.errors import Refusal
from app.web import guards
from app.web.events.forms import (
    AboutForm,
    EventForm,
    NewEventForm,
    about_fields,
    late_fields,
    new_fields,
    sitting_fields,
)
from app.web.events.room import bp
from app.web.forms import Bare, DayField, Form, line
from app.web.refusals import words_of

LONG_SELECT = 60  # more orgs than this are typed, not scrolled through
MOST_TALLIES = 12  # sittings whose figures stand on the event's page; the rest is a click away
SHORT_PART = 20  # lines of a part on the page that shows all parts
FIELDS = {"org": "host"}  # how a refusal of another room names a field of this form


class FindForm(Form):
    """What narrows the list."""

    class Meta:
        csrf = False

    words = line(_l("找名称、地点、主办或活动码"), 80)
    from_on = DayField(_l("开始日期从"), [Optional()])
    to_on = DayField(_l("到"), [Optional()])

    @property
    def asked(self) -> dict:
        """What was asked for and understood."""
        told = {name: self[name].data for name in ("words", "from_on", "to_on")}
        return {name: value for name, value in told.items() if value and not self[name].errors}


@bp.get("")
@guards.role("organizer", or_auditor=True)
def index():
    form = FindForm(request.args)
    status = 200 if form.validate() else 422
    part = request.args.get("part")
    guards.must_be(part is None or part in events.PARTS)
    page = request.args.get("page", 1, type=int)
    size = events.PAGE if part else SHORT_PART
    parts = [
        events.list_events(guards.my_org(), one, page=page if part else 1, size=size, **form.asked)
        for one in ([part] if part else events.PARTS)
    ]
    return render_template("events/index.html", form=form, parts=parts, only=part), status


@bp.get("/new")
@guards.role("organizer")
def new():
    fields = late_fields() if _asks_why() else new_fields()
    return _form_page(_asked(NewEventForm(formdata=None, data=fields)), 200)


@bp.post("")
@guards.role("organizer")
def create():
    form = _asked(NewEventForm())
    if not form.validate():
        return _form_page(form, 422)
    staff = guards.me()
    try:
        event = events.make_event(
            **form.about(), **form.sitting(), by=staff, actor=staff.actor,
            draft="draft" in request.form, weeks=form.weeks.data or 1,
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(NewEventForm() if refusal.field == "late_reason" else form, refusal)
    return redirect(url_for("events.show", code=event.code), code=303)


@bp.get("/<code>")
@guards.role("organizer", or_auditor=True)
def show(code):
    sight = events.event_in_sight(guards.my_org(), code)
    event = sight.event
    occurrence = events.occurrence_of(event, code)
    may_change = sight.is_host and guards.me().may("organizer")
    settings = current_app.extensions["settings"]
    base = settings.base_url
    tally = live.tally(occurrence, sight.rows_of) if event.published_at else None
    return render_template(
        "events/show.html", event=event, occurrence=occurrence, sight=sight, may_change=may_change,
        bare=Bare(formdata=None), picture=passes.picture(passes.check_in_url(base, event.code), "M"),
        address=passes.spoken_address(base, event.code), screen=passes.screen_token(event),
        hall=rollcalls.hall_of(occurrence) if may_change and tally else None,
        twice=[] if event.is_single else attendance.in_two_rooms(event, sight.rows_of),
        tally=tally, tallies=_tallies(sight), heads_first=attendance.is_counted_first(event, tally),
        granted=sum(hours.granted_minutes_of(event.occurrences, sight.rows_of).values()),
        base_url=base, pairings=passes.pairings_of(event) if may_change else [],
        tv_address=passes.tv_address(base), is_only_here=settings.is_only_here,
    )  # fmt: skip


@bp.get("/<code>/edit")
@guards.role("organizer")
def edit(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return _form_page(_asked(_form_of(event, formdata=None), event), 200, event)


@bp.post("/<code>")
@guards.role("organizer")
def update(code):
    event = events.event_hosted_in(guards.my_org(), code)
    form = _asked(EventForm() if event.is_single else AboutForm(), event)
    if not form.validate():
        return _form_page(form, 422, event)
    try:
        sitting = form.sitting() if event.is_single else None
        events.edit_event(
            event, by=guards.me().actor, sitting=sitting, publish="publish" in request.form,
            **form.about(event),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.field == "late_reason" and not form.asks_why:
            form = EventForm() if event.is_single else AboutForm()
        return _refused(form, refusal, event)
    return redirect(url_for("events.show", code=event.code), code=303)


def _asks_why(event=None):
    """Whether the form is about what was held already: its address or the event says so."""
    return bool(request.args.get("late")) or (event is not None and event.is_late_record)


def _asked(form, event=None):
    return form if _asks_why(event) else form.without_why()


def _tallies(sight):
    """Code → figures of the sittings that have begun, the latest few, where there are several."""
    begun = [o for o in sight.event.occurrences if o.phase in ("open", "closed")]
    some = [] if sight.event.is_single else begun[-MOST_TALLIES:]
    return {one.code: live.tally(one, sight.rows_of) for one in some}


def _form_of(event, **options):
    if event.is_single:
        fields = about_fields(event) | sitting_fields(event.occurrences[0])
        return EventForm(data=fields, **options)
    return AboutForm(data=about_fields(event), **options)


def _refused(form, refusal, event=None):
    form.refuse(words_of(refusal), FIELDS.get(refusal.field, refusal.field))
    return _form_page(form, refusal.status, event)


def _form_page(form, status, event=None):
    mine = orgs.subtree_of(guards.my_org(), open_only=True)
    closed_host = [event.host] if event is not None and event.host.is_closed else []
    places = [venue.name for venue in venues.venues_open_on(clock.today())]
    return render_template(
        "events/form.html", form=form, event=event, is_late=form.asks_why,
        keeps=event is not None and about_fields(event)["invite"] == "keep",
        hosts=[*closed_host, *mine],
        tree=orgs.tree_of(guards.my_org()), as_select=len(mine) <= LONG_SELECT,
        places=dict.fromkeys([*places, *events.recent_places(guards.my_org())]),
        programmes=programmes.programmes(), series=programmes.all_series(),
        campaigns=programmes.all_campaigns(),
    ), status  # fmt: skip
