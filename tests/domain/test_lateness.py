"""迟到: computed from the times, in the list and the files, never a refusal or a doubt."""

import pytest

from app.domain import attendance, checkins
from app.domain.audit import SYSTEM
from tests.doors import open_event


@pytest.mark.parametrize(
    ("minutes", "late"), [(-5, 0), (0, 0), (10, 0), (11, 11), (40, 40), (91, 0)]
)
def test_lateness_begins_after_the_grace_and_ends_with_the_sitting(cast, stopped, minutes, late):
    sitting = open_event(cast, starts_in=10).occurrences[0]
    stopped.forward(minutes=10 + minutes)
    row = checkins.tick(sitting, cast.li, by=SYSTEM)
    assert checkins.minutes_late(row) == late
    assert row.review == "none"
    ledger = attendance.export_ledger([sitting], rows_of=None, what="x", by=SYSTEM)
    assert ledger.rows[0].minutes_late == late


def test_the_list_and_the_files_say_how_late(cast, stopped, sign_in):
    event = open_event(cast, host=cast.branch)
    stopped.forward(minutes=25)
    checkins.tick(event.occurrences[0], cast.li, by=SYSTEM)
    browser, path = sign_in(cast.organizer), f"/events/{event.code}/attendance"
    assert "迟到 25 分钟" in browser.get(path).text
    head, line = browser.get(f"{path}.csv").data.decode("utf-8-sig").splitlines()[:2]
    assert line.split(",")[head.split(",").index("迟到（分钟）")] == "25"
