"""What every view of the summary asks first: which days, which org, which language of the prose."""

from flask import Blueprint, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.domain import closings, orgs, periods, summaries
from app.web import guards
from app.web.language import LOCALES

bp = Blueprint("summaries", __name__)

# What a figure is made of → the page of its rows, and which of them.
PAGES = {
    "hosted": "reports.hosted", "took_part": "reports.took_part",
    "attendances": "reports.attendances", "people": "reports.people",
    "headcount": "reports.headcounts", "tally": "reports.tallies",
    "minutes": "reports.attendances", "volunteers": "reports.attendances",
}  # fmt: skip
ONLY = {"minutes": "hours", "volunteers": "volunteers"}


def period_asked():
    """The period of the address; raises Invalid."""
    return periods.parse_period(request.args.get("from"), request.args.get("to"))


def org_asked():
    """The org of the address, inside my scope."""
    return guards.org_in_scope(request.args.get("org"))


def language_asked() -> str:
    """zh or en: of the prose, whatever language the page is in."""
    asked = request.args.get("in", "")
    return asked if asked in summaries.LANGUAGES else "zh"


def asked(period, org, language=None) -> dict:
    """The query that names all of that."""
    return {
        "from": period.from_on.isoformat(), "to": period.to_on.isoformat(), "org": org.code,
        "in": language or language_asked(), **({"figures": "now"} if asks_for_today() else {}),
    }  # fmt: skip


def figures_shown(period, org):
    """The figures of the page: as they were signed where the period is, unless today's are asked for."""
    now = summaries.figures_of(period, org)
    if asks_for_today():
        return now
    return closings.summary_as_signed(closings.standing_of(org, period), now) or now


def asks_for_today() -> bool:
    """Whether today's figures are wanted of a signed period too."""
    return request.args.get("figures") == "now"


def prose(figures, language):
    """The summary in a language: also the words of its places."""
    with force_locale(LOCALES[language]):
        return summaries.summary(figures, language, _)


def choices(org) -> list:
    """The orgs of my scope that have others below them, and the one that is shown."""
    every = orgs.subtree_of(guards.my_org())
    parents = {one.parent_id for one in every}
    return [one for one in every if one.id in parents or one.id in (org.id, guards.my_org().id)]


def rows_of(rows, period, org) -> str:
    """The address of the rows of a figure (what Figure.rows names)."""
    page, by, key = rows
    where = {"from": period.from_on.isoformat(), "to": period.to_on.isoformat(), "org": org.code}
    if page in PAGES:
        only = {"only": ONLY[page]} if page in ONLY else {}
        return url_for(PAGES[page], **where, **only, **({"by": by, "key": key} if key else {}))
    return url_for("summaries.rows", **where, kind=page, key=key, level=by)
