"""The 签到表 of paper: page one holds its heading, its rows and the line to sign."""

import pytest

from app.domain import attendance
from tests.happenings import make

LONG = "“青春心向党·建功新时代”主题团日暨第一社区新团员入团宣誓仪式"
FAR = "定王台街道第一社区党群服务中心二楼多功能厅"


@pytest.mark.parametrize(
    ("title", "place", "rows"),
    [("主题团日", "会议室", 21), (LONG, "会议室", 20), ("主题团日", FAR, 20), (LONG, FAR, 19)],
)
def test_a_heading_of_two_lines_leaves_fewer_rows_to_page_one(cast, title, place, rows):
    event = make(cast, title, place=place)
    occurrence = event.occurrences[0]
    paper = attendance.paper_of(occurrence, attendance.roll_of(occurrence))
    assert [line.number for line in paper.lines] == list(range(1, rows + 1))
    assert 0 < paper.named < rows
