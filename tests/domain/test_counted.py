"""What is counted besides check-ins: tallies, services, honours, venues, in a period and a subtree."""

from datetime import date

import pytest

from app import clock
from app.db import db, transaction
from app.domain import honours, orgs, services, tallies, venues
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.periods import Period
from tests.gatherings import gather

HALF = Period(date(2026, 1, 1), date(2026, 6, 30))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture(autouse=True)
def standing_still(stopped):
    """The clock of every test here is stopped."""


def write(*rows):
    with transaction() as session:
        session.add_all(rows)


def tally(cast, number, unit="篇", occurrence=None, **told):
    days = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 31)} | told
    line = orgs.line_of(cast.branch.id, days["to_on"])
    return tallies.ManualTally(
        occurrence_id=occurrence.id if occurrence else None, line_id=line, unit=unit, number=number,
        evidence="后台截图", made_at=clock.now(), **days,
    )  # fmt: skip


def service(cast, number, kind="care", on=date(2026, 3, 1), **told):
    return services.ServiceRecord(
        code=f"S{number}", kind=kind, served_on=on, number=number, made_at=clock.now(),
        line_id=orgs.line_of(cast.branch.id, on), **told,
    )  # fmt: skip


def honour(cast, code, title="青年岗位能手", on=date(2026, 5, 4), **told):
    return honours.Honour(
        code=code, title=title, year=on.year, granted_on=on, recipient="李雷", made_at=clock.now(),
        line_id=orgs.line_of(cast.branch.id, on), **({"level": "district"} | told),
    )  # fmt: skip


def test_tallies_are_summed_by_unit_where_their_days_lie_inside_the_period(cast):
    edge = {"from_on": date(2026, 6, 30), "to_on": date(2026, 7, 1)}
    write(
        tally(cast, 100), tally(cast, 26), tally(cast, 7, "人次"), tally(cast, 900, **edge),
        tally(cast, 50, voided_at=clock.now()),
    )  # fmt: skip
    assert tallies.tallied(HALF, cast.district) == {"人次": 7, "篇": 126}
    assert tallies.tallied(HALF, cast.branch) == {"人次": 7, "篇": 126}
    assert tallies.tallied(HALF, cast.other_branch) == {}


def test_a_tally_of_an_occurrence_counts_with_it_and_not_when_it_is_called_off(cast):
    held, off = gather(cast.branch, title="直播"), gather(cast.branch, title="没办成")
    day = held.occurrences[0].starts_on
    told = {"from_on": day, "to_on": day}
    write(*(tally(cast, 9, "人次", event.occurrences[0], **told) for event in (held, off)))
    with transaction() as session:
        session.merge(off).occurrences[0].cancelled_at = clock.now()
    assert tallies.tallied(NOVEMBER, cast.branch) == {"人次": 9}


def test_services_are_summed_by_kind(cast):
    write(
        service(cast, 41), service(cast, 52, "study"), service(cast, 3, "other", date(2026, 6, 30)),
        service(cast, 900, on=date(2026, 7, 1)), service(cast, 800, voided_at=clock.now()),
    )  # fmt: skip
    assert services.served(HALF, cast.district) == {"care": 41, "study": 52, "other": 3}
    assert list(services.served(HALF, cast.district)) == ["care", "study", "other"]
    assert services.served(HALF, cast.bureau) == {}


def test_honours_are_counted_by_title_and_level_the_highest_first(cast):
    write(
        honour(cast, "A"), honour(cast, "B"), honour(cast, "C", level="national"),
        honour(cast, "D", "青年文明号", is_collective=True), honour(cast, "E", on=date(2025, 5, 4)),
        honour(cast, "F", voided_at=clock.now()),
    )  # fmt: skip
    assert honours.granted(HALF, cast.district) == [
        ("青年岗位能手", "national", False, 1), ("青年岗位能手", "district", False, 2),
        ("青年文明号", "district", True, 1),
    ]  # fmt: skip
    assert honours.granted(HALF, cast.other_branch) == []


def opened(org):
    return [venue.name for venue in venues.opened_in(HALF, org)]


def test_a_venue_handed_to_another_org_stays_in_the_figures_of_who_opened_it(cast):
    home = venues.add_venue("驿站", org=cast.branch, by=SYSTEM, opened_on=date(2026, 2, 20))
    venues.edit_venue(home, by=SYSTEM, org=cast.bureau)
    assert home.org.id == cast.bureau.id
    assert (opened(cast.street), opened(cast.bureau)) == (["驿站"], [])
    venues.edit_venue(home, by=SYSTEM, opened_on=date(2026, 3, 1))  # a day corrected
    assert (opened(cast.street), opened(cast.bureau)) == (["驿站"], [])
    venues.edit_venue(home, by=SYSTEM, opened_on=None)
    assert opened(cast.district) == []


def test_a_venue_that_was_always_anothers_is_corrected_in_past_figures_too(cast):
    home = venues.add_venue("驿站", org=cast.branch, by=SYSTEM, opened_on=date(2026, 2, 20))
    venues.edit_venue(home, by=SYSTEM, org=cast.bureau)
    venues.edit_venue(home, by=SYSTEM, org=cast.bureau, opened_it=True)
    assert (opened(cast.street), opened(cast.bureau)) == ([], ["驿站"])
    entry = db.session.query(AuditEntry).filter_by(act="venue_edited").all()[-1]
    assert entry.facts["changes"] == {"opener": [cast.branch.full_name, cast.bureau.full_name]}


def test_a_venue_without_a_day_is_opened_by_whoever_keeps_it_when_the_day_is_told(cast):
    home = venues.add_venue("驿站", org=cast.branch, by=SYSTEM)
    venues.edit_venue(home, by=SYSTEM, org=cast.bureau, opened_on=date(2026, 2, 20))
    assert (opened(cast.street), opened(cast.bureau)) == ([], ["驿站"])


def test_a_venue_counts_where_its_org_lay_on_the_day_it_was_opened(cast):
    for name, day in (("驿站", date(2026, 2, 20)), ("早的", date(2025, 12, 31)), ("没写", None)):
        venues.add_venue(name, org=cast.branch, by=SYSTEM, opened_on=day)
    orgs.move_org(cast.branch, cast.bureau, on=date(2026, 8, 1), by=SYSTEM)
    found = {org.code: [v.name for v in venues.opened_in(HALF, org)] for org in orgs.all_orgs()}
    assert found.pop(cast.district.code) == ["驿站"]
    assert found.pop(cast.street.code) == ["驿站"]
    assert found.pop(cast.branch.code) == ["驿站"]
    assert not any(found.values())
