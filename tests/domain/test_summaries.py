"""The half-year in sentences: figures by name, wording by org, and what staff change."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from app.db import db, transaction
from app.domain import audit, honours, programmes, services, summaries, tallies, venues
from app.domain.audit import SYSTEM, AuditEntry
from app.domain.orgs import line_of
from app.domain.periods import half_of
from app.errors import Conflict, Invalid, NotFound
from tests.gatherings import arrive, gather
from tests.summing import tag

HALF = half_of(date(2026, 11, 22))


@pytest.fixture
def talk(cast, stopped):
    """The street's talk: three came, one as a volunteer; 30 more were reported."""
    event = tag(gather(cast.street, cast.branch, cast.other_branch, title="青年讲师团"), "宣讲")
    for person, org in (
        (cast.wang, cast.branch),
        (cast.li, cast.branch),
        (cast.han, cast.other_branch),
    ):
        arrive(event, person, org=org)
    with transaction() as session:
        session.add(
            tallies.ManualTally(
                code="TALLY2", occurrence_id=event.occurrences[0].id, unit="人次", number=30,
                line_id=line_of(cast.street.id, HALF.to_on), from_on=HALF.to_on, to_on=HALF.to_on,
                evidence="后台统计", made_at=stopped.at,
            )
        )  # fmt: skip
    return event


def told(org, language="zh"):
    return summaries.summary_of(HALF, org, language)


def test_the_sentence_of_talks_says_both_kinds_of_attendance_and_keeps_them_apart(cast, talk):
    prose = told(cast.district)
    assert "青年讲师团开展线上线下宣讲活动1场，累计覆盖青年达30余人次。" in prose.text
    figure = prose.figures.by_name["宣讲.人次含填报"]
    assert (figure.number, [number for _words, number, _rows in figure.parts]) == (33, [3, 30])
    assert prose.figures.by_name["宣讲.人数"].number == 3
    assert "with more than 30 attendances in all" in told(cast.district, "en").text


def test_a_sentence_without_figures_is_left_out_and_never_says_nothing(cast, talk):
    prose = told(cast.district)
    assert "公众号" not in prose.text
    assert not re.search(r"(?<!\d)0", prose.text)
    silent = [one for one in prose.every if not one.is_said]
    assert {"articles", "services", "honours", "venues"} <= {one.sentence.key for one in silent}
    assert all(one.filled.nothing for one in silent)


def test_nothing_at_all_gives_no_prose(cast, stopped):
    assert told(cast.district).text == ""


def test_services_honours_articles_and_venues_come_from_their_rooms(cast, stopped):
    line, day = line_of(cast.district.id, HALF.from_on), date(2026, 8, 1)
    facts = {"line_id": line, "made_at": stopped.at}
    with transaction() as session:
        for number, (kind, n) in enumerate({"care": 41, "study": 52, "counsel": 44}.items()):
            session.add(
                services.ServiceRecord(
                    code=f"SERV{number}", kind=kind, served_on=day, number=n, **facts
                )
            )
        session.add(
            tallies.ManualTally(
                code="TALLY3",
                unit="篇",
                number=126,
                from_on=day,
                to_on=day,
                evidence="后台",
                **facts,
            )
        )
        for number in range(34):
            session.add(
                honours.Honour(
                    code=f"HON{number}", title="青年岗位能手" if number < 24 else "青年文明号",
                    level="district", year=2026, granted_on=day, recipient=f"某{number}",
                    is_collective=number >= 24, **facts,
                )
            )  # fmt: skip
    for name in ("甲", "乙"):
        venues.add_venue(name, org=cast.street, by=SYSTEM, level="district", opened_on=day)
    text = told(cast.district).text
    assert "提供亲情关爱、学业辅导、心理疏导等各类服务百余次。" in text
    assert "推选24名“青年岗位能手”、10家“青年文明号”。" in text
    assert "公众号累计发送图文信息百余篇。" in text
    assert "新建两家区级“青年之家”。" in text
    english = told(cast.district, "en").text
    assert "Honours given: 24 Young Post Experts and 10 Youth Civilisation Units." in english


def test_a_season_has_its_own_sentence(cast, stopped):
    series = programmes.series_named("青年汇", 2)
    event = tag(gather(cast.street, cast.branch), "青年汇")
    with transaction():
        event.series_id = series.id
    arrive(event, cast.wang, org=cast.branch)
    assert "“青年汇”第二季累计开展各类活动1场，服务青年1人次。" in told(cast.district).text
    assert told(cast.district).text.count("青年汇") == 1
    assert summaries.season_name(programmes.series_named("青年汇", 21)) == "青年汇第二十一季"


def write(org, key, words, staff, **more):
    prose = told(org, more.get("language", "zh"))
    summaries.write_sentence(
        org, key, more.pop("language", "zh"), words, by=staff, places=prose.figures.places(),
        builtins=prose.builtins, **more,
    )  # fmt: skip


def test_a_wording_holds_for_the_org_and_below_until_they_have_their_own(cast, talk):
    write(cast.district, "lectures", "全区宣讲{宣讲.场次}。", cast.zhao)
    assert "全区宣讲1场。" in told(cast.street).text
    write(cast.street, "lectures", "街道宣讲{宣讲.场次}。", cast.street_manager)
    assert "街道宣讲1场。" in told(cast.street).text
    assert "全区宣讲1场。" in told(cast.district).text
    summaries.restore_sentence(
        cast.street, "lectures", "zh", by=cast.street_manager, builtins=told(cast.street).builtins
    )
    assert "全区宣讲1场。" in told(cast.street).text
    kept = summaries.wordings_of(cast.street)["lectures", "zh"]
    assert [one.words for one in kept] == [summaries.DEFAULT, "街道宣讲{宣讲.场次}。"]


def test_a_place_that_names_nothing_is_refused_by_name(cast, talk):
    with pytest.raises(Invalid) as refused:
        write(cast.district, "lectures", "宣讲{宣讲.场数}。", cast.zhao)
    assert refused.value.facts["place"] == "宣讲.场数"
    assert refused.value.facts["near"] == "宣讲.场次"
    assert db.session.scalar(select(func.count(summaries.SummarySentence.id))) == 0


def test_who_read_an_older_wording_does_not_write_over_a_newer_one(cast, talk):
    write(cast.district, "lectures", "甲{宣讲.场次}。", cast.zhao, seen=0)
    with pytest.raises(Conflict):
        write(cast.district, "lectures", "乙{宣讲.场次}。", cast.zhao, seen=0)
    with pytest.raises(NotFound):
        write(cast.district, "nothing", "乙{宣讲.场次}。", cast.zhao)


def test_a_sentence_is_added_moved_and_left_out_and_all_of_it_is_in_the_trail(cast, talk):
    prose = told(cast.district)
    facts = {"by": cast.zhao, "builtins": prose.builtins}
    key = summaries.add_sentence(
        cast.district, "zh", "另有{总.人数}。", places=prose.figures.places(), **facts
    )
    assert told(cast.district).text.endswith("\n另有3人。")
    assert "另有" not in told(cast.district, "en").text
    summaries.move_sentence(cast.district, key, "zh", up=True, **facts)
    order = [one.sentence.key for one in told(cast.district).every]
    assert order[-2] == key
    assert [one.sentence.key for one in told(cast.district, "en").every] == order
    summaries.leave_out_sentence(cast.district, "opening", "zh", **facts)
    assert told(cast.district).text.startswith("青年讲师团")
    with pytest.raises(Conflict):
        summaries.leave_out_sentence(cast.district, "opening", "zh", **facts)
    acts = db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert [act for act in acts if act.startswith("sentence")] == [
        "sentence_added", "sentence_moved", "sentence_left_out",
    ]  # fmt: skip
    assert {"sentence_written", "sentence_restored"} <= audit.ACTS.keys()


def test_moving_keeps_every_wording(cast, talk):
    write(cast.district, "lectures", "全区宣讲{宣讲.场次}。", cast.zhao)
    before = {one.sentence.key: one.filled.text for one in told(cast.street).every}
    prose = told(cast.street)
    for _again in range(3):
        summaries.move_sentence(
            cast.street, "lectures", "zh", up=False, by=cast.street_manager, builtins=prose.builtins
        )
    after = told(cast.street).every
    assert {one.sentence.key: one.filled.text for one in after} == before
    assert [one.sentence.key for one in after].index("lectures") == 4
    with pytest.raises(Conflict):
        summaries.move_sentence(
            cast.street, "opening", "zh", up=True, by=cast.street_manager, builtins=prose.builtins
        )
