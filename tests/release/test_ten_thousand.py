"""Ten thousand phones at one projected code: all recorded, none refused for the age of its pass.

FURONG_PHONES=2000 for a smaller hall. So many are on the line at once as the machine can hold open;
each scans what the wall shows when its turn to load comes.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import checkins, passes
from app.domain.checkins import Attempt, CheckIn
from tests.doors import STATE, open_event
from tests.phones import RawPhone

PHONES = int(os.environ.get("FURONG_PHONES", "10000"))
ON_THE_LINE = 400


def test_ten_thousand_phones_are_all_recorded(app, cast, serve):
    event, org = open_event(cast, rotates=True), cast.branch.code
    code, sitting = event.occurrences[0].code, passes.Sitting(event.occurrences[0].id, event.epoch)
    server = serve(workers=4)

    def enter(number):
        phone = RawPhone(server.port)
        told = passes.pass_of(sitting, clock.now())
        status, text = phone.check_in(
            code, told=told, name=f"来宾{chr(0x4E00 + number)}", phone=f"135{number:08d}", org=org
        )
        return status, STATE.search(text)[1]

    with ThreadPoolExecutor(ON_THE_LINE) as hall:
        replies = list(hall.map(enter, range(PHONES)))
    assert Counter(replies) == {(200, "done"): PHONES}
    db.session.rollback()
    for rows in (CheckIn, Attempt):
        assert db.session.scalar(select(func.count()).select_from(rows)) == PHONES
    assert checkins.refusals_of(event) == []
