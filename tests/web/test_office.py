"""What LibreOffice makes of our workbooks: the numbers of the page, formulas worked out anew."""

import csv
import re
import subprocess

import pytest

from app.domain import checkins, counts, periods
from app.domain.audit import SYSTEM
from tests.doors import open_event
from tests.forms import a_form
from tests.programs import need
from tests.web.test_blanks import send

HALF = "from=2026-07-01&to=2026-12-31"


@pytest.fixture
def event(cast, stopped):
    made = open_event(cast)
    for person in (cast.wang, cast.li, cast.han):
        checkins.tick(made.occurrences[0], person, by=SYSTEM)
    return made


def converted(files, folder, reading=""):
    """Every sheet of each file as rows of words: (file, sheet) → rows; of a text file, which is read
    as said, (file, file) → rows."""
    told = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        [need("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless",
         *([f"--infilter=Text - txt - csv (StarCalc):{reading}"] if reading else []),
         "--convert-to", told, "--outdir", str(folder / "read"), *map(str, files)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = {}
    for file in files:
        for path in (folder / "read").glob(f"{file.stem}-*.csv"):
            with path.open(encoding="utf-8", newline="") as lines:
                found[file.stem, path.stem.split("-")[1]] = list(csv.reader(lines))
    return found


def test_an_office_reads_the_numbers_of_the_page(event, cast, sign_in, tmp_path):
    browser = sign_in(cast.zhao)
    book, form = tmp_path / "book.xlsx", tmp_path / "form.xlsx"
    book.write_bytes(browser.get(f"/reports/workbook.xlsx?{HALF}").data)
    kept = send(browser, a_form("{{场次}}", "{{人次}}", "共 {{人数}} 人", B9="=B2*100+B3"))
    form.write_bytes(browser.get(f"{kept.location}/filled.xlsx?{HALF}").data)
    found = converted([book, form], tmp_path)
    rows = counts.counts(periods.parse_period("2026-07-01", "2026-12-31"), cast.district)
    row = rows[0]
    wanted = [float(cell) for cell in counts.cells(row)]
    for sheet in ("汇总", "支部"):
        total = next(line for line in found["book", sheet] if line[0] == "合计")
        assert [float(cell.replace(",", "")) for cell in total[1:]] == wanted
    branches = {line[0].strip("\u3000 "): line[1:] for line in found["book", "支部"]}
    for one in rows[1:]:
        assert numbers(branches[one.name]) == numbers(counts.cells(one)), one.name
    came = [line for line in found["book", "明细"] if line[0].isdigit()]
    assert len(came) == row.attendances == 3
    assert {line[4] for line in came} == {"王芳", "李雷", "韩梅"}
    cells = found["form", "上报表"]
    assert [cells[at][1] for at in (1, 2, 3)] == ["1", "3", "共 3 人"]
    assert cells[8][1] == "103"


@pytest.mark.parametrize(("encoding", "known_as"), [("utf-8", "76"), ("gb18030", "85")])
def test_an_office_reads_the_csv_cell_for_cell(event, cast, sign_in, tmp_path, encoding, known_as):
    file = tmp_path / "report.csv"
    file.write_bytes(sign_in(cast.zhao).get(f"/reports.csv?{HALF}&encoding={encoding}").data)
    said = file.read_text("utf-8-sig" if encoding == "utf-8" else encoding).splitlines()
    found = converted([file], tmp_path, reading=f"44,34,{known_as}")["report", "report"]
    assert found == [[short(cell) for cell in line] for line in csv.reader(said)]
    at = found[0].index("人次")
    rows = counts.counts(periods.parse_period("2026-07-01", "2026-12-31"), cast.district)
    assert [line[at] for line in found[1:]] == [str(row.attendances) for row in rows]


def short(cell):
    """A cell as an office shows it again: 75.0% is 75%."""
    return re.sub(r"^([0-9]+)\.0(%?)$", r"\1\2", cell)


def numbers(cells):
    """The cells as numbers, however they are written."""
    return [float(str(cell).replace(",", "")) for cell in cells]
