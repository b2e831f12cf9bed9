"""What a sheet says once it is read: columns, and rows of people or of organizations."""

from dataclasses import dataclass
from datetime import date

PEOPLE, ORGS = "people", "orgs"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its place from 0, its heading, and the field it fills, if any."""

    index: int
    heading: str
    field: str | None

    @property
    def letter(self) -> str:
        """The column's name in Excel: A, B … Z, AA."""
        tens, ones = divmod(self.index, 26)
        return (chr(64 + tens) if tens else "") + chr(65 + ones)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a roster. `line` is the row as Excel numbers it, from 1.

    Months are YYYY-MM. `phone` is 11 digits. `name` is None when the cell holds no name, and the
    row can then speak for nobody. `consent` is what the column 监护人同意 says, None when it is
    blank or says no. `problems` are words for the reader, and include `phone_problem`.
    """

    line: int
    name: str | None
    phone: str | None = None
    phone_problem: str | None = None
    admission_number: str | None = None
    branch: str | None = None
    birth_month: str | None = None
    political_status: str | None = None
    post: str | None = None
    joined_month: str | None = None
    consent: str | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_broken(self) -> bool:
        return self.name is None


@dataclass(frozen=True, slots=True)
class OrgRow:
    """One organization of a tree; `parent` is the parent's name as written, None at the root."""

    line: int
    full_name: str | None
    short_name: str | None = None
    parent: str | None = None
    kind: str | None = None
    domain: str | None = None
    opened_on: date | None = None
    problems: tuple[str, ...] = ()

    @property
    def is_broken(self) -> bool:
        return self.full_name is None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file, read.

    `kind` is PEOPLE or ORGS; `title` names the worksheet ("" for a text file) and `also` the
    other worksheets with a header, which were not read. `encoding` is set for text files.
    `dropped` are the headings of the columns nothing was kept of, `missing` the fields the file
    ought to have and has not. `cut_after` is the last line read when something stands below a
    gap of more than 1,000 blank rows.
    """

    kind: str
    filename: str
    title: str
    header_line: int
    columns: tuple[Column, ...]
    rows: tuple[PersonRow, ...] | tuple[OrgRow, ...]
    dropped: tuple[str, ...]
    missing: tuple[str, ...]
    also: tuple[str, ...] = ()
    cut_after: int | None = None
    encoding: str = ""
