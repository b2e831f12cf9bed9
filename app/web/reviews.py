"""What wants a human eye: doubtful check-ins, cleared one by one or together."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from app.domain import events, members, reviews, signals
from app.web import guards
from app.web.forms import REQUIRED, Bare, Form, line, strip

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


class RejectionForm(Form):
    reason = line(_l("原因"), 200, REQUIRED)


@bp.get("")
@guards.role("organizer")
def index():
    event = _event_or_none(request.args.get("event"))
    found = reviews.open_reviews(guards.my_org(), event)
    return render_template(
        "reviews/index.html", event=event, bare=Bare(formdata=None), grounds=reviews.GROUNDS,
        events=[(one, signals.groups_of(one.doubts)) for one in found], whys=signals.WHYS,
        waiting=signals.unswept(guards.my_org()), days=signals.RECENT_DAYS,
    )  # fmt: skip


@bp.post("/sweep")
@guards.role("organizer")
def sweep():
    Bare().validate()
    looked = signals.sweep_all(guards.my_org(), by=guards.me().actor)
    asked = {"event": request.args.get("event"), "looked": looked.sittings, "found": looked.found}
    return redirect(url_for("reviews.index", **asked), code=303)


@bp.get("/<code>")
@guards.role("organizer")
def show(code):
    check_in = reviews.find_review(guards.my_org(), code)
    words = strip(request.args.get("q"))[:60]
    return render_template(
        "reviews/show.html", doubt=reviews.doubt_about(guards.my_org(), check_in), words=words,
        found=reviews.search_matches(guards.my_org(), check_in, words), bare=Bare(formdata=None),
        grounds=reviews.GROUNDS, form=RejectionForm(formdata=None),
    )  # fmt: skip


@bp.post("/<code>/confirmation")
@guards.role("organizer")
def confirm(code):
    check_in = reviews.find_review(guards.my_org(), code)
    person = members.person_or_none(strip(request.form.get("person")))
    guards.must_be(person)
    kept = reviews.confirm(check_in, person, by=guards.me())
    return _next("confirmed" if kept else "repeated")


@bp.post("/<code>/acceptance")
@guards.role("organizer")
def accept(code):
    reviews.accept(reviews.find_review(guards.my_org(), code), by=guards.me())
    return _next("accepted")


@bp.post("/<code>/rejection")
@guards.role("organizer")
def reject(code):
    check_in = reviews.find_review(guards.my_org(), code)
    form = RejectionForm()
    if not form.validate():
        return render_template(
            "reviews/show.html", doubt=reviews.doubt_about(guards.my_org(), check_in), words="",
            found=[], bare=Bare(formdata=None), grounds=reviews.GROUNDS, form=form,
        ), 422  # fmt: skip
    reviews.reject(check_in, form.reason.data, by=guards.me())
    return _next("rejected")


@bp.post("/confirmation")
@guards.role("organizer")
def confirm_all():
    event = events.event_hosted_in(guards.my_org(), strip(request.form.get("event")))
    rows = [strip(code)[:12] for code in request.form.getlist("row")]
    done = signals.confirm_all(event, by=guards.me(), rows=rows or None)
    return redirect(
        url_for(
            "reviews.index", event=request.args.get("event"), confirmed=done.confirmed,
            repeated=done.repeated, left=done.left,
        ),
        code=303,
    )  # fmt: skip


def _event_or_none(code):
    """The event of a filter, as far as I may see it."""
    return events.event_in_sight(guards.my_org(), code).event if code else None


def _next(done):
    """Back to the list, at the row that moved up: its buttons are the next Tab."""
    place = strip(request.form.get("next"))[:12]
    target = url_for("reviews.index", event=request.args.get("event"), done=done)
    return redirect(target + (f"#r-{place}" if place.isalnum() else ""), code=303)
