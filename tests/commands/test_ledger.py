"""furong demo --ledger: the committee's own half-year of 2019, built from rows, gives its own figures."""

import json
from collections import Counter

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli import furong
from app.db import db
from app.domain import (
    checkins,
    counts,
    events,
    honours,
    orgs,
    periods,
    programmes,
    services,
    tallies,
    venues,
)
from app.domain.audit import SYSTEM
from app.errors import Invalid
from app.seeds import ledger
from tests.files import FILES

LEDGER = FILES / "h1_2019_ledger.csv"
FIGURES = json.loads((FILES / "h1_2019_figures.json").read_text("utf-8"))
HALF = periods.parse_period(*FIGURES["period"])
HEADER = ",".join(ledger.reading.COLUMNS)
TALK = "2019-03-01,19:00,20:00,读书会,宣讲,,,,线下,书院,团区委,签到,听众,3,"


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr("app.cli.create_app", lambda _settings: app)

    def run(file, *words):
        done = CliRunner().invoke(furong, ["demo", "--ledger", str(file), *words])
        db.session.rollback()
        return done

    return run


def book(*lines):
    return "\n".join([HEADER, *lines]).encode("utf-8-sig")


def test_the_half_year_of_2019_gives_the_figures_of_its_own_report(app, empty_house, run):
    done = run(LEDGER)
    assert (done.exit_code, "演示数据已装入" in done.output) == (0, True), done.output
    root = orgs.root_or_none()
    assert root.full_name == "共青团长沙市芙蓉区委员会"
    assert {org.opened_on.year < 2019 for org in orgs.all_orgs()} == {True}
    _every_programme_has_its_figures(root)
    _series_and_campaigns_have_theirs()
    _what_is_counted_besides_has_its_figures(root)
    _nothing_else_was_held(root)
    _nobody_came_twice_to_one_sitting()
    rows = db.session.scalar(select(func.count()).select_from(checkins.CheckIn))
    again = run(LEDGER)
    assert "没有改动" in again.output
    assert db.session.scalar(select(func.count()).select_from(checkins.CheckIn)) == rows


def _every_programme_has_its_figures(root):
    found = {row.name: row for row in counts.programme_counts(HALF, root)}
    for name in ("宣讲", "主题教育", "组织建设"):
        row, told = found[name], FIGURES[name]
        assert row.hosted == told["场次"], name
        assert row.attendances == told["人次_签到"], name
        assert row.headcount == told.get("清点", 0), name
        assert row.tally == told.get("人次_填报", 0), name
    service, told = found["志愿服务"], FIGURES["赛事保障"]
    assert (service.hosted, service.attendances) == (told["场次"], told["人次_签到"])
    assert service.minutes == told["人次_签到"] * 120
    assert counts.counts(HALF, root)[0].unrecorded == 0


def _series_and_campaigns_have_theirs():
    season, support = FIGURES["青年汇第二季"], FIGURES["赛事保障"]
    series = next(s for s in programmes.all_series() if (s.name, s.season) == ("青年汇", 2))
    assert _rows_of(events.Event.series_id == series.id) == (season["场次"], season["人次_签到"])
    campaign = programmes.Campaign.name == "赛事保障"
    assert _rows_of(campaign) == (support["场次"], support["人次_签到"])
    volunteers = _rows_of(campaign, checkins.CheckIn.role == "volunteer")
    assert volunteers[1] == support["人次_签到"]


def _rows_of(*where):
    """(sittings, check-ins) of the events that fit, counted anew."""
    query = (
        select(func.count(events.Occurrence.id.distinct()), func.count(checkins.CheckIn.id))
        .join(events.Event, events.Event.id == events.Occurrence.event_id)
        .outerjoin(programmes.Campaign, programmes.Campaign.id == events.Event.campaign_id)
        .join(checkins.CheckIn, checkins.CheckIn.occurrence_id == events.Occurrence.id)
        .where(*where)
    )
    return tuple(db.session.execute(query).one())


def _what_is_counted_besides_has_its_figures(root):
    assert services.served(HALF, root) == {"care": 41, "study": 52, "counsel": 44}
    assert sum(services.served(HALF, root).values()) == FIGURES["12355"]["次"]
    assert tallies.tallied(HALF, root)["篇"] == FIGURES["公众号"]["篇"]
    assert tallies.tallied(HALF, root)["人次"] == FIGURES["宣讲"]["人次_填报"]
    opened = [v for v in venues.opened_in(HALF, root) if v.level == "district"]
    assert len(opened) == FIGURES["青年之家新建"]["家"]
    given = honours.granted(HALF, root)
    assert {row.title: row.number for row in given} == FIGURES["荣誉"]
    assert {row.level for row in given} == {"district"}
    assert [row.title for row in given if row.is_collective] == ["青年文明号"]


def _nothing_else_was_held(root):
    total = counts.counts(HALF, root)[0]
    keys = ("宣讲", "赛事保障", "青年汇第二季", "主题教育", "组织建设")
    assert total.hosted == sum(FIGURES[key]["场次"] for key in keys)
    assert total.attendances == sum(FIGURES[key]["人次_签到"] for key in keys)
    assert (total.headcount, total.tally) == (586, 378)
    off = select(func.count()).where(events.Event.cancelled_at.is_not(None))
    assert db.session.scalar(off) == FIGURES["cancelled"]
    (opening,) = db.session.scalars(
        select(events.Event).where(events.Event.title == "五四集体入团仪式暨主题团日")
    )
    rows = select(checkins.CheckIn.role).where(
        checkins.CheckIn.occurrence_id == opening.occurrences[0].id
    )
    assert Counter(db.session.scalars(rows)) == {"inductee": 64, "audience": 137}
    assert not db.session.scalar(select(func.count()).where(checkins.CheckIn.review == "open"))


def _nobody_came_twice_to_one_sitting():
    row = checkins.CheckIn
    twice = select(row.occurrence_id).group_by(row.occurrence_id, row.person_id)
    assert db.session.execute(twice.having(func.count() > 1)).all() == []


def test_more_people_than_the_tree_has_are_invented(app, empty_house, run, tmp_path):
    (tmp_path / "big.csv").write_bytes(book(TALK.replace(",3,", ",3500,")))
    assert run(tmp_path / "big.csv").exit_code == 0
    total = counts.counts(HALF, orgs.root_or_none())[0]
    assert (total.attendances, total.people, total.people_at_least) == (3500, 3500, False)
    assert 0 < total.guests < 500


def test_a_database_in_use_is_left_alone(app, cast, run):
    done = run(LEDGER)
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert counts.counts(HALF, cast.district)[0].hosted == 0
    assert orgs.add_org("新支部", parent=cast.street, by=SYSTEM).id


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", ""),
        ("姓名,支部\n张三,一支部".encode(), "少了“日期"),
        (book(), "1 到"),
        (book(TALK.replace("2019-03-01", "2019-02-30")), "第 2 行的“日期”"),
        (book(TALK.replace("2019-03-01", "2999-03-01")), "第 2 行的“日期”"),
        (book(TALK, TALK.replace("19:00", "25:00")), "第 3 行的“开始”"),
        (book(TALK.replace("20:00", "18:00")), "第 2 行的“结束”"),
        (book(TALK.replace("19:00,20:00", ",")), "第 2 行的“开始”"),
        (book(TALK.replace("签到,听众", "点名,听众")), "第 2 行的“记录方式”"),
        (book(TALK.replace("签到,听众", "签到,路人")), "第 2 行的“角色”"),
        (book(TALK.replace(",3,", ",三,")), "第 2 行的“人次”"),
        (book(TALK.replace(",3,", ",0,")), "第 2 行的“人次”"),
        (book(TALK.replace("读书会", "")), "第 2 行的“活动”"),
        (book(TALK, TALK.replace("团区委", "团市委")), "第 3 行的“主办”"),
        (book(TALK.replace("读书会", '"读书会')), "引号"),
    ],
)
def test_a_broken_ledger_is_refused_in_one_line_that_says_where(
    app, empty_house, run, tmp_path, content, words
):
    (tmp_path / "broken.csv").write_bytes(content)
    done = run(tmp_path / "broken.csv")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1), done.output
    assert words in done.stderr
    assert orgs.root_or_none() is None


def test_a_ledger_of_another_encoding_is_read_and_an_empty_line_is_none():
    lines = "\n".join([HEADER, TALK, "," * 14]).encode("gb18030")
    (row,) = ledger.read(lines)
    assert (row.title, row.number, row.is_sitting) == ("读书会", 3, True)


def test_a_ledger_that_is_not_there_is_one_line(app, empty_house, run, tmp_path):
    done = run(tmp_path / "none.csv")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    with pytest.raises(Invalid):
        ledger.read(b"x" * (3 * 2**20))
