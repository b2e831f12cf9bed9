"""A Table as cells for CSV and the workbook, and as plain values for JSON: what the page shows."""

from collections.abc import Callable, Iterator

from app.domain.counts.keys import BREAKDOWNS
from app.domain.counts.papers import COLUMNS, GROUPS, WIDTHS, Paper, as_values, cells, figure_values
from app.domain.counts.shares import change
from app.domain.counts.table import Table
from app.domain.exports import Head
from app.words import N_

COMPARED = (("hosted", N_("主办场次")), ("attendances", N_("人次")), ("people", N_("人数")))
MEMBERS = (N_("参加过的团员"), N_("团员"), N_("参与率"))
BRANCHES = (N_("办过活动的支部"), N_("支部"), N_("覆盖率"))

Say = Callable[[str], str]


def name_of(row, say: Say = str) -> str:
    """What a row is called: an org, a key, or what bears none."""
    if row.name is None:
        return say(N_("没有写明"))
    if getattr(row, "is_word", False):
        return say(row.name)
    season = getattr(row, "season", 0)
    return f"{row.name} {say(N_('第 %(n)s 季')) % {'n': season}}" if season else row.name


def table_paper(table: Table, say: Say = str) -> Paper:
    """The table with its header rows, as the workbook shows it. Orgs are indented; the last row is the
    node's own figures, as 人数 are not summed."""
    head, below, lines = [Head(say(BREAKDOWNS[table.by]), down=2)], [], []
    for words, names in (*GROUPS, *_groups(table, say)):
        head.append(Head(say(words), across=len(names)))
        below += [say(name) for name in names]
    own = 1 + len(GROUPS)
    head[own:own] = [Head(say(N_("人数")), down=2), Head(say(N_("小时")), down=2)]
    for row in table.rows:
        indent = "\u3000" * row.depth if table.is_of_orgs else ""
        lines.append(
            [indent + name_of(row, say), *_cells(table, row, table.before_of(row.code), say)]
        )
    total = _cells(table, table.total, table.total_before, say)
    return Paper([head, below], [], lines, [say(N_("合计")), *total])


def table_widths(table: Table) -> tuple[int, ...]:
    """The widths of table_paper()'s columns."""
    return WIDTHS + (9,) * sum(len(names) for _words, names in _groups(table, str))


def table_lines(table: Table, say: Say = str) -> Iterator[list]:
    """The lines of a CSV: codes and names first, no total beside an org's own row."""
    first = [say(N_("编号")), say(BREAKDOWNS[table.by])]
    first += [say(N_("上级编号"))] if table.is_of_orgs else []
    more = [
        say(name) if names in (MEMBERS, BRANCHES) else f"{say(words)} {say(name)}"
        for words, names in _groups(table, say) for name in names
    ]  # fmt: skip
    yield [*first, *(say(words) for _name, words in COLUMNS), *more]
    for row in table.rows:
        above = [row.parent or ""] if table.is_of_orgs else []
        figures = _cells(table, row, table.before_of(row.code), say)
        yield [row.code or "", name_of(row, say), *above, *figures]


def table_values(table: Table) -> list[dict]:
    """One entry a row for JSON: codes and plain numbers, the shares' numerators and denominators, and
    the other period's figures."""
    values = (
        as_values(table.rows)
        if table.is_of_orgs
        else [_key_values(r, table.by) for r in table.rows]
    )
    for row, value in zip(table.rows, values, strict=True):
        if table.is_of_orgs:
            share = table.shares_of(row.code)
            value |= {
                "active_members": share.members.part, "members": share.members.whole,
                "active_branches": share.branches.part, "branches": share.branches.whole,
                "counted_on": share.on.isoformat(),
            }  # fmt: skip
        if table.against:
            before = table.before_of(row.code)
            value["before"] = {name: getattr(before, name) for name, _words in COMPARED}
            value["change"] = {name: change(row, before, name).percent for name, _words in COMPARED}
    return values


def _key_values(row, by):
    named = {"by": by, "code": row.code, "name": row.name, "season": row.season or None}
    return named | figure_values(row)


def _groups(table, say):
    """The groups of columns beside the figures themselves."""
    found = []
    if table.is_of_orgs:
        found += [(MEMBERS[2], MEMBERS), (BRANCHES[2], BRANCHES)]
    if table.against:
        words, facts = table.against.words
        before = say(words) % facts
        found += [(name, (before, N_("增减百分比"))) for _figure, name in COMPARED]
    return found


def _cells(table, row, before, say):
    found = cells(row, say)
    if table.is_of_orgs:
        share = table.shares_of(row.code)
        for one in (share.members, share.branches):
            found += [one.part, one.whole, _percent(one.percent)]
    if table.against:
        for name, _words in COMPARED:
            more = change(row, before, name).percent
            found += [getattr(before, name), "–" if more is None else more]
    return found


def _percent(value):
    return "–" if value is None else f"{value:.1f}%"
