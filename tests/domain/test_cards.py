"""A personal card: one living secret a person, read in any spelling, gone when it is taken back."""

from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app import keys
from app.db import db, transaction
from app.domain import audit, cards
from app.domain.audit import AuditEntry
from app.domain.cards import Card, NoCard, RevokedCard, UnknownCard
from app.errors import Invalid, NotFound
from tests.gatherings import guest, statements

SECRET = "ABCDEFGHJKLMNPQRSTUVWXYZ23"


def make(cast, person, org=None):
    return cards.make_card(person, by=cast.wang_staff.actor, org=org or cast.branch)


def acts():
    query = select(AuditEntry).where(AuditEntry.act.startswith("card_")).order_by(AuditEntry.id)
    return [(entry.act, entry.person, entry.actor_name) for entry in db.session.scalars(query)]


def test_a_card_opens_its_person_and_is_written_down(cast):
    secret = make(cast, cast.li)
    assert cards.person_of(secret).code == cast.li.code
    assert acts() == [("card_made", cast.li.code, "王芳")]


def test_the_secret_stands_nowhere_in_the_database(cast):
    secret = make(cast, cast.li)
    (card,) = db.session.scalars(select(Card))
    assert card.token_hash == keys.token_hash(secret)
    assert secret.encode() not in bytes(card.token_sealed)
    assert cards.secret_of(card) == secret
    assert len(secret) * 5 >= 128


def test_a_new_card_kills_the_old_one(cast):
    old, new = make(cast, cast.li), make(cast, cast.li)
    with pytest.raises(RevokedCard):
        cards.person_of(old)
    assert cards.person_of(new) == cast.li
    assert cards.living_card(cast.li).revoked_at is None


def test_a_revoked_card_opens_nothing(cast, stopped):
    secret = make(cast, cast.li)
    stopped.forward(minutes=1)
    cards.revoke_card(cast.li, by=cast.wang_staff.actor, org=cast.branch)
    with pytest.raises(RevokedCard):
        cards.person_of(secret)
    (card,) = db.session.scalars(select(Card))
    assert card.revoked_at - card.made_at == timedelta(minutes=1)
    assert card.revoked_by_id == cast.wang_staff.id
    assert cards.living_card(cast.li) is None
    assert [act for act, *_rest in acts()] == ["card_made", "card_revoked"]
    with pytest.raises(NoCard):
        cards.revoke_card(cast.li, by=cast.wang_staff.actor, org=cast.branch)


def test_showing_a_card_again_is_written_down_and_changes_nothing(cast):
    secret = make(cast, cast.li)
    assert cards.show_card(cast.li, by=cast.wang_staff.actor, org=cast.branch) == secret
    assert [act for act, *_rest in acts()] == ["card_made", "card_shown"]
    with pytest.raises(NoCard):
        cards.show_card(cast.wang, by=cast.wang_staff.actor, org=cast.branch)


def test_a_card_of_another_key_works_but_cannot_be_shown(cast):
    secret = make(cast, cast.li)
    keys.use_pii_key(b"another key of another installation")
    assert cards.person_of(secret) == cast.li
    with pytest.raises(NoCard):
        cards.show_card(cast.li, by=cast.wang_staff.actor, org=cast.branch)


def test_a_sheet_makes_what_is_missing_and_keeps_what_there_is(cast):
    secret = make(cast, cast.li)
    made = cards.cards_for([cast.wang, cast.li], by=cast.wang_staff.actor, org=cast.branch)
    assert [person.code for person, _secret in made] == [cast.wang.code, cast.li.code]
    assert made[1][1] == secret
    assert cards.person_of(made[0][1]) == cast.wang
    assert sorted(act for act, *_rest in acts()) == ["card_made", "card_made", "card_shown"]
    assert cards.holders_among([cast.wang.id, cast.li.id, cast.han.id]) == {
        cast.wang.id,
        cast.li.id,
    }


def test_a_sheet_has_somebody_and_an_end(cast, monkeypatch):
    with pytest.raises(Invalid):
        cards.cards_for([], by=cast.wang_staff.actor, org=cast.branch)
    with pytest.raises(Invalid):
        cards.cards_for([cast.li] * 401, by=cast.wang_staff.actor, org=cast.branch)
    assert acts() == []


def test_after_a_merge_every_card_opens_the_one_who_stayed(cast):
    twin = guest("李雷", phone="13900000099")
    old, new = make(cast, twin), make(cast, cast.li)
    with transaction():
        twin.merged_into_id = cast.li.id
    assert cards.person_of(old) == cards.person_of(new) == cast.li
    fresh = make(cast, cast.li)
    for dead in (old, new):
        with pytest.raises(RevokedCard):
            cards.person_of(dead)
    assert cards.person_of(fresh) == cast.li


@pytest.mark.parametrize(
    "text",
    [
        SECRET, SECRET.lower(), f"  {SECRET}\r\n", f"HTTPS://QD.EXAMPLE.ORG/P/{SECRET}",
        f"https://qd.example.org/p/{SECRET.lower()}", f"http://10.0.0.2:8000/furong/P/{SECRET}",
        f"https://qd.example.org/p/{SECRET}?x=1#top", f"https://qd.example.org/p/{SECRET}/",
        f"ｈｔｔｐｓ：／／ｑｄ．ｅｘａｍｐｌｅ．ｏｒｇ／ｐ／{SECRET}",
        SECRET[:13] + " " + SECRET[13:],
    ],
)  # fmt: skip
def test_the_secret_is_found_in_whatever_a_scanner_types(text):
    assert cards.opening(text) == SECRET


@pytest.mark.parametrize(
    "text",
    ["", " ", SECRET[1:], SECRET + "2", SECRET[1:] + "0", f"https://qd.example.org/c/{SECRET}",
     f"{SECRET}/c/ABCDEF", "https://qd.example.org/p/", "\0" * 26, "王" * 26],
)  # fmt: skip
def test_what_is_no_secret_opens_nothing(text):
    assert cards.opening(text) is None


@given(st.text(max_size=80))
def test_any_text_is_a_secret_or_none(text):
    found = cards.opening(text)
    assert found is None or len(found) == 26


def test_unknown_and_revoked_have_codes_of_their_own_and_look_like_nothing(cast):
    assert (UnknownCard.code, RevokedCard.code) == ("unknown", "revoked")
    assert UnknownCard.status == RevokedCard.status == 404
    for text in ("1", str(cast.li.id), cast.li.code, SECRET):
        with pytest.raises(UnknownCard):
            cards.person_of(text)
    assert issubclass(RevokedCard, NotFound)


def test_a_card_is_read_in_one_statement(cast):
    secret = make(cast, cast.li)
    with statements() as asked:
        cards.person_of(secret)
    assert len([line for line in asked if line.startswith("SELECT")]) == 1


def test_the_code_of_a_card_is_in_capitals_unless_a_path_forbids_it():
    assert cards.card_url("https://qd.example.org", SECRET) == f"HTTPS://QD.EXAMPLE.ORG/P/{SECRET}"
    nested = cards.card_url("https://example.org/furong", SECRET)
    assert nested == f"https://example.org/furong/P/{SECRET}"
    assert cards.opening(nested) == SECRET


def test_two_secretaries_at_once_leave_one_living_card(app, cast):
    def work():
        with app.app_context():
            cards.make_card(cast.li, by=audit.SYSTEM, org=cast.branch)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    found = list(db.session.scalars(select(Card)))
    assert len(found) == 4
    assert sum(card.revoked_at is None for card in found) == 1
