"""Ten thousand phones at one projected code: all recorded, none refused for the age of its pass.

FURONG_PHONES=2000 for a smaller hall. ON_THE_LINE of them load at the same time, the next one when one
is done; each scans what the wall shows at that moment. A phone without an answer for a minute scans
again, as its owner would.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import checkins, passes
from app.domain.checkins import CheckIn
from tests.doors import NONCE, STATE, TOKEN, open_event
from tests.phones import RawPhone

PHONES = int(os.environ.get("FURONG_PHONES", "10000"))
ON_THE_LINE = 200


def test_ten_thousand_phones_are_all_recorded(app, cast, serve):
    event, org = open_event(cast, rotates=True), cast.branch.code
    code, sitting = event.occurrences[0].code, passes.Sitting(event.occurrences[0].id, event.epoch)
    server = serve(workers=4)

    def enter(number):
        phone, fields = RawPhone(server.port), {"phone": f"135{number:08d}", "org": org}
        fields["name"] = f"来宾{chr(0x4E00 + number)}"
        for told in (passes.pass_of(sitting, clock.now()) for _ in range(5)):
            try:
                status, text = phone.ask("GET", f"/C/{code}/{told}")
                if STATE.search(text)[1] == "form":
                    form = {"csrf_token": TOKEN.search(text)[1], "nonce": NONCE.search(text)[1]}
                    status, text = phone.ask("POST", f"/c/{code}", form | fields)
                return status, STATE.search(text)[1]
            except TimeoutError:
                continue
        return 0, "no answer"

    with ThreadPoolExecutor(ON_THE_LINE) as hall:
        replies = list(hall.map(enter, range(PHONES)))
    assert set(replies) <= {(200, "done"), (200, "already")}, Counter(replies)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(CheckIn.voided_at.is_(None))) == PHONES
    assert checkins.refusals_of(event) == []
