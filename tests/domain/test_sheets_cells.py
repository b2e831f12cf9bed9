"""What single cells say: names, phones, months, and numbers that must not be kept."""

import datetime

import pytest

from app.domain.sheets import read_sheet
from app.domain.sheets.cells import day_of, month_of
from app.domain.sheets.rows import (
    BAD_MONTH,
    BAD_NAME,
    BAD_NUMBER,
    BAD_PHONE,
    HELD_ID,
    LONG_NAME,
    TOO_LONG,
)
from tests.domain.tables import PEOPLE_HEAD, xlsx


def read(*rows, head=PEOPLE_HEAD, **kwargs):
    return read_sheet(xlsx([head, *rows], **kwargs))


def one(*row, head=PEOPLE_HEAD):
    (person,) = read(row, head=head).rows
    return person


@pytest.mark.parametrize(
    "cell",
    [
        "阿依古丽•买买提",
        "阿依古丽・买买提",
        "阿依古丽．买买提",
        "阿依古丽･买买提",
        "阿依古丽 . 买买提",
    ],
)
def test_every_dot_of_a_long_name_is_the_same_dot(cell):
    assert one(cell, head=["姓名", "手机"]).name == "阿依古丽·买买提"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("430102200001010011", HELD_ID),
        (430102200001010000.0, HELD_ID),
        ("王芳2", BAD_NAME),
        (13800138000, BAD_NAME),
        ("——?", BAD_NAME),
        ("王" * 41, LONG_NAME),
    ],
)
def test_what_is_no_name_is_said_and_not_repeated(cell, problem):
    row = one(cell, "13800138000")
    assert (row.name, row.problems) == (None, (problem,))


@pytest.mark.parametrize(
    "cell",
    [
        "138 0013-8000",
        "+8613800138000",
        "１３８００１３８０００",
        13800138000,
        "13800138000.0",
        "\xa013800138000",
    ],
)
def test_a_phone_is_eleven_digits_however_it_is_typed(cell):
    assert one("王芳", cell).phone == "13800138000"


@pytest.mark.parametrize("cell", ["1380013800", "23800138000", "0731-84680000", 1.38e10, "问本人"])
def test_another_number_is_no_phone_and_says_so(cell):
    row = one("王芳", cell)
    problem = None if cell == 1.38e10 else BAD_PHONE
    assert (row.phone is None, row.phone_problem) == (problem is not None, problem)


def test_a_blank_phone_and_a_stroke_are_no_problem():
    assert [row.problems for row in read(["王芳", None], ["李雷", "无"], ["韩梅", "/"]).rows] == [
        ()
    ] * 3


def test_an_id_number_in_a_kept_column_is_dropped_there():
    row = one(
        "王芳",
        "43010220000101001X",
        "430102 20000101 0011",
        "４３０１０２２００００１０１００１１",
    )
    assert (row.phone, row.admission_number, row.branch) == (None, None, None)
    assert row.problems == (BAD_PHONE, HELD_ID)


def test_admission_numbers_keep_twelve_and_sixteen_digits():
    cells = [202043000002, "２０２０４３０００００２", "2019370000000001", "不记得"]
    rows = read(*(["王芳", "", cell, "一支部"] for cell in cells)).rows
    assert [row.admission_number for row in rows] == ["202043000002"] * 2 + [
        "2019370000000001",
        None,
    ]
    assert rows[3].problems == (BAD_NUMBER,)


@pytest.mark.parametrize(
    "cell",
    [
        "2019.5", 2019.5, "2019年5月", "2019-05", "201905", 201905, "2019/5/1", "20190501", 43586,
        43586.0, "43586", "2019-05-01 00:00:00", "2019年05月01日", "２０１９．５", " 2019 年 5 月 ",
    ],
)  # fmt: skip
def test_a_month_is_read_in_every_usual_spelling(cell):
    assert month_of(cell) == "2019-05"


def test_a_number_has_lost_the_zero_of_october():
    assert (month_of(2019.1), month_of("2019.1"), month_of("2019.10")) == (
        "2019-10",
        "2019-01",
        "2019-10",
    )


@pytest.mark.parametrize(
    "cell", ["2019", "2019.13", "19.5", "至今", "2019.0", "1.5", "9999-12", True]
)
def test_what_names_no_month_is_none(cell):
    assert month_of(cell) is None


def test_cells_that_are_dates_are_read_as_dates():
    row = one(
        "王芳", datetime.date(2008, 4, 30), datetime.date(2022, 5, 4), "x",
        head=["姓名", "出生日期", "入团时间", "团支部"],
    )  # fmt: skip
    assert (row.birth_month, row.joined_month) == ("2008-04", "2022-05")
    assert one("王芳", "去年", head=["姓名", "出生日期"]).problems == (BAD_MONTH,)
    assert day_of("2026-02-30") is None


def test_consent_is_what_the_file_says_unless_it_says_no():
    rows = read(
        ["王芳", "2026-09-01 纸质 12 号"],
        ["李雷", "否"],
        ["韩梅", None],
        head=["姓名", "监护人同意"],
    ).rows
    assert [row.consent for row in rows] == ["2026-09-01 纸质 12 号", None, None]


def test_a_cell_too_long_is_left_blank_with_its_problem():
    row = one("王芳", None, None, "长" * 501)
    assert (row.branch, row.problems) == (None, (TOO_LONG,))
