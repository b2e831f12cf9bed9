"""A hall's PC and one screen: who may give it, for how long, and what wrong letters cost."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from app import keys
from app.db import db, transaction
from app.domain import audit, events, passes
from app.domain.passes import Pairing
from app.errors import Conflict, NotFound, Refusal, TooMany
from tests.gatherings import gather, sitting
from tests.happenings import make

HERE = "192.0.2.7"


def begin(secret=""):
    """(secret, letters) of a PC that waits."""
    secret = passes.begin_pairing(secret, address=HERE)
    return secret, passes.wall_of(secret).letters


def approve(cast, letters, wanted, by=None):
    by = by or cast.organizer
    return passes.approve_pairing(letters, wanted, scope=by.org, by=by)


def facts_of(act):
    query = select(audit.AuditEntry).where(audit.AuditEntry.act == act)
    return [(one.actor_name, one.facts) for one in db.session.scalars(query)]


def test_a_pc_shows_six_letters_that_are_stored_nowhere(cast, stopped):
    secret, letters = begin()
    assert len(letters) == 6
    assert set(letters) <= set(keys.CODE_LETTERS)
    (row,) = db.session.scalars(select(Pairing))
    assert not {secret, letters} & {str(value) for value in vars(row).values()}
    assert passes.wall_of(secret).letters == letters  # a page drawn again shows the same


def test_asking_again_while_it_waits_makes_no_second_one(cast, stopped):
    secret, letters = begin()
    assert begin(secret) == (secret, letters)
    assert db.session.scalar(select(func.count(Pairing.id))) == 1


def test_letters_last_ten_minutes(cast, stopped):
    event = make(cast)
    secret, letters = begin()
    stopped.forward(minutes=9, seconds=59)
    assert passes.wall_of(secret).state == "waiting"
    stopped.forward(seconds=1)
    assert passes.wall_of(secret).state == "expired"
    with pytest.raises(passes.WrongLetters):
        approve(cast, letters, event)
    assert begin(secret)[1] != letters


@pytest.mark.parametrize("spelt", ["{}", " {} ", "{0[0]}{0[1]} {0[2]}{0[3]}-{0[4]}{0[5]}"])
def test_an_organizer_gives_it_one_screen_of_an_own_event(cast, stopped, spelt):
    event = make(cast)
    secret, letters = begin()
    approve(cast, spelt.format(letters).lower(), event)
    wall = passes.wall_of(secret)
    assert (wall.state, wall.event, wall.occurrence, wall.letters) == ("paired", event, None, "")
    assert facts_of("screen_paired") == [("何组织", {"event": "主题团日", "occurrence": ""})]
    (line,) = passes.pairings_of(event)
    assert (line.approved_by, line.approved_at) == (cast.organizer, stopped.at)


def test_a_pc_may_show_one_sitting_alone(cast, stopped):
    event = gather(cast.branch)
    other = sitting(event, starts_in=timedelta(minutes=-30))
    secret, letters = begin()
    approve(cast, letters, other)
    assert passes.wall_of(secret).occurrence == other
    assert facts_of("screen_paired")[0][1]["occurrence"] == other.code


def test_an_event_of_another_branch_does_not_exist(cast, stopped):
    event = make(cast)
    secret, letters = begin()
    with pytest.raises(NotFound):
        approve(cast, letters, event, by=cast.other_manager)
    assert passes.wall_of(secret).state == "waiting"
    approve(cast, letters, event, by=cast.street_manager)
    with pytest.raises(passes.WrongLetters):  # now they are the branch's own
        passes.find_pairing(letters, cast.other_branch, by=cast.other_manager)


def test_a_pc_is_given_once(cast, stopped):
    event, second = make(cast), make(cast, "团课")
    secret, letters = begin()
    approve(cast, letters, event)
    with pytest.raises(passes.AlreadyPaired):
        approve(cast, letters, second)
    assert passes.wall_of(secret).event == event


def test_two_who_approve_at_once_make_one_pairing(app, cast):
    mine, other = gather(cast.branch, title="甲"), gather(cast.other_branch, title="乙")
    secret, letters = begin()
    db.session.rollback()
    told = []

    def ask(event_code, staff):
        with app.app_context():
            try:
                event, by = events.find_event(event_code), db.session.merge(staff)
                passes.approve_pairing(letters, event, scope=by.org, by=by)
                told.append("done")
            except Refusal as refusal:
                told.append(refusal.code)
            db.session.remove()

    pairs = [(mine.code, cast.organizer), (other.code, cast.other_manager)] * 2
    threads = [Thread(target=ask, args=pair) for pair in pairs]
    db.session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("done") == 1
    assert set(told) <= {"done", "already_paired", "wrong_letters"}
    assert passes.wall_of(secret).state == "paired"


def test_it_ends_three_hours_after_the_last_sitting(cast, stopped):
    event = gather(cast.branch)  # 90 minutes from half past eleven
    last = sitting(event, starts_in=timedelta(hours=4))
    whole, letters = begin()
    approve(cast, letters, event)
    first, letters = begin()
    approve(cast, letters, event.occurrences[0])
    stopped.at = event.occurrences[0].ends_at + timedelta(hours=3)
    assert passes.wall_of(first).state == "over"
    assert passes.wall_of(whole).state == "paired"
    assert len(passes.pairings_of(event)) == 1
    stopped.at = last.ends_at + timedelta(hours=3)
    assert passes.wall_of(whole).state == "over"
    assert passes.pairings_of(event) == []
    late = begin()[1]
    with pytest.raises(Conflict):
        approve(cast, late, event)


def test_it_is_taken_back_at_once_and_for_good(cast, stopped):
    event = make(cast)
    secret, letters = begin()
    pairing = approve(cast, letters, event)
    passes.revoke_pairing(pairing, by=cast.wang_staff)
    passes.revoke_pairing(pairing, by=cast.wang_staff)
    assert passes.wall_of(secret).state == "revoked"
    assert passes.pairings_of(event) == []
    assert [name for name, _facts in facts_of("screen_unpaired")] == ["王芳"]
    with pytest.raises(passes.WrongLetters):
        approve(cast, letters, event)


@pytest.mark.parametrize("name", ["withdrawn_at", "cancelled_at"])
def test_an_event_that_is_off_goes_on_no_screen(cast, stopped, name):
    event = make(cast)
    letters = begin()[1]
    with transaction() as session:
        setattr(session.merge(event), name, stopped.at)
    with pytest.raises(Conflict):
        approve(cast, letters, event)


def test_a_withdrawn_event_leaves_the_screen(cast, stopped):
    event = make(cast)
    secret, letters = begin()
    approve(cast, letters, event)
    events.withdraw_event(event, by=audit.SYSTEM)
    assert passes.wall_of(secret).state == "over"


def test_ten_wrong_letters_in_ten_minutes_and_no_more(cast, stopped):
    event = make(cast)
    letters = begin()[1]
    for _ in range(10):
        with pytest.raises(passes.WrongLetters):
            passes.find_pairing("ZZZZZZ", cast.branch, by=cast.organizer)
    with pytest.raises(TooMany):  # the right ones too: a guesser learns nothing more
        approve(cast, letters, event)
    approve(cast, letters, event, by=cast.wang_staff)  # another account is not held up
    stopped.forward(minutes=1)
    with pytest.raises(passes.WrongLetters):
        passes.find_pairing("ZZZZZZ", cast.branch, by=cast.organizer)


def test_right_letters_cost_nothing(cast, stopped):
    letters = begin()[1]
    for _ in range(30):
        passes.find_pairing(letters, cast.branch, by=cast.organizer)


@pytest.mark.parametrize("letters", ["", "Z", "ZZZZZZZ", "\x00", "２" * 900, "我"])
def test_rough_letters_are_wrong_letters(cast, stopped, letters):
    with pytest.raises(passes.WrongLetters):
        passes.find_pairing(letters, cast.branch, by=cast.organizer)


def test_a_place_begins_so_many_an_hour_and_old_ones_are_swept(cast, stopped):
    for _ in range(120):
        begin()
    with pytest.raises(TooMany):
        begin()
    passes.begin_pairing("", address="192.0.2.8")
    stopped.forward(days=2)
    begin()
    assert db.session.scalar(select(func.count(Pairing.id))) == 1


@pytest.mark.parametrize("secret", ["", "x", "9" * 64, "\x00"])
def test_a_secret_of_nobody_shows_nothing(cast, secret):
    assert passes.wall_of(secret).state == "new"


def test_the_sittings_of_today_are_the_scopes_own(cast, stopped):
    own = gather(cast.branch, title="今天")
    below = gather(cast.street, title="街道的")
    gather(cast.branch, title="明天", starts_in=timedelta(days=1))
    gather(cast.branch, title="昨天", starts_in=timedelta(days=-1))
    off = gather(cast.branch, title="取消的")
    events.cancel_event(off, by=audit.SYSTEM, reason="下雨")
    titles = [one.event.title for one in events.sittings_today(cast.branch, after=passes.STAYS)]
    assert titles == [own.title]
    titles = [one.event.title for one in events.sittings_today(cast.street, after=passes.STAYS)]
    assert titles == [below.title, own.title]
