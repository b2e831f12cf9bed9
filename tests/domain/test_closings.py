"""A signed period: its figures never move, and every later change stands in the list of differences."""

import hashlib
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import clock
from app.db import db, transaction
from app.domain import audit, checkins, closings, counts, events, orgs
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.closings.samples import drawn, pool
from app.domain.closings.seal import canonical
from app.domain.periods import Period, half_of
from app.domain.programmes import programme_named
from app.errors import Conflict, Invalid, NotFound
from tests.domain.worlds import broken_off
from tests.gatherings import arrive, gather, guest

NAMES = ("attendances", "open_reviews", "guests", "minutes", "headcount", "tally")


@pytest.fixture
def half(cast, stopped):
    return half_of(clock.today())


@pytest.fixture
def evening(cast, half):
    """The street's event with 王芳 and 韩梅; 浏正街's own with 李雷."""
    shared = gather(cast.street, cast.branch, cast.other_branch, title="两支部联谊")
    arrive(shared, cast.wang, org=cast.branch)
    arrive(shared, cast.han, org=cast.other_branch)
    own = gather(cast.branch, cast.branch, title="浏正街团课")
    arrive(own, cast.li, org=cast.branch)
    return shared, own


def trail(act):
    return [
        one.facts for one in db.session.query(AuditEntry).filter_by(act=act).order_by(AuditEntry.id)
    ]


def test_a_signed_report_holds_the_figures_the_rules_and_who_has_not_signed(
    cast, half, evening, stopped
):
    closings.sign(cast.branch, half, by=cast.wang_staff)
    stopped.forward(minutes=5)
    report = closings.sign(cast.street, half, by=cast.street_manager, note="按时交")
    assert report.figures["orgs"] == counts.as_values(counts.counts(half, cast.street))
    assert report.figures["org"] == {"code": cast.street.code, "name": cast.street.full_name}
    assert report.unsigned == [[cast.other_branch.code, cast.other_branch.full_name, 1]]
    assert report.rules["definitions"][: len(counts.DEFINITIONS)] == list(counts.DEFINITIONS)
    assert (report.cut_at, report.made_by_id, report.was_early) == (
        stopped.at,
        cast.street_manager.id,
        True,
    )
    assert trail("period_signed")[-1]["unsigned"] == 1


def test_the_digest_is_the_sha256_of_the_file_and_notices_one_changed_number(cast, half, evening):
    report = closings.sign(cast.street, half, by=cast.street_manager)
    blob = closings.export_content(report, what="closing.json", by=cast.zhao.actor)
    assert hashlib.sha256(blob).hexdigest() == report.digest
    assert closings.verify(report)
    assert trail("exported")[0]["what"] == f"closing.json {report.code}"
    told = json.loads(blob)
    assert told["form"] == "furong-frozen-report-1"
    figures = json.loads(json.dumps(report.figures))
    figures["orgs"][0]["attendances"] += 1
    with transaction() as session:
        session.execute(closings.FrozenReport.__table__.update().values(figures=figures))
    db.session.expire_all()
    assert not closings.verify(report)


def test_a_period_is_signed_once_until_it_is_reopened_with_a_reason(cast, half, evening):
    first = closings.sign(cast.branch, half, by=cast.wang_staff)
    with pytest.raises(Conflict):
        closings.sign(cast.branch, half, by=cast.zhao)
    for reason in ("", "  ", "长" * 201):
        with pytest.raises(Invalid):
            closings.reopen(first, by=cast.wang_staff, reason=reason)
    assert closings.standing_of(cast.branch, half).id == first.id
    closings.reopen(first, by=cast.wang_staff, reason="漏了一场")
    with pytest.raises(Conflict):
        closings.reopen(first, by=cast.wang_staff, reason="再来")
    assert closings.standing_of(cast.branch, half) is None
    second = closings.sign(cast.branch, half, by=cast.wang_staff)
    assert [one.id for one in closings.reports_of(cast.branch)] == [second.id, first.id]
    assert (first.stands, first.reopen_reason, closings.verify(first)) == (False, "漏了一场", True)
    assert trail("period_reopened")[0]["reason"] == "漏了一场"


def test_the_index_is_the_last_judge_of_two_who_sign_at_once(cast, half, monkeypatch):
    """Both looked before either wrote: what PostgreSQL allows."""
    monkeypatch.setattr("app.domain.closings.verbs.standing_of", lambda org, period: None)
    closings.sign(cast.branch, half, by=cast.wang_staff)
    with pytest.raises(Conflict):
        closings.sign(cast.branch, half, by=cast.zhao)
    assert len(closings.reports_of(cast.branch)) == 1


def test_what_has_not_begun_cannot_be_signed(cast, half):
    later = half_of(half.to_on + timedelta(days=1))
    with pytest.raises(Invalid):
        closings.sign(cast.branch, later, by=cast.wang_staff)


def test_nothing_changed_is_no_difference(cast, half, evening):
    report = closings.sign(cast.district, half, by=cast.zhao)
    assert closings.changes_since(report).is_none


def test_a_check_in_taken_back_and_one_added_stand_in_the_list_with_their_branch(
    cast, half, evening, stopped
):
    shared, _own = evening
    report = closings.sign(cast.street, half, by=cast.street_manager)
    stopped.forward(minutes=1)
    row = db.session.query(checkins.CheckIn).filter_by(person_id=cast.han.id).one()
    checkins.void_check_in(row, by=cast.street_manager.actor, reason="没来")
    changes = closings.changes_since(report)
    (one,) = changes.sittings
    assert (one.event, one.kind) == (shared.code, "changed")
    assert one.numbers == (("attendances", 2, 1),)
    assert [(line.name, line.was, line.now) for line in one.lines] == [
        (cast.other_branch.short_name, 1, 0)
    ]
    street = {c.figure: (c.was, c.now) for c in changes.figures if c.org == cast.street.code}
    assert street == {"attendances": (3, 2), "people": (3, 2)}
    assert [one.entry.act for one in closings.acts_since(report, changes, scope=cast.street)] == [
        "checkin_voided"
    ]
    assert report.figures["orgs"][0]["attendances"] == 3
    arrive(shared, cast.lin, org=cast.class_one)
    (one,) = closings.changes_since(report).sittings
    assert one.numbers == (("attendances", 2, 1),)  # the class is not of this street


def test_one_person_in_place_of_another_is_seen_though_no_number_moved(cast, half, evening):
    _shared, own = evening
    report = closings.sign(cast.branch, half, by=cast.wang_staff)
    row = db.session.query(checkins.CheckIn).filter_by(person_id=cast.li.id).one()
    checkins.void_check_in(row, by=SYSTEM, reason="不是本人")
    arrive(own, cast.wang, org=cast.branch)
    changes = closings.changes_since(report)
    (one,) = changes.sittings
    assert (one.numbers, one.lines, one.swapped) == ((), (), True)
    assert {c.figure for c in changes.figures} == {"people"}


def test_an_event_cancelled_is_gone_one_held_later_is_added_and_a_new_type_is_told(
    cast, half, evening, stopped
):
    shared, own = evening
    report = closings.sign(cast.district, half, by=cast.zhao)
    stopped.forward(hours=3)
    events.cancel_event(shared, by=SYSTEM, reason="没有办成")
    events.edit_event(own, by=SYSTEM, programmes=[programme_named("宣讲")])
    late = gather(cast.class_one, cast.class_one, title="一班班会", starts_in=timedelta(hours=-2))
    arrive(late, cast.lin, org=cast.class_one)
    found = {one.event: one for one in closings.changes_since(report).sittings}
    assert {code: one.kind for code, one in found.items()} == {
        shared.code: "gone", own.code: "changed", late.code: "added",
    }  # fmt: skip
    assert (found[own.code].retagged, found[own.code].numbers) == (True, ())
    assert {n: (w, i) for n, w, i in found[late.code].numbers}["attendances"] == (0, 1)


def test_moving_renaming_and_closing_orgs_is_no_difference(cast, half, evening):
    report = closings.sign(cast.street, half, by=cast.street_manager)
    frozen = canonical(report)
    tomorrow = clock.today() + timedelta(days=1)
    orgs.rename_org(
        cast.branch, full_name="浏正街新支部", short_name="新支部", by=SYSTEM, on=tomorrow
    )
    orgs.move_org(cast.other_branch, cast.bureau, by=SYSTEM, on=tomorrow)
    orgs.move_org(cast.school, cast.street, by=SYSTEM, on=tomorrow)
    assert closings.changes_since(report).is_none
    db.session.expire_all()
    assert canonical(report) == frozen
    assert closings.verify(report)


class Naive:
    """What the report rests on, counted row by row without the figures' own statements."""

    def __init__(self, occurrences, org):
        self.seen = {}
        lines = set(db.session.scalars(orgs.subtree_lines(org.id)))
        for one in occurrences:
            db.session.refresh(one)
            rows = db.session.query(checkins.CheckIn).filter_by(
                occurrence_id=one.id, voided_at=None
            )
            mine = {}
            for row in rows:
                line = row.line_id or one.host_line_id
                if line in lines:
                    final = row.person.merged_into_id or row.person_id
                    mine.setdefault(line, []).append((row.id, final, row.review))
            is_on = one.event.cancelled_at is None and one.cancelled_at is None
            if is_on and (mine or one.host_line_id in lines):
                self.seen[one.code] = {line: sorted(rows) for line, rows in mine.items()}

    def count(self, code):
        return sum(map(len, self.seen.get(code, {}).values()))

    def differs(self, other):
        return {
            code for code in self.seen.keys() | other.seen.keys()
            if self.seen.get(code) != other.seen.get(code)
        }  # fmt: skip


@settings(
    deadline=None, max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    deeds=st.lists(
        st.tuples(
            st.sampled_from(
                ["add", "void", "cancel", "move", "rename", "accept", "merge", "guest"]
            ),
            st.integers(0, 2),
            st.integers(0, 11),
        ),
        max_size=8,
    ),
    number=st.integers(0, 2),
)
def test_whatever_happens_later_the_frozen_stays_and_the_list_is_the_naive_difference(
    stopped, cast, deeds, number
):
    half = half_of(clock.today())
    org = [cast.district, cast.street, cast.branch][number]
    with broken_off():
        made = _three_events(cast)
        sittings = [event.occurrences[0] for event in made]
        before, report = Naive(sittings, org), closings.sign(org, half, by=cast.zhao)
        frozen = canonical(report)
        was = {one["org"]: one for one in report.figures["orgs"]}
        for deed, one, other in deeds:
            DEEDS[deed](made[one % 3], _people(cast)[other % 4], _branches(cast)[other % 3], cast)
        db.session.flush()
        db.session.expire_all()
        after, changes = Naive(sittings, org), closings.changes_since(report)
        assert {one.code for one in changes.sittings} == before.differs(after)
        for one in changes.sittings:
            told = {name: pair for name, *pair in one.numbers}.get("attendances")
            count = [seen.count(one.code) for seen in (before, after)]
            assert told == (count if count[0] != count[1] else None)
        now = {row["org"]: row for row in counts.as_values(counts.counts(half, org))}
        assert {(one.org, one.figure, one.was, one.now) for one in changes.figures if one.org in now} == {
            (code, name, was[code][name], now[code][name])
            for code in was.keys() & now.keys()
            for name in closings.FIGURES
            if was[code][name] != now[code][name]
        }  # fmt: skip
        assert canonical(report) == frozen
        assert closings.verify(report)


def _branches(cast):
    return [cast.branch, cast.other_branch, cast.class_one]


def _people(cast):
    return [cast.wang, cast.li, cast.han, cast.lin]


def _three_events(cast):
    hosts = enumerate([cast.street, cast.branch, cast.class_one])
    made = [
        gather(host, *_branches(cast), title=f"会{n}", starts_in=timedelta(hours=-2))
        for n, host in hosts
    ]
    arrive(made[0], cast.wang, org=cast.branch, reasons=("identity",))
    arrive(made[0], cast.han, org=cast.other_branch)
    arrive(made[1], cast.li, org=cast.branch)
    return made


def _rows(event):
    query = db.session.query(checkins.CheckIn).filter_by(voided_at=None)
    return query.filter_by(occurrence_id=event.occurrences[0].id).order_by("id").all()


def _add(event, person, org, _cast):
    final = person.merged_into_id or person.id
    if final not in {row.person.merged_into_id or row.person_id for row in _rows(event)}:
        arrive(event, person, org=org)


def _add_guest(event, _person, _org, _cast):
    arrive(event, guest("过路人"))


def _void(event, _person, _org, _cast):
    for row in _rows(event)[:1]:
        checkins.void_check_in(row, by=SYSTEM, reason="没来")


def _cancel(event, _person, _org, _cast):
    if event.cancelled_at is None:
        events.cancel_event(event, by=SYSTEM, reason="没有办成")


def _move(_event, _person, _org, cast):
    tomorrow = clock.today() + timedelta(days=1)
    if cast.school.parent_id != cast.street.id:
        orgs.move_org(cast.school, cast.street, by=SYSTEM, on=tomorrow)


def _rename(_event, _person, org, _cast):
    tomorrow = clock.today() + timedelta(days=1)
    orgs.rename_org(
        org, full_name=f"{org.full_name}新"[:60], short_name="新", by=SYSTEM, on=tomorrow
    )


def _accept(event, _person, _org, _cast):
    for row in _rows(event):
        row.review = "accepted" if row.review == "open" else row.review


def _merge(_event, person, _org, cast):
    """Somebody turns out to be 王芳, unless both came to one event."""
    came = {row.occurrence_id for row in db.session.query(checkins.CheckIn).filter_by(person_id=person.id)}  # fmt: skip
    both = db.session.query(checkins.CheckIn).filter(
        checkins.CheckIn.person_id == cast.wang.id, checkins.CheckIn.occurrence_id.in_(came)
    )
    if person.id != cast.wang.id and not both.count():
        person.merged_into_id = cast.wang.id


DEEDS = {
    "add": _add, "guest": _add_guest, "void": _void, "cancel": _cancel, "move": _move,
    "rename": _rename, "accept": _accept, "merge": _merge,
}  # fmt: skip


def test_the_same_seed_and_rows_draw_the_same_and_the_way_to_repeat_it_holds(cast, half, evening):
    report = closings.sign(cast.district, half, by=cast.zhao)
    sample = closings.draw(report, 2, by=cast.zhao, seed="abcdef")
    rows = pool(report)
    codes = sorted(rows, key=lambda code: hashlib.sha256(f"abcdef{code}".encode()).hexdigest())
    assert sample.check_ins == [rows[code] for code in codes[:2]] == drawn(rows, 2, "abcdef")
    assert len(closings.draw(report, 50, by=cast.zhao).check_ins) == 3
    assert (
        closings.draw(report, 1, by=cast.zhao).seed != closings.draw(report, 1, by=cast.zhao).seed
    )
    for number in (0, 51):
        with pytest.raises(Invalid):
            closings.draw(report, number, by=cast.zhao)
    assert trail("sample_drawn")[0]["seed"] == "abcdef"


def test_who_came_after_the_cut_or_is_of_elsewhere_is_not_drawn(cast, half, evening, stopped):
    report = closings.sign(cast.branch, half, by=cast.wang_staff)
    stopped.forward(minutes=1)
    arrive(evening[1], cast.wang, org=cast.branch)
    people = {row.check_in.person.name for row in closings.drawn_rows(closings.draw(report, 50, by=cast.zhao), cast.zhao)}  # fmt: skip
    assert people == {"王芳", "李雷"}
    assert len(closings.draw(report, 50, by=cast.zhao).check_ins) == 2
    empty = closings.sign(cast.class_one, half, by=cast.zhao)
    with pytest.raises(Conflict):
        closings.draw(empty, 5, by=cast.zhao)


def test_names_are_whole_only_for_who_gave_a_reason_and_only_of_its_scope(cast, half, evening):
    report = closings.sign(cast.street, half, by=cast.street_manager)
    sample = closings.draw(report, 50, by=cast.street_manager)
    names = lambda staff: {row.name for row in closings.drawn_rows(sample, staff)}  # noqa: E731
    assert names(cast.street_manager) == {"王*", "李*", "韩*"}
    with pytest.raises(Invalid):
        closings.open_sample(sample, by=cast.street_manager, reason=" ")
    closings.open_sample(sample, by=cast.street_manager, reason="电话回访")
    assert names(cast.street_manager) == {"王芳", "李雷", "韩梅"}
    assert names(cast.zhao) == names(cast.auditor) == {"王*", "李*", "韩*"}
    closings.open_sample(sample, by=cast.wang_staff, reason="自己的人")
    assert names(cast.wang_staff) == {"王芳", "李雷", "韩*"}
    assert [one["reason"] for one in trail("sample_opened")] == ["电话回访", "自己的人"]


def test_a_report_is_found_inside_its_scope_only(cast, half):
    report = closings.sign(cast.branch, half, by=cast.wang_staff)
    assert closings.find_closing(cast.street, report.code.lower()).id == report.id
    for scope, code in ((cast.bureau, report.code), (cast.district, "NEVER")):
        with pytest.raises(NotFound):
            closings.find_closing(scope, code)
    sample_of_another = closings.sign(cast.class_one, half, by=cast.zhao)
    with pytest.raises(NotFound):
        closings.find_sample(sample_of_another, "NEVER")


def test_a_period_of_other_days_is_another_report(cast, half):
    closings.sign(cast.branch, half, by=cast.wang_staff)
    month = Period(half.from_on, half.from_on + timedelta(days=30))
    assert closings.sign(cast.branch, month, by=cast.wang_staff).stands
    assert audit.ACTS["period_signed"]
