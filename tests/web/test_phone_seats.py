"""A meeting with one seat for each committee: whoever comes for a committee finds it on the phone."""

from sqlalchemy import select

from app.db import db
from app.domain import live
from app.domain.checkins import CheckIn
from tests.doors import form_of, open_event, scan, state_of


def test_an_org_invited_by_seat_can_be_chosen_and_its_seat_is_held(cast, stopped, phone):
    invited = [(cast.street, "seats"), (cast.bureau, "seats")]
    event = open_event(cast, host=cast.district, invited=invited)
    page = phone.get(f"/c/{event.code}")
    for org in (cast.street, cast.bureau, cast.branch, cast.class_one):
        assert f'<option value="{org.code}">' in page.text
    assert f'value="{cast.school.code}"' not in page.text
    reply = scan(phone, event.code, name="周副书记", phone="13711112222", org=cast.street.code)
    assert state_of(reply) == "done"
    db.session.rollback()
    assert db.session.scalar(select(CheckIn.chosen_org_id)) == cast.street.id
    rows = {row.org: row for row in live.tally(event.occurrences[0]).rows}
    assert (rows[cast.street.code].expected, rows[cast.street.code].present) == (1, 1)
    assert (rows[cast.bureau.code].expected, rows[cast.bureau.code].present) == (1, 0)


def test_an_org_invited_by_seat_is_found_by_its_name_and_no_other_inner_one(cast, stopped, phone):
    event = open_event(cast, host=cast.district, invited=[(cast.street, "seats")])
    page = phone.get(f"/c/{event.code}")
    for words, org, is_found in (
        ("定王台", cast.street, True),
        ("育才中学总支", cast.school, False),
    ):
        found = phone.post(f"/c/{event.code}/branches", data=form_of(page, branch=words))
        assert (f'value="{org.code}"' in found.text) is is_found
