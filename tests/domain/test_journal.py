"""The journal: an act's rows go back to what they were, or not at all."""

from datetime import timedelta

import pytest

from app import clock
from app.db import db, transaction
from app.domain import journal, members
from app.domain.members.verbs import set_name, set_phone


def rename(person, name, act_id):
    with transaction() as session:
        before = journal.snapshot(session, "person", [person.id])
        set_name(person, name)
        set_phone(person, "13911112222")
        return journal.note(session, "correction", act_id, "person", before)


def take_back(act_id, **how):
    with transaction() as session:
        return journal.take_back(session, "correction", act_id, **how)


def state():
    db.session.rollback()
    table = members.Person.__table__
    return db.session.execute(db.select(table).order_by(table.c.id)).all()


def test_an_act_is_taken_back_to_the_byte(cast):
    before = state()
    assert rename(cast.li, "李磊", 1) == 1
    assert state() != before
    assert journal.can_take_back("correction", 1)
    assert take_back(1) == 1
    assert state() == before


def test_only_changed_columns_are_written_down(cast):
    rename(cast.li, "王磊", 1)
    (change,) = journal.changes_of("correction", 1)
    assert set(change.before) == set(change.after) == {
        "name", "name_key", "pinyin", "initials", "phone_hash", "phone_tail", "phone_sealed"
    }  # fmt: skip


def test_a_later_act_on_the_same_row_must_go_first(cast):
    before = state()
    rename(cast.li, "李磊", 1)
    rename(cast.li, "李累", 2)
    between = state()
    assert not journal.can_take_back("correction", 1)
    with pytest.raises(journal.ChangedSince):
        take_back(1)
    assert state() == between
    take_back(2)
    take_back(1)
    assert state() == before


def test_an_added_row_is_neutralised_not_deleted(cast):
    with transaction() as session:
        person = members.make_person("新来的")
        session.add(person)
        session.flush()
        journal.note(session, "correction", 3, "person", {}, ids=[person.id])
    seen = []
    take_back(3, neutralise=lambda _session, table, row_id: seen.append((table, row_id)))
    assert seen == [("person", person.id)]
    assert db.session.get(members.Person, person.id) is not None


def test_instants_and_days_go_back_as_what_they_were(cast, stopped):
    with transaction() as session:
        person = session.get(members.Person, cast.li.id)
        before, made_at = journal.snapshot(session, "person", [person.id]), person.created_at
        person.created_at = clock.now() - timedelta(days=3)
        person.guardian_consent_on = clock.today()
        journal.note(session, "correction", 1, "person", before)
    take_back(1)
    person = db.session.get(members.Person, cast.li.id)
    assert person.created_at == made_at
    assert person.guardian_consent_on is None
