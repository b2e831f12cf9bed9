"""The tree: whatever happens to it, every day of the past keeps one unbroken line an org."""

import itertools
from datetime import date, timedelta

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import clock, schema
from app.db import db, transaction
from app.domain import audit, counts, members, orgs, venues
from app.domain.audit import AuditEntry
from app.domain.checkins import CheckIn, record_check_in
from app.domain.orgs import Org, OrgLine, OrgLineAncestor, OrgName
from app.domain.periods import Period
from app.domain.tallies import Headcount, ManualTally, Reported, Told, count_heads, report
from app.errors import Conflict, Invalid
from tests.conftest import _empty, _people, _tree
from tests.domain.worlds import broken_off
from tests.doors import open_event

BY = audit.SYSTEM
steps = st.lists(
    st.tuples(
        st.sampled_from(["move", "rename", "retype", "close", "check in"]),
        st.integers(0, 6), st.integers(0, 6), st.integers(0, 3),
    ),
    max_size=10,
)  # fmt: skip


def lines_of(org_id):
    return list(
        db.session.scalars(select(OrgLine).where(OrgLine.org_id == org_id).order_by(OrgLine.id))
    )


def figures():
    """Node → the check-ins whose line contains it: what every report rests on."""
    rows = db.session.execute(
        select(OrgLineAncestor.org_id, CheckIn.id).join(
            CheckIn, CheckIn.line_id == OrgLineAncestor.line_id
        )
    )
    found = {}
    for org_id, check_in_id in rows:
        found.setdefault(org_id, set()).add(check_in_id)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=steps)
def test_any_moves_leave_past_figures_and_an_unbroken_chain(app, stopped, steps):
    _empty(app)
    with transaction():
        tree = _tree(BY)
        people = list(_people(tree).values())
    nodes = list(tree.values())
    for kind, a, b, days in steps:
        stopped.forward(days=days)
        before = figures()
        try:
            if kind == "move":
                orgs.move_org(nodes[a], nodes[b], by=BY)
            elif kind == "rename":
                orgs.rename_org(nodes[a], f"改名{a}{b}团支部", by=BY)
            elif kind == "retype":
                orgs.retype_org(nodes[a], list(orgs.KINDS)[b % 6], list(orgs.DOMAINS)[b], by=BY)
            elif kind == "close":
                orgs.close_org(nodes[a], by=BY)
            else:
                event = _event(nodes[b])
                record_check_in(
                    event.occurrences[0], people[a % len(people)], at=clock.now(), how="tick", by=BY
                )
        except (Conflict, Invalid):
            db.session.rollback()
        after = figures()
        assert all(before[node] <= after.get(node, set()) for node in before)
        if kind != "check in":
            assert before == after
        _holds_together()


def _event(host):
    class Only:
        street = host

    return open_event(Only, host=host)


def _holds_together():
    today = clock.today()
    for org in db.session.scalars(select(Org)):
        lines = lines_of(org.id)
        assert lines[0].from_on is None
        assert lines[-1].to_on is None
        assert lines[-1].path == org.path
        assert (lines[-1].kind, lines[-1].domain) == (org.kind, org.domain)
        assert all(a.to_on == b.from_on for a, b in itertools.pairwise(lines))
        names = list(
            db.session.scalars(select(OrgName).where(OrgName.org_id == org.id).order_by(OrgName.id))
        )
        assert all(a.to_on == b.from_on for a, b in itertools.pairwise(names))
        assert names[-1].full_name == org.full_name
        assert orgs.line_of(org.id, today) == lines[-1].id
        assert orgs.line_of(org.id, date(2000, 1, 1)) is not None
        for line in lines:
            above = set(
                db.session.scalars(
                    select(OrgLineAncestor.org_id).where(OrgLineAncestor.line_id == line.id)
                )
            )
            assert above == {int(part) for part in line.path.strip("/").split("/")}
        if org.parent_id is not None:
            assert org.path == f"{db.session.get(Org, org.parent_id).path}{org.id}/"


def test_a_member_who_moved_still_counts_for_the_old_branch(cast, stopped):
    event = open_event(cast)
    record_check_in(event.occurrences[0], cast.li, at=clock.now(), how="tick", by=BY)
    stopped.forward(days=30)
    members.join_branch(cast.li, cast.other_branch, on=clock.today())
    orgs.move_org(cast.branch, cast.bureau, by=BY)
    (row,) = db.session.scalars(select(CheckIn))
    assert row.line.path == f"{cast.street.path}{cast.branch.id}/"
    assert row.id in figures()[cast.street.id]
    assert row.id not in figures().get(cast.bureau.id, set())


def kinds_in(period, org, by="kind"):
    """Key → 人次 of what is counted under each kind or domain."""
    return {row.code: row.attendances for row in counts.key_counts(period, org, by)}


def test_what_an_org_was_on_the_day_counts_and_not_what_it_became(cast, stopped):
    whole, first = Period(date(2026, 11, 1), date(2026, 12, 31)), clock.today()
    event = open_event(cast)
    record_check_in(event.occurrences[0], cast.li, at=clock.now(), how="tick", by=BY)
    stopped.forward(days=20)
    orgs.retype_org(cast.branch, "general_branch", "enterprise", by=BY)
    event = open_event(cast, title="后来的")
    record_check_in(event.occurrences[0], cast.li, at=clock.now(), how="tick", by=BY)
    assert kinds_in(Period(first, first), cast.branch) == {"branch": 1}
    assert kinds_in(whole, cast.branch) == {"branch": 1, "general_branch": 1}
    assert kinds_in(whole, cast.branch, "domain") == {"community": 1, "enterprise": 1}
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "org_retyped"))
    assert entry.facts["changes"]["domain"] == ["城市街道社区", "企业"]


def test_what_is_planned_is_of_the_new_kind_and_what_has_begun_of_the_old(cast, stopped):
    begun, coming = (open_event(cast, host=cast.branch, starts_in=m) for m in (-5, 3000))
    orgs.retype_org(cast.branch, "general_branch", "community", by=BY)
    db.session.expire_all()
    lines = [db.session.get(OrgLine, e.occurrences[0].host_line_id) for e in (begun, coming)]
    assert [line.kind for line in lines] == ["branch", "general_branch"]


def test_coverage_asks_which_orgs_were_branches_on_the_day(cast, stopped):
    first = clock.today()
    open_event(cast, host=cast.branch)
    stopped.forward(days=3)
    orgs.retype_org(cast.branch, "general_branch", "community", by=BY)
    then = counts.shares(Period(first, first), cast.street)[cast.street.code].branches
    now = counts.shares(Period(first, clock.today()), cast.street)[cast.street.code].branches
    assert (then.part, then.whole) == (1, 2)
    assert (now.part, now.whole) == (1, 1)


def test_a_type_that_never_was_is_corrected_for_every_day(cast, stopped):
    event = open_event(cast)
    record_check_in(event.occurrences[0], cast.li, at=clock.now(), how="tick", by=BY)
    stopped.forward(days=20)
    orgs.retype_org(cast.branch, "branch", "enterprise", by=BY)
    orgs.correct_type(cast.branch, "branch", "enterprise", by=BY)
    whole = Period(date(2026, 11, 1), clock.today())
    assert kinds_in(whole, cast.branch, "domain") == {"enterprise": 1}
    acts = list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id.desc()).limit(2)))
    assert acts == ["org_type_corrected", "org_retyped"]


def test_a_type_holds_from_no_day_before_the_last_change_and_is_one_there_is(cast, stopped):
    orgs.move_org(cast.branch, cast.bureau, by=BY)
    yesterday = clock.today() - timedelta(days=1)
    for told, field in (
        (("castle", "other"), "kind"), (("branch", "moon"), "domain"),
        (("committee", "other", yesterday), "on"),
    ):  # fmt: skip
        kind, domain, *day = told
        with pytest.raises(Invalid) as refusal:
            orgs.retype_org(cast.branch, kind, domain, by=BY, on=day[0] if day else None)
        db.session.rollback()
        assert refusal.value.field == field
    assert [line.kind for line in lines_of(cast.branch.id)] == ["branch", "branch"]


def test_an_older_database_gets_the_kinds_and_openers_of_today(cast):
    venues.add_venue("驿站", org=cast.branch, by=BY, opened_on=date(2026, 2, 20))
    orgs.move_org(cast.branch, cast.bureau, by=BY, on=date(2026, 8, 1))
    first, second = [line.id for line in lines_of(cast.branch.id)]
    with broken_off() as session:
        connection, config = session.connection(), schema.alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        schema.bring_up(connection)
        found = connection.execute(
            db.text("SELECT id, kind, domain FROM org_line WHERE org_id = :org ORDER BY id"),
            {"org": cast.branch.id},
        )
        assert found.all() == [(first, "branch", "community"), (second, "branch", "community")]
        opened = connection.scalar(db.text("SELECT opened_line_id FROM venue"))
        assert opened == first


def test_what_is_planned_goes_where_its_host_goes_and_what_has_begun_stays(cast, stopped):
    begun, coming, at_door = (
        open_event(cast, host=cast.branch, starts_in=m) for m in (-5, 3000, 60)
    )
    for event in (begun, at_door):
        record_check_in(event.occurrences[0], cast.li, at=clock.now(), how="tick", by=BY)
    heads = [count_heads(begun.occurrences[0], [Told(cast.branch.code, 5)], by=BY)]
    heads += [count_heads(at_door.occurrences[0], [Told(cast.branch.code, 7)], by=BY)]
    assert heads == [1, 1]
    for event in (begun, at_door):
        report(Reported("人次", 9, event.occurrences[0], evidence="表"), by=cast.zhao.actor)
    orgs.move_org(cast.branch, cast.bureau, by=BY)

    def above(line_id):
        return db.session.get(OrgLine, line_id).path.startswith(cast.bureau.path)

    db.session.expire_all()
    hosts = {e.code: above(e.occurrences[0].host_line_id) for e in (begun, coming, at_door)}
    assert hosts == {begun.code: False, coming.code: True, at_door.code: True}
    for model in (CheckIn, Headcount, ManualTally):
        at = {r.occurrence_id: above(r.line_id) for r in db.session.scalars(select(model))}
        assert at == {begun.occurrences[0].id: False, at_door.occurrences[0].id: True}


def test_a_move_dated_ahead_takes_only_what_is_planned_from_that_day_on(cast, stopped):
    before, after = (open_event(cast, host=cast.branch, starts_in=60 * 24 * d) for d in (1, 3))
    orgs.move_org(cast.branch, cast.bureau, by=BY, on=clock.today() + timedelta(days=2))
    lines = [db.session.get(OrgLine, e.occurrences[0].host_line_id).path for e in (before, after)]
    assert [path.startswith(cast.bureau.path) for path in lines] == [False, True]


def test_an_org_cannot_hang_below_itself_and_the_root_stays(cast):
    with pytest.raises(Conflict):
        orgs.move_org(cast.street, cast.branch, by=BY)
    with pytest.raises(Conflict):
        orgs.move_org(cast.district, cast.street, by=BY)
    with pytest.raises(Conflict):
        orgs.add_org("又一个根", by=BY)


def test_a_chain_takes_no_day_before_its_last_link(cast, stopped):
    orgs.move_org(cast.branch, cast.bureau, by=BY)
    with pytest.raises(Invalid):
        orgs.move_org(cast.branch, cast.street, by=BY, on=clock.today() - timedelta(days=1))
    db.session.rollback()
    assert len(lines_of(cast.branch.id)) == 2


def test_a_closed_org_keeps_its_past(cast, stopped):
    with pytest.raises(Conflict):
        orgs.close_org(cast.street, by=BY)
    orgs.close_org(cast.branch, by=BY, into=cast.other_branch)
    assert cast.branch.is_closed
    assert orgs.line_of(cast.branch.id, clock.today()) is not None


def test_names_are_found_by_pinyin_and_initials(cast):
    found = [org.code for org in orgs.search_orgs(cast.district, "liuzhengjie")]
    assert found == [cast.branch.code]
    assert cast.class_one.code in [o.code for o in orgs.search_orgs(cast.district, "yczx")]
    assert orgs.search_orgs(cast.bureau, "浏正街") == []


def test_two_orgs_of_one_name_are_not_guessed(cast):
    orgs.add_org("定王台楼宇", short_name="楼宇联合支部", parent=cast.street, by=BY)
    orgs.add_org("教育局楼宇", short_name="楼宇联合支部", parent=cast.bureau, by=BY)
    with pytest.raises(Invalid):
        orgs.one_org_named(cast.district, "楼宇联合支部")
    assert orgs.one_org_named(cast.street, "楼宇联合支部").full_name == "定王台楼宇"


def test_the_trail_cannot_be_rewritten(cast):
    assert db.session.scalar(select(AuditEntry.id).limit(1)) is not None
    for change in ("UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.execute(db.text(change))
