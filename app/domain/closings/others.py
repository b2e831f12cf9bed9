"""What of the figures beside the counts is not any more as it was signed, and behind which rows."""

from dataclasses import dataclass

from app.domain import counts
from app.domain.closings.beside import TOLD, kept_row, share_parts, studied
from app.domain.closings.model import FrozenReport
from app.domain.counts import BREAKDOWNS
from app.domain.orgs import subtree_of
from app.domain.services import KINDS
from app.domain.venues import LEVELS
from app.words import N_

GROUPS = {**BREAKDOWNS, "shares": N_("参与率和覆盖率"), "studies": N_("青年大学习")}
NOTHING = (0, 0, 0, 0)
WORDS = {"services": KINDS, "venues": LEVELS}
COMPARED = (
    "hosted", "unrecorded", "took_part", "attendances", "open_reviews", "guests", "headcount",
    "tally", "people", "minutes",
)  # fmt: skip
PARTS = {
    "active_members": N_("参加过的团员"), "members": N_("期末的团员"),
    "active_branches": N_("主办过活动的支部"), "branches": N_("期末的支部"),
    "studied": N_("参学"), "due": N_("应学"), "type": N_("更正"),
}  # fmt: skip


@dataclass(frozen=True)
class OtherChange:
    """A figure of GROUPS. name None: of what bears no key, "" of what the reader may not see; is_word: a
    word of the catalogue. was and now of the figure "type" are words."""

    group: str
    name: str | None
    is_word: bool
    figure: str  # of FIGURES or PARTS
    was: int | str
    now: int | str


@dataclass(frozen=True)
class ToldChange:
    """Rows of TOLD of one org and kind. name: of the org, what: a unit, a kind, a title; "" where the
    reader may not see it. is_swapped: as many as before, and not the same."""

    kind: str
    name: str
    what: str
    was: int
    now: int

    @property
    def is_swapped(self) -> bool:
        return self.was == self.now


def other_changes(report: FrozenReport) -> tuple[OtherChange, ...]:
    """The rates and studies that differ today; none of a report from before they were kept."""
    if "keys" not in report.figures:
        return ()
    return (*_of_shares(report), *_of_studies(report))


def key_changes(report: FrozenReport, by: str) -> tuple[OtherChange, ...]:
    """The figures of one breakdown that differ today."""
    before = {row["code"]: row for row in report.figures["keys"][by]}
    now = counts.key_counts(report.period, report.org, by)
    after = {row.code: kept_row(row) for row in now}
    return tuple(_of_keys(by, before, after))


def _of_keys(by, before, after):
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key, {}), after.get(key, {})
        row = one or other
        for figure in COMPARED:
            pair = (one.get(figure, 0), other.get(figure, 0))
            if pair[0] != pair[1]:
                yield OtherChange(by, key_name(row), row["is_word"], figure, *pair)


def key_name(row: dict) -> str | None:
    """What a kept row of a breakdown is called."""
    return f"{row['name']} {row['season']}" if row["season"] else row["name"]


def _of_shares(report):
    """Of orgs that were there then and are now; a period that was not over then has another day now."""
    names = {one["org"]: one["name"] for one in report.figures["orgs"]}
    if report.was_early:
        return
    now = share_parts(report.period, report.org)
    here = {org.code for org in subtree_of(report.org)}
    for code in [code for code in names if code in here]:
        pairs = (told.get(code, NOTHING) for told in (report.figures["shares"], now))
        for figure, one, other in zip(PARTS, *pairs, strict=False):
            if one != other:
                yield OtherChange("shares", names[code], False, figure, one, other)


def _of_studies(report):
    rows = (report.figures["studies"], studied(report.period, report.org))
    before, after = ({one["issue"]: one for one in told} for told in rows)
    for code in dict.fromkeys((*before, *after)):
        one, other = before.get(code, {}), after.get(code, {})
        name = (one or other)["name"]
        for figure in ("studied", "due"):
            if one.get(figure, 0) != other.get(figure, 0):
                yield OtherChange(
                    "studies", name, False, figure, one.get(figure, 0), other.get(figure, 0)
                )


def told_changes(was: dict, now: dict, names: dict[int, str]) -> tuple[ToldChange, ...]:
    """The rows of TOLD that came, went or were replaced. names: line id → org, where it may be seen."""
    if "told" not in was:
        return ()
    pairs = ((kind, was["told"][kind], now["told"][kind]) for kind in TOLD)
    return tuple(one for pair in pairs for one in _of_rows(*pair, names))


def _of_rows(kind, was, now, names):
    before, after = _gathered(was), _gathered(now)
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key, ()), after.get(key, ())
        if one != other:
            line, what = key
            name = names.get(line, "")
            words = WORDS.get(kind, {}).get(what, what)
            yield ToldChange(
                kind, name, words if name else "", sum(n for _id, n in one),
                sum(n for _id, n in other),
            )  # fmt: skip


def _gathered(rows):
    """(line id, what) → its rows, (id, number) in order."""
    found: dict[tuple[int, str], list] = {}
    for id_, (line, what, number) in sorted(rows.items(), key=lambda row: int(row[0])):
        found.setdefault((line, what), []).append((id_, number))
    return found
