"""The workbooks to fill in: the headings an import knows, cells as text, lists to choose from."""

import io

import xlsxwriter

from app.domain.sheets import FIELDS, ORGS, PEOPLE

ROWS = 2_000  # rows that are made ready
MOST_CHOICES = 2_000
FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
SAMPLES = {
    PEOPLE: {
        "name": "（示例）李雷", "phone": "13800000000", "admission_number": "202043000000",
        "branch": "这一行是示例，不会导入", "birth_month": "2005-09", "political_status": "共青团员",
        "post": "组织委员", "joined_month": "2019-05",
    },
    ORGS: {
        "full_name": "（示例）共青团某某社区支部委员会", "short_name": "某某社区团支部",
        "parent": "这一行是示例，不会导入", "kind": "团支部", "domain": "社区", "opened_on": "2020-05-04",
    },
}  # fmt: skip
CHOICES = {
    "political_status": ["共青团员", "保留团籍的中共党员", "青年", "群众", "少先队员", "民主党派"],
    "consent": ["是", "否"],
    "kind": ["团工委", "团委", "团总支", "团支部"],
    "domain": ["学校", "企业", "机关事业单位", "社区", "乡镇村", "楼宇商圈", "社会组织", "其他"],
}  # fmt: skip
WIDTHS = {"branch": 34, "full_name": 40, "parent": 40, "short_name": 24, "post": 16}
HELP = {
    PEOPLE: (
        "怎样填这张表",
        "1. 在“名单”这张工作表里填，一个人一行。列的先后可以改，列名不要改。",
        "2. 必须填：姓名、所在团支部。支部可以从下拉里选，也可以写简称。",
        "3. 最好填：手机号码或发展团员编号。同名的人靠它们分清，签到时也靠它们认人。",
        "4. 出生年月写成 2005-09。可能未满 14 周岁的，没有写“监护人同意”就不存姓名，只数人数。",
        "5. 监护人已经书面同意的，在“监护人同意”一列选“是”。纸质同意书由支部保管。",
        "6. 不要填身份证号。填了也会丢掉，不保存。",
        "7. 空着的格子等于没说：不会把系统里已有的内容改成空。",
        "8. 灰色那一行是示例，不会导入，留着删掉都行。",
        "9. 填好保存，在“导入”页上传。先看方案，你点了执行才写入；写入后还能整批撤回。",
    ),
    ORGS: (
        "怎样填这张表",
        "1. 在“组织”这张工作表里填，一个组织一行，行的先后没有关系。列名不要改。",
        "2. 必须填：组织全称、上级组织。上级可以是系统里已有的，也可以是这张表里的另一行。",
        "3. 同一个名字只写一次。改名、换上级也用这张表：照新的写，系统会对上原来的组织。",
        "4. 类别和领域可以从下拉里选，空着就按名称判断。成立日期写成 2020-05-04。",
        "5. 灰色那一行是示例，不会导入，留着删掉都行。",
        "6. 填好保存，在“导入”页上传。先导入组织，再导入团员名单。",
    ),
}  # fmt: skip


def people_template(branches: list[str]) -> bytes:
    """An .xlsx for people; `branches` are offered in the column of the branch."""
    return _book(PEOPLE, "名单", {"branch": branches})


def orgs_template(names: list[str]) -> bytes:
    """An .xlsx for the tree; `names` of organizations there are offered as parents."""
    return _book(ORGS, "组织", {"parent": names})


def _book(kind, title, offered) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(title)
    _fill(book, page, kind)
    _offer(book, page, kind, {**CHOICES, **offered})
    _explain(book, HELP[kind])
    page.activate()
    book.close()
    return out.getvalue()


def _fill(book, page, kind):
    as_text = book.add_format({**FONT, "num_format": "@"})  # a phone is no number: no 1.38E+10
    head = {**FONT, "bold": True, "bottom": 1, "bg_color": "#F3EFE6"}
    sample = book.add_format({**FONT, "num_format": "@", "font_color": "#7A7A7A"})
    for column, field in enumerate(FIELDS[kind]):
        page.set_column(column, column, WIDTHS.get(field.key, 15), as_text)
        look = book.add_format(head | ({"font_color": "#B3261E"} if field.is_required else {}))
        page.write_string(0, column, field.label, look)
        page.write_string(1, column, SAMPLES[kind].get(field.key, ""), sample)
    page.freeze_panes(1, 1)
    page.set_row(0, 22)


def _offer(book, page, kind, offered):
    """Lists to choose from stand on a hidden sheet: a list in the rule itself is cut at 255."""
    lists = book.add_worksheet("选项")
    lists.hide()
    for column, field in enumerate(FIELDS[kind]):
        words = offered.get(field.key, ())[:MOST_CHOICES]
        for row, word in enumerate(words):
            lists.write_string(row, column, word)
        if words:
            letter = chr(65 + column)
            page.data_validation(2, column, ROWS, column, {
                "validate": "list", "source": f"=选项!${letter}$1:${letter}${len(words)}",
                "error_type": "information", "error_title": "和下拉里的不一样",
                "error_message": "可以照样填，导入时会再看一遍。",
            })  # fmt: skip


def _explain(book, lines):
    page = book.add_worksheet("填写说明")
    page.set_column(0, 0, 100)
    title = book.add_format({**FONT, "bold": True, "font_size": 14})
    text = book.add_format({**FONT, "text_wrap": True})
    for row, words in enumerate(lines):
        page.write_string(row, 0, words, text if row else title)
