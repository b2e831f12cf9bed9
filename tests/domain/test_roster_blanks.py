"""The workbooks to fill in: what is filled in comes in, and the sample does not."""

import io

import openpyxl
import pytest

from app.domain import rosters
from app.domain.sheets import FIELDS, ORGS, PEOPLE, read_sheet
from tests.domain.rolls import SYSTEM, memberships, posts

MAKERS = {PEOPLE: rosters.people_template, ORGS: rosters.orgs_template}


def filled(kind, *rows, offered=("浏正街社区团支部",)):
    book = openpyxl.load_workbook(io.BytesIO(MAKERS[kind](list(offered))))
    page = book.worksheets[0]
    for at, row in enumerate(rows, 3):
        for column, cell in enumerate(row, 1):
            page.cell(at, column, cell)
    out = io.BytesIO()
    book.save(out)
    return book, read_sheet(out.getvalue(), "名单.xlsx")


@pytest.mark.parametrize("kind", [PEOPLE, ORGS])
def test_an_empty_template_holds_nobody_and_every_heading_is_known(kind):
    book, sheet = filled(kind)
    assert sheet.kind == kind
    assert sheet.rows == ()
    assert [column.field for column in sheet.columns] == [field.key for field in FIELDS[kind]]
    assert (sheet.dropped, sheet.also) == ((), ())
    page = book.worksheets[0]
    assert page["B2"].number_format == "@"
    assert page.data_validations.dataValidation
    assert book.worksheets[-1].title == "填写说明"


def test_filled_in_people_come_in(cast):
    row = ("孙新", "13700000001", "202143000001", "浏正街社区团支部", "2001-02", "共青团员", "组织委员",
           "2016-05", None)  # fmt: skip
    _book, sheet = filled(PEOPLE, row)
    plan = rosters.apply_rows(sheet.kind, sheet.rows, scope=cast.district, by=SYSTEM)
    assert {n for n, count in plan.figures.items() if count} == {"new"}
    assert plan.noted == ()
    assert memberships("孙新")[0][:2] == ("浏正街支部", "member")
    assert posts("孙新")[0][1] == "组织委员"


def test_a_filled_in_tree_comes_in(cast):
    row = ("新街社区团支部", "新街支部", "定王台街道团工委", "团支部", "社区", "2020-05-04")
    _book, sheet = filled(ORGS, row, offered=("定王台街道团工委",))
    plan = rosters.apply_rows(sheet.kind, sheet.rows, scope=cast.district, by=SYSTEM)
    assert [(e.name, e.values["kind"], e.values["domain"]) for e in plan.new] == [
        ("新街社区团支部", "branch", "community")
    ]
