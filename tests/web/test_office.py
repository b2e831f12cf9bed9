"""What LibreOffice makes of our workbooks: the numbers of the page, formulas worked out anew."""

import csv
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


def converted(files, folder):
    """Every sheet of each file as rows of words: (file, sheet) → rows."""
    told = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        [need("soffice"), f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", told, "--outdir", str(folder), *map(str, files)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = {}
    for file in files:
        for path in folder.glob(f"{file.stem}-*.csv"):
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
    row = counts.counts(periods.parse_period("2026-07-01", "2026-12-31"), cast.district)[0]
    wanted = [float(cell) for cell in counts.cells(row)]
    for sheet in ("汇总", "支部"):
        total = next(line for line in found["book", sheet] if line[0] == "合计")
        assert [float(cell.replace(",", "")) for cell in total[1:]] == wanted
    rows = [line for line in found["book", "明细"] if line[0].isdigit()]
    assert len(rows) == row.attendances == 3
    assert {line[4] for line in rows} == {"王芳", "李雷", "韩梅"}
    cells = found["form", "上报表"]
    assert [cells[at][1] for at in (1, 2, 3)] == ["1", "3", "共 3 人"]
    assert cells[8][1] == "103"
