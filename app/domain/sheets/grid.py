"""Takes the top of a table, then the wanted cells of its rows; as a program, of a workbook.

As a program it is the child that opens a stranger's workbook under limits of memory and time.
It imports nothing of the app, so it starts in 30 ms. It is asked in lines of JSON: the length
of the file, the file; it answers with the top of every sheet; it is asked for one sheet and its
columns; it answers with the rows. Cells of other columns never leave it.
"""

import json
import re
import sys
from io import BytesIO
from itertools import islice

import python_calamine

try:
    import resource
except ImportError:  # Windows has no such limits; the declared sizes were checked before
    resource = None

TOP_ROWS = 15
MOST_ROWS = 200_000
MOST_COLUMNS = 64
MOST_BLANK_ROWS = 1_000
MOST_SHEETS = 50
MOST_TEXT = 500
MOST_HEADING = 80
MOST_ANSWER = 96 * 2**20
MEMORY = 2**30
CPU_SECONDS = 30
HEAVY, LOCKED = 3, 4

# The words of a footer; the last few only before a colon, for a cell may say them of a person.
FOOTER = re.compile(
    r"\s*[(（]?(?:"
    r"(?:合计|总计|共计|小计|总人数|填[表报](?:人|单位|日期|时间)?|审核人?|审批人?|复核人?"
    r"|制表(?:人|单位|日期|时间)?|经办人|单位负责人|(?:单位)?[(（]?盖章)[)）]?\s*(?:$|[:：(（\d])"
    r"|(?:备注|说明|注|负责人|联系人|(?:导出|统计|打印|下载)(?:人|单位|日期|时间)|数据来源)\s*[:：])"
)


def top_of(rows) -> list:
    """Return the first 15 rows, 64 columns wide, their texts cut to 80 characters."""
    return [
        [cell[:MOST_HEADING] if isinstance(cell, str) else cell for cell in row[:MOST_COLUMNS]]
        for row in islice(rows, TOP_ROWS)
    ]


def taken(rows, *, first, columns, keys) -> dict:
    """Return the wanted `columns` of the rows below line `first` as {rows, cut_after, too_long}.

    A row is [line, cells]. `keys` are the places, within `columns`, of the cells that say whose
    row it is; footers (合计, 审核人: …) and blank rows are left out. A text is cut after 501
    characters, one more than is allowed. More than 1,000 blank rows in a run end the table.
    """
    answer = {"rows": [], "cut_after": None, "too_long": False}
    blank, last = 0, first
    rows = enumerate(rows, 1)
    for line, row in rows:
        if line > MOST_ROWS:
            answer["too_long"] = True
            break
        if not any(row):
            blank += 1
            if blank > MOST_BLANK_ROWS:
                answer["cut_after"] = last if any(any(row) for _, row in rows) else None
                break
            continue
        blank, last = 0, line
        if line > first:
            cells = _cells(row, columns)
            if any(cells) and not _is_footer(row, [cells[key] for key in keys]):
                answer["rows"].append([line, cells])
    return answer


def _cells(row, columns):
    width = len(row)
    cells = [row[column] if column < width else "" for column in columns]
    return [c[: MOST_TEXT + 1] if isinstance(c, str) else c for c in cells]


def _is_footer(row, keys):
    """A label such as 填表人 stands in a row whose name or branch is none, or is the label."""
    if any(isinstance(key, str) and FOOTER.match(key) for key in keys):
        return True
    if all(isinstance(key, str) and key.strip() and not key.strip().isdigit() for key in keys):
        return False
    return any(isinstance(cell, str) and FOOTER.match(cell) for cell in row)


class Page:
    """One visible worksheet, its rows as wide as Excel counts them."""

    def __init__(self, sheet):
        self.name, self.sheet = sheet.name, sheet
        self.left = sheet.start[1] if sheet.start else 0
        self.width = sheet.end[1] + 1 if sheet.end else 0

    def rows(self):
        margin = [""] * min(self.left, MOST_COLUMNS)
        for row in self.sheet.iter_rows() if self.sheet.start else ():
            yield margin + row

    def filled(self, columns):
        """Yield the rows with what stands in the first cell of a tall merge in all its cells."""
        merges = {}
        for (top, left), (bottom, right) in self.sheet.merged_cell_ranges or ():
            if left == right and left in columns:
                merges[top, left] = bottom
        open_merges = {}
        for line, row in enumerate(self.rows()):
            for column in columns if merges else ():
                if column >= len(row):
                    continue
                if (line, column) in merges:
                    open_merges[column] = (merges[line, column], row[column])
                bottom, cell = open_merges.get(column, (-1, ""))
                if line <= bottom:
                    row[column] = cell
            yield row


def _limit():
    """Bound memory and time; a core file would hold the roster, so none is written."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows no RLIMIT_AS; a stricter limit may stand
            continue


def _pages(content):
    book = python_calamine.load_workbook(BytesIO(content))
    visible = [
        number
        for number, sheet in enumerate(book.sheets_metadata)
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    return [Page(book.get_sheet_by_index(number)) for number in visible[:MOST_SHEETS]]


def _say(answer):
    said = json.dumps(answer, ensure_ascii=False, default=str).encode()
    if len(said) > MOST_ANSWER:
        said = b'{"too_long": true}'
    sys.stdout.buffer.write(said + b"\n")
    sys.stdout.buffer.flush()


def converse():
    """Answer what is asked on standard input; a damaged workbook ends in a traceback."""
    asked = sys.stdin.buffer
    pages = _pages(asked.read(int(asked.readline())))
    _say(
        {
            "pages": [
                {
                    "name": page.name,
                    "height": page.sheet.total_height,
                    "wide": page.width > MOST_COLUMNS,
                    "top": top_of(page.rows()),
                }
                for page in pages
            ]
        }
    )
    if wish := asked.readline():
        wish = json.loads(wish)
        page = pages[wish.pop("page")]
        _say(taken(page.filled(wish.pop("fill")), **wish))


def main() -> int:
    """Return how it went: 0, or why there is no answer (the parent knows these numbers)."""
    _limit()
    try:
        converse()
    except python_calamine.PasswordError:
        return LOCKED
    except MemoryError:
        return HEAVY
    return 0


if __name__ == "__main__":
    sys.exit(main())
