"""The frame of a correction: previewed without a trace, done with a trail, undone to the byte."""

import pytest

from app import clock
from app.db import db
from app.domain import corrections
from app.domain.checkins import CheckIn
from app.domain.periods import half_of
from app.errors import Conflict, Invalid
from tests.gatherings import arrive, gather


@pytest.fixture
def row(cast, stopped):
    return arrive(gather(cast.branch, cast.branch), cast.li)


def void(cast, row, **how):
    """A correction that voids one check-in."""
    with corrections.correcting(
        "check_ins_moved", org=cast.branch, subject="event:1", by=cast.zhao,
        counted=[cast.district, cast.branch], period=half_of(clock.today()),
        occurrences=[row.occurrence], **{"reason": "记错了", **how},
    ) as work:  # fmt: skip
        work.touch("check_in", [row.id])
        work.session.get(CheckIn, row.id).voided_at = clock.now()
    return work.correction


def rows():
    db.session.rollback()
    tables = [CheckIn.__table__, corrections.Correction.__table__]
    return [db.session.execute(db.select(table)).all() for table in tables]


def test_a_preview_shows_the_figures_and_leaves_no_trace(cast, row):
    before = rows()
    shown = void(cast, row, preview=True, reason="")
    assert shown.figures_before["orgs"][cast.district.code]["attendances"] == 1
    assert shown.figures_after["orgs"][cast.district.code]["attendances"] == 0
    assert shown.figures_after["sittings"] == {row.occurrence.code: 0}
    assert rows() == before


def test_a_correction_is_done_and_taken_back(cast, row):
    before = rows()[0]
    done = void(cast, row)
    assert rows()[0] != before
    assert done.figures_after["orgs"][cast.branch.code]["people"] == 0
    corrections.undo(done, by=cast.zhao, reason="没有错")
    assert rows()[0] == before
    with pytest.raises(Conflict):
        corrections.undo(done, by=cast.zhao, reason="再撤")


def test_without_a_reason_nothing_is_done(cast, row):
    before = rows()
    with pytest.raises(Invalid):
        void(cast, row, reason="  ")
    assert rows() == before
