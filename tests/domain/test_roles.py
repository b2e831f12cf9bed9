"""What people came as: the event's usual role for whoever scans, changed row by row afterwards."""

import pytest
from sqlalchemy import select

from app.db import db
from app.domain import checkins, events, live
from app.domain.audit import SYSTEM, AuditEntry
from app.errors import Conflict, Invalid
from tests.doors import open_event, person_fields, scan


def test_whoever_comes_bears_the_usual_role_of_the_event(cast, stopped, phone):
    event = open_event(cast, usual_role="volunteer")
    scan(phone, event.code, **person_fields(cast.li, cast.branch, phone="13900000002"))
    sitting = event.occurrences[0]
    checkins.tick(sitting, cast.wang, by=SYSTEM)
    checkins.scan_in(sitting, cast.han, by=SYSTEM, how="desk")
    db.session.rollback()
    assert set(db.session.scalars(select(checkins.CheckIn.role))) == {"volunteer"}
    assert events.copy_event(event, by=cast.zhao).usual_role == "volunteer"


def test_a_changed_role_changes_no_figure_and_leaves_a_line_each(cast, stopped):
    event = open_event(cast)
    sitting = event.occurrences[0]
    rows = [checkins.tick(sitting, one, by=SYSTEM) for one in (cast.li, cast.wang, cast.han)]
    before = live.tally(sitting)
    assert checkins.give_role(rows[:2], "lecturer", by=SYSTEM) == 2
    assert checkins.give_role(rows, "lecturer", by=SYSTEM) == 1
    assert live.tally(sitting) == before
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "role_given")).all()
    assert len(lines) == 3
    assert lines[0].facts["role_before"] == "audience"


def test_all_or_none_get_a_role(cast, stopped):
    event = open_event(cast)
    rows = [checkins.tick(event.occurrences[0], one, by=SYSTEM) for one in (cast.li, cast.wang)]
    with pytest.raises(Invalid):
        checkins.give_role(rows, "king", by=SYSTEM)
    checkins.void_check_in(rows[1], by=SYSTEM, reason="重复")
    with pytest.raises(Conflict):
        checkins.give_role(rows, "judge", by=SYSTEM)
    db.session.expire_all()
    assert [row.role for row in rows] == ["audience", "audience"]


def test_an_event_takes_no_role_there_is_not(cast, stopped):
    with pytest.raises(Invalid):
        open_event(cast, usual_role="king")
    event = open_event(cast)
    with pytest.raises(Invalid):
        events.edit_event(event, by=SYSTEM, usual_role="king")
    events.edit_event(event, by=SYSTEM, usual_role="judge")
    line = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "event_edited")).one()
    assert line.facts["changes"] == {"usual_role": ["听众", "评委"]}
