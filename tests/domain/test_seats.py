"""One seat an org: whoever first chose it sits there, staff give it to another, the counts agree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.domain import attendance, checkins, identity, live
from app.domain.audit import SYSTEM, AuditEntry
from app.errors import Conflict, Invalid
from tests.doors import open_event, person_fields, scan


@pytest.fixture
def sitting(cast, stopped):
    """The district's meeting: the street and the bureau send one each, 育才一班 comes itself."""
    invited = [(cast.street, "seats"), (cast.bureau, "seats"), (cast.class_one, "persons")]
    return open_event(cast, host=cast.district, invited=invited).occurrences[0]


def come(sitting, person, org=None):
    return checkins.scan_in(sitting, person, by=SYSTEM, how="desk", org=org).check_in


def row_of(sitting, org):
    return next(row for row in live.tally(sitting).rows if row.org == org.code)


def holder_of(sitting, org):
    return next(seat.holder for seat in live.seats(sitting) if seat.org.id == org.id)


def typed(sitting, name, phone, org):
    told = identity.read(name, phone, "")
    return checkins.scan_typed(sitting, told, by=SYSTEM, how="desk", org=org).check_in


def test_the_first_who_chose_the_org_sits_and_the_next_is_a_guest(cast, sitting):
    first = typed(sitting, "周副书记", "13711112222", cast.street)
    second = typed(sitting, "吴干事", "13711112223", cast.street)
    assert holder_of(sitting, cast.street).id == first.id
    row = row_of(sitting, cast.street)
    assert (row.expected, row.present, row.guests) == (1, 1, 1)
    checkins.void_check_in(first, by=SYSTEM, reason="走错会场")
    assert holder_of(sitting, cast.street).id == second.id
    assert row_of(sitting, cast.street).guests == 0


def test_a_phone_claims_the_seat_of_the_org_it_chose(cast, sitting, phone):
    scan(phone, sitting.event.code, **person_fields(cast.li, cast.street, phone="13900000002"))
    db.session.rollback()
    assert db.session.scalar(select(checkins.CheckIn.seat_org_id)) == cast.street.id
    other = open_event(cast, title="别的会")
    scan(phone, other.code, **person_fields(cast.li, cast.branch, phone="13900000002"))
    db.session.rollback()
    seats = db.session.scalars(select(checkins.CheckIn.seat_org_id)).all()
    assert seats == [cast.street.id, None]


def test_somebody_of_another_org_who_sits_for_it_counts_there_once(cast, sitting):
    come(sitting, cast.li, cast.bureau)  # of the street, sent for the bureau
    total = live.tally(sitting)
    assert (row_of(sitting, cast.bureau).present, row_of(sitting, cast.street).present) == (1, 0)
    assert (total.expected, total.present, total.guests, total.people) == (3, 1, 0, 1)
    assert [branch.org for branch in live.absent(sitting) if branch.is_seat] == [cast.street.code]


def test_who_is_expected_as_a_person_fills_a_seat_without_being_two(cast, sitting):
    come(sitting, cast.lin, cast.street)
    total = live.tally(sitting)
    assert row_of(sitting, cast.street).present == 1
    assert row_of(sitting, cast.class_one).present == 1
    assert total.people == 1


def test_a_seat_filled_by_a_person_stays_filled_when_others_of_its_org_come(cast, sitting):
    come(sitting, cast.lin, cast.street)  # expected as a person, and sent for the street
    come(sitting, cast.wang, cast.street)  # second to claim it
    come(sitting, cast.li, cast.bureau)  # of the street, sent for the bureau
    row, total = row_of(sitting, cast.street), live.tally(sitting)
    assert (row.expected, row.present, row.guests) == (1, 1, 1)
    assert (total.expected, total.present, total.guests, total.people) == (3, 2, 1, 3)


def test_staff_give_the_seat_to_another_row_as_a_substitute(cast, sitting):
    first = typed(sitting, "周副书记", "13711112222", cast.street)
    second = typed(sitting, "吴干事", "13711112223", None)
    checkins.give_seat(second, cast.street, by=SYSTEM, is_substitute=True)
    assert holder_of(sitting, cast.street).id == second.id
    assert (first.seat_org_id, second.is_substitute) == (None, True)
    row = row_of(sitting, cast.street)
    assert (row.present, row.guests) == (1, 1)
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "seat_given")).one()
    assert line.facts["substitute"] is True
    checkins.give_seat(second, cast.street, by=SYSTEM)
    assert not second.is_substitute


def test_a_seat_goes_to_no_undone_row_and_there_is_none_without_invitation(cast, sitting):
    row = come(sitting, cast.li)
    with pytest.raises(Invalid):
        checkins.give_seat(row, cast.branch, by=SYSTEM)
    checkins.void_check_in(row, by=SYSTEM, reason="重复")
    with pytest.raises(Conflict):
        checkins.give_seat(row, cast.street, by=SYSTEM)


def test_the_files_say_who_sat_for_whom(cast, sitting):
    typed(sitting, "周副书记", "13711112222", cast.street)
    row = typed(sitting, "吴干事", "13711112223", None)
    checkins.give_seat(row, cast.bureau, by=SYSTEM, is_substitute=True)
    ledger = attendance.export_ledger([sitting], rows_of=None, what="x", by=SYSTEM)
    told = {line.name: (line.seat, line.is_substitute) for line in ledger.rows}
    assert told == {
        "周副书记": (cast.street.full_name, False), "吴干事": (cast.bureau.full_name, True),
    }  # fmt: skip
    roll = attendance.roll_of(sitting)
    assert {entry.person.name for entry in roll.entries if entry.seat} == set(told)


WHO = st.sampled_from(("wang", "li", "han", "lin", "new"))
WHERE = st.sampled_from(("street", "bureau", "branch", "class_one", None))
STEP = st.tuples(st.sampled_from(("come", "come", "come", "void", "give")), WHO, WHERE)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, max_size=8), data=st.data())
def test_whatever_happens_no_seat_is_fuller_than_one(cast, stopped, steps, data):
    invited = [(cast.street, "seats"), (cast.bureau, "seats"), (cast.class_one, "persons")]
    sitting = open_event(cast, host=cast.district, invited=invited).occurrences[0]
    rows = []
    for number, (what, who, where) in enumerate(steps):
        org = getattr(cast, where) if where else None
        if what == "come" and who == "new":
            rows.append(typed(sitting, f"来宾{chr(0x4E00 + number)}", f"1371111{number:04d}", org))
        elif what == "come":
            rows.append(come(sitting, getattr(cast, who), org))
        elif rows and what == "void":
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            if row.voided_at is None:
                checkins.void_check_in(row, by=SYSTEM, reason="重复")
        elif rows and org is not None and where in ("street", "bureau"):
            row = rows[data.draw(st.integers(0, len(rows) - 1))]
            if row.voided_at is None:
                checkins.give_seat(row, org, by=SYSTEM)
    found = live.tally(sitting)
    for org in (cast.street, cast.bureau):
        row = row_of(sitting, org)
        assert row.present >= 0
        if org is cast.street:  # nobody is expected there as a person
            assert row.present <= row.expected == 1
            assert (row.present == 1) == (holder_of(sitting, org) is not None)
    valid = {row.person_id for row in rows if row.voided_at is None}
    assert found.people == found.present + found.guests == len(valid)
    assert found.present <= found.expected
    assert min(found.present, found.guests) >= 0
