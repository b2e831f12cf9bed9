"""A small world whose past can be mended: three branches, six people, three events. Its figures
counted by hand from the rows, and the rows themselves, to see that undoing restores each."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta

from hypothesis import strategies as st
from sqlalchemy import select

from app import clock, keys
from app.db import db
from app.domain import audit, members, orgs
from app.domain import staff as accounts
from app.domain.checkins import Attempt, CheckIn
from app.domain.events import Event, EventOrg, Occurrence, PublicCode
from app.domain.leaves import Leave
from app.domain.members import COUNTED, Membership
from app.domain.tallies import Headcount

FIRST = date(2026, 9, 1)
NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六")
DAYS = st.integers(0, 5).map(lambda n: FIRST + timedelta(days=n))
KEPT = ("person", "membership", "check_in", "attempt", "headcount", "leave", "event", "event_org",
        "occurrence", "staff", "manual_tally", "post")  # fmt: skip


@dataclass(frozen=True)
class Small:
    """The rows of the world; by is the district's account."""

    root: orgs.Org
    branches: list[orgs.Org]
    people: list[members.Person]
    events: list[Event]
    by: accounts.Staff

    @property
    def sittings(self):
        query = select(Occurrence).order_by(Occurrence.id)
        return list(db.session.scalars(query))

    def rows(self, *where):
        return list(db.session.scalars(select(CheckIn).where(*where).order_by(CheckIn.id)))


@st.composite
def plans(draw):
    """Plain choices from which `found` makes the rows."""
    people = [
        {
            "branch": draw(st.sampled_from([0, 1, None, 2, None])), "from_on": draw(st.none() | DAYS),
            "later": draw(st.none() | st.tuples(st.integers(0, 2), DAYS)),
            "phone": draw(st.integers(0, 3)), "standing": draw(st.sampled_from(["member", "youth"])),
        }
        for _name in NAMES
    ]  # fmt: skip
    days = [draw(st.lists(DAYS, min_size=1, max_size=2)) for _n in range(3)]
    return {
        "people": people, "days": days, "move": draw(st.none() | DAYS),
        "hosts": draw(st.lists(st.integers(0, 3), min_size=3, max_size=3)),
        "invited": draw(st.lists(st.sets(st.integers(0, 2)), min_size=3, max_size=3)),
        "rows": draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), min_size=4, max_size=16)),
        "heads": draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.integers(1, 9)), max_size=3)),
        "leaves": draw(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=3)),
    }  # fmt: skip


def found(plan, session) -> Small:
    """Write the world down inside the caller's transaction."""
    by = audit.SYSTEM
    root = orgs.add_org("根", kind="district", by=by)
    streets = [orgs.add_org(f"街{n}", kind="work_committee", parent=root, by=by) for n in "甲乙"]
    branches = [orgs.add_org(f"支部{n}", parent=streets[n // 2], by=by) for n in range(3)]
    if plan["move"]:
        orgs.move_org(branches[0], streets[1], by=by, on=plan["move"])
    staff = accounts.Staff(
        code="STAFF", username="z", username_key="z", name="赵书记", role="district",
        org_id=root.id, created_at=clock.now(),
    )  # fmt: skip
    session.add(staff)
    people = [_person(session, name, told, branches) for name, told in zip(NAMES, plan["people"], strict=True)]  # fmt: skip
    hosts = [root, *branches]
    told = zip(plan["hosts"], plan["invited"], plan["days"], strict=True)
    made = [_event(session, n, hosts[h], [branches[i] for i in sorted(asked)], days) for n, (h, asked, days) in enumerate(told)]  # fmt: skip
    world = Small(root, branches, people, made, staff)
    sittings = world.sittings
    for sitting, person, is_open in plan["rows"]:
        _row(session, sittings[sitting % len(sittings)], people[person], branches[0], is_open)
    for sitting, branch, number in plan["heads"]:
        at = sittings[sitting % len(sittings)]
        line = orgs.line_of(branches[branch].id, at.starts_on)
        session.add(Headcount(occurrence_id=at.id, line_id=line, number=number, counted_at=clock.now(), actor_kind="system"))  # fmt: skip
    for sitting, person in sorted({(s % len(sittings), p) for s, p in plan["leaves"]}):
        session.add(Leave(occurrence_id=sittings[sitting].id, person_id=people[person].id, kind="sick", noted_at=clock.now()))  # fmt: skip
    session.flush()
    return world


def _person(session, name, told, branches):
    phone = f"1390000000{told['phone']}" if told["phone"] else ""
    person = members.make_person(name, phone=phone)
    if told["branch"] is None:
        person.guest_key = keys.match_key("guest", f"{name}|{phone}") if phone else None
        person.is_unidentified = not phone
    session.add(person)
    session.flush()
    if told["branch"] is None:
        return person
    start, later = told["from_on"], told["later"]
    first = Membership(
        person_id=person.id, org_id=branches[told["branch"]].id, standing=told["standing"],
        from_on=start, home=True,
    )  # fmt: skip
    session.add(first)
    if later and (start is None or later[1] > start):
        first.to_on = later[1]
        session.flush()
        session.add(Membership(person_id=person.id, org_id=branches[later[0]].id, from_on=later[1], home=True, standing="member"))  # fmt: skip
    session.flush()
    return person


def _event(session, number, host, invited, days):
    session.add(PublicCode(code=f"EV{number}", kind="event"))
    session.flush()
    event = Event(code=f"EV{number}", title=f"活动{number}", host_id=host.id, made_at=clock.now(), published_at=clock.now())  # fmt: skip
    session.add(event)
    session.flush()
    session.add_all(EventOrg(event_id=event.id, org_id=org.id) for org in invited)
    for m, day in enumerate(days):
        start = clock.from_local(day, time(9 + m))
        session.add(PublicCode(code=f"OC{number}{m}", kind="occurrence"))
        session.flush()
        session.add(
            Occurrence(
                event_id=event.id, code=f"OC{number}{m}", starts_at=start, starts_on=day,
                ends_at=start + timedelta(hours=1), opens_at=start, closes_at=start + timedelta(hours=1),
                host_line_id=orgs.line_of(host.id, day),
            )
        )  # fmt: skip
    session.flush()
    session.expire_all()
    return event


def _row(session, sitting, person, branch, is_open):
    here = select(CheckIn.id).where(CheckIn.occurrence_id == sitting.id, CheckIn.person_id == person.id)  # fmt: skip
    home = members.home_of(person, sitting.starts_on)
    org_id = home.org_id if home else branch.id if is_open else None
    row = CheckIn(
        code=keys.new_code(10), occurrence_id=sitting.id, person_id=person.id, how="tick", source="t",
        line_id=orgs.line_of(org_id, sitting.starts_on) if org_id else None, actor_kind="system",
        standing=home.standing if home else None, received_at=clock.now(),
        checked_in_at=sitting.starts_at, review="open" if is_open else "none",
        review_reasons="identity" if is_open else "",
        voided_at=clock.now() if session.scalar(here) else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(Attempt(occurrence_id=sitting.id, check_in_id=row.id, answer="done", how="poster", at=clock.now()))  # fmt: skip
    session.flush()


def table(name) -> dict[int, dict]:
    """Every row of a table as it stands in the database, by id."""
    columns = db.metadata.tables[name].c
    return {row.id: dict(row._mapping) for row in db.session.execute(select(*columns))}


def everything() -> dict[str, dict]:
    """Every row that a correction may touch."""
    db.session.flush()
    return {name: table(name) for name in KEPT}


def recount() -> dict[str, dict]:
    """Org code → its figures, by hand, in plain Python, over the rows."""
    rows = everything()
    nodes = {org.id: org.code for org in db.session.scalars(select(orgs.Org))}
    paths = {line.id: [int(i) for i in line.path.strip("/").split("/")] for line in db.session.scalars(select(orgs.OrgLine))}  # fmt: skip
    events = {i: e for i, e in rows["event"].items() if not e["withdrawn_at"]}
    sits = {i: o for i, o in rows["occurrence"].items() if o["event_id"] in events}
    valid = [r for r in rows["check_in"].values() if not r["voided_at"] and r["occurrence_id"] in sits]  # fmt: skip
    heads = [h for h in rows["headcount"].values() if not h["voided_at"] and h["occurrence_id"] in sits]  # fmt: skip
    return {code: _node(node, sits, valid, heads, rows["person"], paths) for node, code in nodes.items()}  # fmt: skip


def _node(node, sits, valid, heads, people, paths):
    mine = [r for r in valid if node in paths[r["line_id"] or sits[r["occurrence_id"]]["host_line_id"]]]  # fmt: skip
    numbers = [h for h in heads if node in paths[h["line_id"]]]
    finals = {(r["occurrence_id"], people[r["person_id"]]["merged_into_id"] or r["person_id"]) for r in mine}  # fmt: skip
    lost = Counter(sit for sit, person in finals if people[person]["is_unidentified"])
    known = {person for _sit, person in finals if not people[person]["is_unidentified"]}
    return {
        "hosted": sum(node in paths[o["host_line_id"]] for o in sits.values()),
        "took_part": len({r["occurrence_id"] for r in (*mine, *numbers)}),
        "attendances": len(mine),
        "open_reviews": sum(r["review"] == "open" for r in mine),
        "guests": sum(r["standing"] not in COUNTED for r in mine),
        "people": len(known) + max(lost.values(), default=0),
        "headcount": sum(h["number"] for h in numbers),
    }


def each_at_most_once() -> bool:
    """Whether nobody, merged records as one, has two valid rows at one sitting."""
    people = table("person")
    seen = Counter(
        (row["occurrence_id"], people[row["person_id"]]["merged_into_id"] or row["person_id"])
        for row in table("check_in").values()
        if not row["voided_at"]
    )
    return max(seen.values(), default=1) == 1
