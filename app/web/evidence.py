"""Pictures of signed sheets beside an event or a reported number, and where the originals lie."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField

from app.domain import events, evidence
from app.errors import NotFound, Refusal
from app.web import filters, guards
from app.web.forms import REQUIRED, Form, line
from app.web.refusals import words_of

bp = Blueprint("evidence", __name__)

MEGABYTES = 30  # of all pictures that are sent at once
AROUND = 256 * 1024
LOWEST = {"evidence.create": "organizer", "evidence.create_tally": "manager"}


class PicturesForm(Form):
    pictures = MultipleFileField(_l("照片"))
    place = line(_l("原件存放处"), 120)


class VoidForm(Form):
    reason = line(_l("原因"), 200, REQUIRED)


@bp.url_value_preprocessor
def allow_pictures(endpoint, _values):
    """Let those who may attach send pictures; this runs before the token is looked for."""
    if endpoint not in LOWEST:
        return
    guards.load_staff()
    staff = guards.staff_or_none()
    if staff is not None and staff.may(LOWEST[endpoint]):
        request.max_content_length = MEGABYTES * 2**20 + AROUND
        if (request.content_length or 0) > request.max_content_length:
            raise evidence.TooLargeAFile(megabytes=evidence.MOST_MEGABYTES)


@bp.get("/events/<code>/evidence")
@guards.role("organizer")
def index(code):
    return _event_page(code, PicturesForm(formdata=None))


@bp.post("/events/<code>/evidence")
@guards.role("organizer")
def create(code):
    occurrence = _sitting(code)
    return _attached(
        occurrence, lambda form, status: _event_page(code, form, status),
        url_for("evidence.index", code=occurrence.code),
    )  # fmt: skip


@bp.get("/evidence/tallies/<tally>")
@guards.role("manager")
def tally(tally):
    return _tally_page(tally, PicturesForm(formdata=None))


@bp.post("/evidence/tallies/<tally>")
@guards.role("manager")
def create_tally(tally):
    found = evidence.find_tally_in(guards.my_org(), tally)
    return _attached(
        found, lambda form, status: _tally_page(tally, form, status),
        url_for("evidence.tally", tally=found.code),
    )  # fmt: skip


@bp.get("/evidence/<picture>.jpg")
@guards.role("organizer")
def show(picture):
    found = _attachment(picture)
    headers = {"Content-Disposition": f'inline; filename="evidence-{found.code}.jpg"'}
    return Response(evidence.picture_of(found), content_type=found.media_type, headers=headers)


@bp.post("/evidence/<picture>/voiding")
@guards.role("organizer")
def void(picture):
    found, form = _attachment(picture), VoidForm()
    if not form.validate():
        return _page_of(found, form)
    evidence.take_back(found, form.reason.data, by=guards.me())
    return redirect(_back(found), code=303)


def _attachment(code):
    found = evidence.find_attachment_in(guards.my_org(), code)
    if found.tally_id and not guards.me().may("manager"):
        raise NotFound
    return found


def _sitting(code):
    event = events.event_hosted_in(guards.my_org(), code)
    return events.occurrence_of(event, request.values.get("occurrence") or code)


def _attached(target, page, back):
    form = PicturesForm()
    if not form.validate():
        return page(form, 422)
    sent = [_sent(file) for file in form.pictures.data or () if getattr(file, "filename", "")]
    try:
        added = evidence.attach(target, sent, place=form.place.data, by=guards.me())
    except Refusal as refusal:
        form.refuse(words_of(refusal), refusal.field or "pictures")
        return page(form, refusal.status)
    return redirect(f"{back}?added={added}", code=303)


def _sent(file):
    """The bytes and the name of an uploaded file; the temporary copy of a large one is gone."""
    content = file.read()
    file.close()
    return evidence.Sent(content, file.filename)


def _back(found):
    if found.occurrence:
        return url_for("evidence.index", code=found.occurrence.code, done="voided")
    return url_for("evidence.tally", tally=found.tally.code, done="voided")


def _page_of(found, void_form):
    """The page an attachment stands on, with what was wrong about taking it back."""
    form, words = PicturesForm(formdata=None), void_form.reason.errors[0]
    if found.occurrence:
        return _event_page(found.occurrence.code, form, 422, (found.code, words))
    return _tally_page(found.tally.code, form, 422, (found.code, words))


def _event_page(code, form, status=200, refused=("", "")):
    occurrence = _sitting(code)
    return _page(
        occurrence, form, status, refused, event=occurrence.event, occurrence=occurrence,
        action=url_for("evidence.create", code=occurrence.code),
        back=url_for("attendance.index", code=occurrence.event.code, occurrence=occurrence.code),
        back_words=_("签到名单"), what=f"{occurrence.event.title} · {filters.when(occurrence.starts_at)}",
    )  # fmt: skip


def _tally_page(code, form, status=200, refused=("", "")):
    found = evidence.find_tally_in(guards.my_org(), code)
    return _page(
        found, form, status, refused, event=None, occurrence=None,
        action=url_for("evidence.create_tally", tally=found.code),
        back=url_for("tallies.edit", code=found.code), back_words=_("手工数"),
        what=f"{found.number} {found.unit} · {found.from_on} – {found.to_on}",
    )  # fmt: skip


def _page(target, form, status, refused, **facts):
    return render_template(
        "evidence/index.html", form=form, void=VoidForm(formdata=None), refused=refused,
        rows=evidence.attachments_of(target), most=evidence.MOST_MEGABYTES,
        at_once=evidence.MOST_AT_ONCE, **facts,
    ), status  # fmt: skip
