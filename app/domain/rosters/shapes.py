"""What a plan says: which row of the file does what to whom, and why a row does nothing."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from app.words import N_

PEOPLE, ORGS = "people", "orgs"
# What a change is about, as the page and the command line call it.
FIELDS = {
    "name": N_("姓名"), "phone": N_("手机号"), "admission_number": N_("发展团员编号"),
    "birth_month": N_("出生年月"), "political_status": N_("政治面貌"), "post": N_("团内职务"), "standing": N_("身份"), "branch": N_("支部"),
    "posts": N_("团内职务"), "consent": N_("监护人同意"), "full_name": N_("全称"),
    "short_name": N_("简称"), "parent": N_("上级组织"), "kind": N_("类别"), "domain": N_("领域"),
    "opened_on": N_("成立日期"),
}  # fmt: skip
# The lists a page may ask for one by one.
SHOWN = (
    "unknown_branch", "ambiguous", "broken", "possibly_under_14", "noted", "moved", "changed",
    "new", "absent",
)  # fmt: skip
ROWS_A_SECOND = 4_000  # what bench/roster.py writes; only to say about how long it takes
LISTS = ("new", "changed", "moved", "left", "ambiguous", "unknown_branch", "broken")


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence for the reader: a catalogue key and the facts that fill it."""

    text: str
    facts: dict = field(default_factory=dict)

    def plain(self) -> str:
        """The Chinese sentence."""
        return self.text % self.facts if self.facts else self.text


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that becomes another; "" stands for nothing. `family` names the words of codes."""

    field: str
    before: str
    after: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a plan.

    `line` is the row as the sheet numbers it (None: somebody whom no row names); `branch` the full
    name of the branch, for an organization that of its parent. `row`, `was`, `org_id` and `values`
    are what applying needs and are never shown.
    """

    line: int | None
    name: str
    branch: str = ""
    changes: tuple[Change, ...] = ()
    reasons: tuple[Words, ...] = ()
    nearest: tuple[str, ...] = ()
    row: object = field(default=None, repr=False)
    was: object = field(default=None, repr=False)
    org_id: int | None = field(default=None, repr=False)
    values: dict = field(default_factory=dict, repr=False)

    @property
    def is_move(self) -> bool:
        """Whether its first change says where it goes."""
        return bool(self.changes) and self.changes[0].field in ("branch", "parent")

    def as_json(self) -> dict:
        """The entry for `--format json`: plain Chinese, from → to."""
        return {
            "line": self.line,
            "name": self.name,
            "branch": self.branch,
            "changes": [
                {"field": change.field, "from": change.before, "to": change.after}
                for change in self.changes
            ],
            "reasons": [reason.plain() for reason in self.reasons],
            "nearest": list(self.nearest),
        }


@dataclass(frozen=True, slots=True)
class BranchFigures:
    """What a plan does to one branch: its members now, then rows of each kind."""

    name: str
    members: int
    new: int = 0
    moved: int = 0
    changed: int = 0
    absent: int = 0
    under_14: int = 0


@dataclass(frozen=True)
class Plan:
    """What applying a file would do; nothing is written.

    `absent` are the members of the named branches whom no row names: they leave only when the
    file is said to be complete. `noted` are rows that are taken, with one cell left blank.
    """

    kind: str
    as_of: date
    complete: bool = False
    new: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    moved: tuple[Entry, ...] = ()
    absent: tuple[Entry, ...] = ()
    ambiguous: tuple[Entry, ...] = ()
    unknown_branch: tuple[Entry, ...] = ()
    broken: tuple[Entry, ...] = ()
    possibly_under_14: tuple[Entry, ...] = ()
    noted: tuple[Entry, ...] = ()
    unchanged: int = 0
    members: int = 0
    branches: tuple[BranchFigures, ...] = ()

    @property
    def left(self) -> tuple[Entry, ...]:
        """Who leaves: nobody unless the list is complete."""
        return self.absent if self.complete else ()

    @property
    def wants_number(self) -> bool:
        """Whether so many would leave (over 10 % of the named branches) that it must be typed."""
        return 10 * len(self.absent) > self.members

    @property
    def is_empty(self) -> bool:
        """Whether applying it changes nothing at all."""
        return not (self.new or self.changed or self.moved or self.left)

    @property
    def written(self) -> int:
        """How many rows of the file change something."""
        return len(self.new) + len(self.changed) + len(self.moved)

    @property
    def seconds(self) -> int:
        """About how long applying takes, to be said to whoever waits."""
        return -(-self.written // ROWS_A_SECOND)

    @property
    def figures(self) -> dict[str, int]:
        """The length of every list, as it is stored and printed."""
        figures = {name: len(getattr(self, name)) for name in LISTS}
        return {**figures, "unchanged": self.unchanged, "under_14": len(self.possibly_under_14)}

    @property
    def under_14_by_branch(self) -> dict[str, int]:
        """Branch → how many of its rows are possibly under 14 without consent: no names."""
        found: dict[str, int] = {}
        for entry in self.possibly_under_14:
            found[entry.branch] = found.get(entry.branch, 0) + 1
        return found

    @property
    def fingerprint(self) -> str:
        """32 hex that differ when the plan does: what was shown is what may be applied."""
        digest = hashlib.sha256(f"{self.kind} {self.unchanged} {self.members}".encode())
        for name in (*LISTS[:3], "absent", *LISTS[4:], "possibly_under_14"):
            said = [
                (
                    entry.line,
                    entry.name,
                    entry.branch,
                    getattr(entry.was, "id", None),
                    entry.changes,
                )
                for entry in getattr(self, name)
            ]
            digest.update(repr((name, said)).encode())
        return digest.hexdigest()[:32]

    def as_json(self) -> dict:
        """The seven lists of `furong roster plan --format json`."""
        return {name: [entry.as_json() for entry in getattr(self, name)] for name in LISTS}
