"""Writes a plan of people: few statements, many rows each, inside the caller's transaction."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from app import clock
from app.db import Json
from app.domain import journal
from app.domain.members import Membership, Person, Post
from app.domain.rosters.on_file import batches
from app.keys import match_key, new_code, seal
from app.text import name_key, pinyin_of

PEOPLE, MEMBERSHIPS, POSTS = Person.__table__, Membership.__table__, Post.__table__
MOST_NAME = {"pinyin": 240, "initials": 60, "paper": 120}


@dataclass(slots=True)
class NewPerson:
    """The columns of somebody a plan adds, and what the journal will hold of them."""

    row: dict
    note: Json


def prepared(plan) -> dict[int, NewPerson]:
    """The people a plan adds, by line: what is slow (sealing, pinyin, the journal's text) and needs
    no database, so that it can be done before the gate closes."""
    fixed = {"is_unidentified": False, "created_at": clock.now()}
    entries = [entry for entry in plan.new if entry.was is None]
    rows = [{"code": new_code(8), **fixed, **_person(entry, plan.as_of)} for entry in entries]
    notes = journal.notes_of("person", rows)
    made = map(NewPerson, rows, notes)
    return {entry.line: one for entry, one in zip(entries, made, strict=True)}


def write_people(session, plan, ready: dict[int, NewPerson]) -> dict[int, Json]:
    """Carry out the plan: corrections, moves, departures, then new people, whose notes are returned
    (id → note). `plan.as_of` is the first day that counts; a link that began that very day is
    rewritten, not cut to nothing. `ready` comes from `prepared`."""
    day = plan.as_of
    known = [*plan.changed, *plan.moved]
    _correct(session, [*known, *(entry for entry in plan.new if entry.was)], day)
    dated = [e for e in known if e.org_id != e.was.org_id or e.values["standing"] != e.was.standing]
    today = [entry for entry in dated if entry.was.from_on == day]
    earlier = [entry for entry in dated if entry.was.from_on != day]
    _rewrite(session, today)
    _end(session, [*earlier, *plan.left], day)
    _join(session, earlier, {entry.was.id: day for entry in earlier})
    back = [entry for entry in plan.new if entry.was]
    _join(session, back, {entry.was.id: entry.values["from_on"] for entry in back})
    _change_posts(session, plan, known, day)
    added = _add_new(session, [entry for entry in plan.new if entry.was is None], ready)
    session.expire_all()
    return added


def _correct(session, entries, day):
    """Corrections of the person: they are no events and have no day."""
    for entry in entries:
        said = {change.field for change in entry.changes}
        values = {k: v for k, v in _person(entry, day, said).items() if v is not None}
        if values:
            session.execute(update(PEOPLE).where(PEOPLE.c.id == entry.was.id).values(values))


def _person(entry, day, said=None):
    """The columns of a Person that the row fills; `said` limits them to the fields changed."""
    row, values = entry.row, {}
    if said is None or "name" in said:
        whole, initials = pinyin_of(row.name)
        values |= {
            "name": row.name, "name_key": name_key(row.name)[:60],
            "pinyin": whole[: MOST_NAME["pinyin"]], "initials": initials[: MOST_NAME["initials"]],
        }  # fmt: skip
    if said is None or "phone" in said:
        phone = row.phone
        values |= {
            "phone_hash": match_key("phone", phone) if phone else None,
            "phone_tail": phone[-4:] if phone else None,
            "phone_sealed": seal(phone) if phone else None,
        }
    if said is None or "admission_number" in said:
        number = row.admission_number
        values |= {
            "admission_number": number,
            "admission_hash": match_key("number", number) if number else None,
        }
    if said is None or "birth_month" in said:
        values["birth_month"] = row.birth_month
    if said is None or "consent" in said:
        consent = entry.values["consent"]
        paper = f"{consent}（名册第 {row.line} 行）"[: MOST_NAME["paper"]]
        values |= {
            "guardian_consent_on": day if consent else None,
            "guardian_consent_paper": paper if consent else None,
        }
    return values


def _rewrite(session, entries):
    if entries:
        rows = [
            {"at": e.was.membership_id, "to": e.org_id, "as": e.values["standing"]} for e in entries
        ]
        statement = update(MEMBERSHIPS).where(MEMBERSHIPS.c.id == bindparam("at"))
        session.connection().execute(
            statement.values(org_id=bindparam("to"), standing=bindparam("as")), rows
        )


def _end(session, entries, day):
    for ids in batches(entry.was.membership_id for entry in entries):
        session.execute(update(MEMBERSHIPS).where(MEMBERSHIPS.c.id.in_(ids)).values(to_on=day))


def _join(session, entries, from_days):
    rows = [_membership(entry.was.id, entry, from_days[entry.was.id]) for entry in entries]
    if rows:
        session.execute(insert(MEMBERSHIPS), rows)


def _membership(person_id, entry, from_on):
    return {
        "person_id": person_id, "org_id": entry.org_id, "home": True,
        "standing": entry.values["standing"], "from_on": from_on, "to_on": None,
    }  # fmt: skip


def _change_posts(session, plan, known, day):
    """Posts of a branch end with the membership there, and follow what the file says."""
    gone, begun = [], []
    for entry in plan.left:
        gone += [(entry.was.id, entry.was.org_id, title) for title in entry.was.posts]
    for entry in [*known, *(entry for entry in plan.new if entry.was)]:
        before = {(entry.was.org_id, title) for title in entry.was.posts}
        after = {(entry.org_id, title) for title in entry.values["posts"]}
        gone += [(entry.was.id, *post) for post in before - after]
        begun += [(entry.was.id, *post) for post in after - before]
    _end_posts(session, set(gone), day)
    if begun:
        session.execute(insert(POSTS), [_post(*post, day) for post in sorted(begun)])


def _end_posts(session, gone, day):
    for people in batches(sorted({person_id for person_id, _, _ in gone})):
        query = select(
            POSTS.c.id, POSTS.c.person_id, POSTS.c.org_id, POSTS.c.title, POSTS.c.from_on
        )
        query = query.where(POSTS.c.person_id.in_(people), POSTS.c.to_on.is_(None))
        ended = [row for row in session.execute(query) if tuple(row[1:4]) in gone]
        begun_today = [row.id for row in ended if row.from_on is not None and row.from_on >= day]
        for ids in batches(begun_today):  # it held for no day; nothing is deleted
            session.execute(update(POSTS).where(POSTS.c.id.in_(ids)).values(to_on=POSTS.c.from_on))
        for ids in batches(row.id for row in ended if row.id not in set(begun_today)):
            session.execute(update(POSTS).where(POSTS.c.id.in_(ids)).values(to_on=day))


def _post(person_id, org_id, title, from_on):
    return {
        "person_id": person_id, "org_id": org_id, "title": title, "from_on": from_on, "to_on": None
    }  # fmt: skip


def _add_new(session, entries, ready):
    """Insert people, then fetch their ids by their codes for memberships and posts."""
    if not entries:
        return {}
    people = [ready[entry.line] for entry in entries]
    codes = _settle_codes(session, people)
    session.execute(insert(PEOPLE), [one.row for one in people])
    ids = {}
    for some in batches(codes):
        query = select(PEOPLE.c.code, PEOPLE.c.id).where(PEOPLE.c.code.in_(some))
        ids.update(session.execute(query).all())
    joined = [(ids[code], entry) for code, entry in zip(codes, entries, strict=True)]
    session.execute(
        insert(MEMBERSHIPS), [_membership(i, entry, entry.values["from_on"]) for i, entry in joined]
    )
    posts = [
        _post(i, entry.org_id, title, entry.values["from_on"])
        for i, entry in joined
        for title in entry.values["posts"]
    ]
    if posts:
        session.execute(insert(POSTS), posts)
    return {ids[one.row["code"]]: one.note for one in people}


def _settle_codes(session, people):
    """Codes that nobody bears, in the order of the people; one that is taken is made anew."""
    while True:
        codes = [one.row["code"] for one in people]
        taken = {code for code, times in Counter(codes).items() if times > 1}
        for some in batches(codes):
            taken.update(session.scalars(select(PEOPLE.c.code).where(PEOPLE.c.code.in_(some))))
        if not taken:
            return codes
        for one in people:
            if one.row["code"] in taken:
                one.row["code"] = new_code(8)
                (one.note,) = journal.notes_of("person", [one.row])
