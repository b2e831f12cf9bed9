"""The web floor: it listens, asks one thing of the domain, and answers."""

from app.web import (
    account,
    api,
    assets,
    attendance,
    audit,
    backups,
    blanks,
    cards,
    checkin,
    checkout,
    checks,
    closings,
    corrections,
    desks,
    events,
    filters,
    guards,
    handins,
    headcount,
    headers,
    health,
    history,
    home,
    hours,
    language,
    leaves,
    live,
    me,
    orgs,
    people,
    pocket,
    posters,
    privacy,
    public,
    reach,
    refusals,
    reports,
    reviews,
    roles,
    rollcalls,
    roster,
    scanners,
    screens,
    search,
    seats,
    setup,
    staff,
    studies,
    summaries,
    tv,
    venues,
)

ROOMS = (
    home, setup, reach, account,
    scanners, api,
    staff, roster, events, posters, screens, tv, public,
    checkin,
    checkout,
    me, live, attendance, headcount,
    roles,
    seats,
    leaves,
    hours,
    rollcalls,
    desks,
    pocket,
    studies,
    reviews, reports, handins, blanks, summaries,
    checks,
    closings,
    orgs, people,
    cards,
    history,
    corrections, venues, search, audit, backups, privacy, health,
)  # fmt: skip


def init_app(app, unavailable=()):
    """Hang every room, filter and handler on the application. `unavailable`: the exception
    types that mean the database is out of reach."""
    for part in (headers, assets, language, filters, guards):
        part.init_app(app)
    refusals.init_app(app, unavailable)
    for room in ROOMS:
        app.register_blueprint(room.bp)
