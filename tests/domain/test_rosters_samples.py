"""The sample files, as a district delivers them."""

import json
from collections import Counter

from sqlalchemy import func, select

from app import clock
from app.db import db
from app.domain import members, orgs, rosters
from app.domain.members import Membership, Person
from app.domain.sheets import read_sheet
from tests.domain.rolls import SYSTEM, figures
from tests.domain.tables import sample

EXPECTED = json.loads(sample("expected.json"))


def apply(name, **how):
    sheet = read_sheet(sample(name), name)
    scope = orgs.root_or_none()
    return rosters.apply_rows(sheet.kind, sheet.rows, scope=scope, by=SYSTEM, filename=name, **how)


def test_the_second_delivery_says_what_changed(app):
    apply("orgs.xlsx")
    assert figures(apply("roster_gb18030.csv")) == {"new": EXPECTED["csv_people"]}
    for same in ("roster_gb18030.csv", "roster_utf16.txt", "roster_excel97.xls"):
        assert figures(apply(same, complete=True)) == {"unchanged": EXPECTED["csv_people"]}
    found = apply("roster_second.xlsx", complete=True)
    expected = EXPECTED["second_after_gb18030_complete"]
    assert {name: found.figures[name] for name in expected} == expected
    assert (found.ambiguous, found.broken) == ((), ())
    again = apply("roster_second.xlsx", complete=True)
    assert figures(again) == {"unchanged": 372, "unknown_branch": 1}


def test_the_whole_roster_names_everybody_in_the_right_branch(app):
    apply("orgs.xlsx")
    rows = read_sheet(sample("roster.xlsx")).rows
    today = clock.today()
    old_enough = [
        row
        for row in rows
        if (today.year - int(row.birth_month[:4])) * 12 + today.month - int(row.birth_month[5:])
        > 14 * 12
    ]
    found = apply("roster.xlsx")
    assert found.figures["new"] == len(old_enough)
    assert found.figures["under_14"] == EXPECTED["people"] - len(old_enough)
    stored = Counter(
        dict(
            db.session.execute(
                select(orgs.Org.full_name, func.count())
                .join(Membership, Membership.org_id == orgs.Org.id)
                .group_by(orgs.Org.full_name)
            ).all()
        )
    )
    assert stored == Counter(row.branch for row in old_enough)
    standings = dict(
        db.session.execute(
            select(Membership.standing, func.count()).group_by(Membership.standing)
        ).all()
    )
    assert standings["party_member"] == sum("中共" in r.political_status for r in old_enough)
    assert members.member_counts()[orgs.root_or_none().id] == len(old_enough)
    without = db.session.scalar(select(func.count()).where(Person.phone_hash.is_(None)))
    assert without == sum(row.phone is None for row in old_enough)


def test_no_phone_and_no_id_number_lies_bare_in_the_database(app):
    apply("orgs.xlsx")
    apply("roster_gb18030.csv")
    rows = read_sheet(sample("roster_gb18030.csv")).rows
    stored = " ".join(
        repr(tuple(row)) for row in db.session.execute(select(Person.__table__)).all()
    )
    assert not [row.phone for row in rows if row.phone and row.phone in stored]
    assert "43010200000000" not in stored
