"""What a table of organizations would change in the tree: a question, it writes nothing."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain.orgs import Org
from app.domain.rosters.branches import org_key
from app.domain.rosters.org_differences import changes_of, wanted
from app.domain.rosters.refusals import BadDay
from app.domain.rosters.shapes import ORGS, Change, Entry, Plan, Words
from app.words import N_

AGAIN = N_("和第 %(line)s 行是同一个组织，只算一次")
NOT_ONE = N_("范围内叫这个名字的组织不止一个")
NO_PARENT = N_("没有写上级组织")
SEVERAL_ROOTS = N_("没有写上级的组织只能有一个（第 %(line)s 行已经是）")
UNKNOWN_PARENT = N_("范围内和文件里都没有“%(name)s”这个上级")
NOT_ONE_PARENT = N_("叫“%(name)s”的上级不止一个，请写全称")
CIRCLE = N_("上下级成了一个圈")
PARENT_BROKEN = N_("上级“%(name)s”那一行有问题")
ABOVE_SCOPE = N_("它是你范围的最上一级，不能从这里改上级")
ROOT_NAMED = N_("系统里只有设置时建的根，把它当作这个组织")


def plan_orgs(rows, *, scope: Org | None, as_of: date | None = None) -> Plan:
    """The Plan of these OrgRows below `scope` (None: the database holds no tree yet).

    Rows come in any order; a parent is meant by full name, else by a short name that fits one.
    Organizations are known again by full name, else by parent and short name when unique on both
    sides (a renaming). None ever leaves by an import. Raises BadDay for a day to come.
    """
    day = as_of or clock.today()
    if day > clock.today():
        raise BadDay
    return _Tree(rows, scope, day).plan()


class _Tree:
    """The rows, hung under each other and under what is there."""

    def __init__(self, rows, scope, day):
        self.scope, self.day = scope, day
        self.there = self._there()
        self.by_id = {org.id: org for org in self.there}
        self.broken: dict[int, Entry] = {}
        self.reasons: dict[int, list[Words]] = defaultdict(list)
        self.rows = self._once(rows)
        self.lines = {row.line: row for row in self.rows}
        self.named = {org_key(row.full_name): row for row in self.rows}
        self.short = _grouped(self.rows, lambda row: org_key(row.short_name))
        self.full_there = _grouped(self.there, lambda org: org_key(org.full_name))
        self.short_there = _grouped(self.there, lambda org: org_key(org.short_name))
        self.org_of: dict[int, Org] = {}
        self.line_of: dict[int, int] = {}
        self._know_again()
        self.parent_of = {row.line: self._parent(row) for row in self.rows}
        self._renamed()
        self._break_circles()

    def plan(self):
        lists = {"new": [], "changed": [], "moved": []}
        unchanged = 0
        for at, row in enumerate(self._from_the_top()):
            name, entry = self._compare(row, at)
            if name:
                lists[name].append(entry)
            else:
                unchanged += 1
        broken = tuple(self.broken[line] for line in sorted(self.broken))
        found = {name: tuple(entries) for name, entries in lists.items()}
        return Plan(
            ORGS, self.day, broken=broken, unchanged=unchanged, members=len(self.there), **found
        )

    def _there(self):
        if self.scope is None:
            return []
        query = select(Org).where(Org.path.like(self.scope.path + "%"), Org.closed_on.is_(None))
        return list(db.session.scalars(query))

    def _once(self, rows):
        """The rows with a name, each name once."""
        first, kept = {}, []
        for row in rows:
            key = org_key(row.full_name)
            if row.is_broken:
                self._break(row, *(Words(problem) for problem in row.problems))
            elif key in first:
                self._break(row, Words(AGAIN, {"line": first[key]}))
            else:
                first[key] = row.line
                kept.append(row)
        return kept

    def _break(self, row, *reasons, nearest=()):
        self.broken[row.line] = Entry(
            row.line, row.full_name or "", row.parent or "", reasons=reasons, nearest=nearest
        )

    def _know_again(self):
        """Find the organization that a row means by full name; a lone root answers to any."""
        for row in self.rows:
            orgs = self.full_there.get(org_key(row.full_name), ())
            if len(orgs) > 1:
                self._break(row, Words(NOT_ONE))
            elif orgs:
                self._is(row, orgs[0])
        roots = [row for row in self.rows if not row.parent]
        is_bare = len(self.there) == 1 and self.there[0].parent_id is None
        if is_bare and len(roots) == 1 and not self.org_of:
            self._is(roots[0], self.there[0])
            self.reasons[roots[0].line].append(Words(ROOT_NAMED))

    def _is(self, row, org):
        self.org_of[row.line], self.line_of[org.id] = org, row.line

    def _parent(self, row):
        """("row", line) or ("org", id) or None (keeps its parent, or is the root)."""
        if row.line in self.broken:
            return None
        org = self.org_of.get(row.line)
        if not row.parent:
            self._check_root(row, org)
            return None
        key = org_key(row.parent)
        if org is not None and org is self._top() and org.parent_id is not None:
            if key not in (org_key(org.parent.full_name), org_key(org.parent.short_name)):
                self._break(row, Words(ABOVE_SCOPE))
            return None
        return self._named_parent(row, key)

    def _named_parent(self, row, key):
        rows = [self.named[key]] if key in self.named else []
        orgs = self.full_there.get(key, [])
        if not rows and not orgs:
            rows, orgs = self.short.get(key, []), self.short_there.get(key, [])
        meant = {org.id for org in orgs}
        rows = [r for r in rows if r.line not in self.org_of or self.org_of[r.line].id not in meant]
        if len(rows) + len(orgs) == 1:
            return ("row", rows[0].line) if rows else self._row_or_org(orgs[0])
        text = NOT_ONE_PARENT if rows or orgs else UNKNOWN_PARENT
        self._break(row, Words(text, {"name": row.parent}))
        return None

    def _row_or_org(self, org):
        line = self.line_of.get(org.id)
        return ("org", org.id) if line is None else ("row", line)

    def _top(self):
        return next((org for org in self.there if org.id == self.scope.id), None)

    def _check_root(self, row, org):
        """A row without parent is the new root of an empty tree, or is on file already."""
        if org is not None:
            return
        roots = [r.line for r in self.rows if not r.parent]
        if self.there:
            self._break(row, Words(NO_PARENT))
        elif len(roots) > 1 and row.line != roots[0]:
            self._break(row, Words(SEVERAL_ROOTS, {"line": roots[0]}))

    def _renamed(self):
        """Rows that are new by full name, but one sibling bears their short name: renamings."""
        free = [org for org in self.there if org.id not in self.line_of]
        siblings = _grouped(free, lambda org: (org.parent_id, org_key(org.short_name)))
        new = [r for r in self.rows if r.line not in self.org_of and r.line not in self.broken]
        wanted = _grouped(new, lambda r: (self._parent_id(r), org_key(r.short_name)))
        for (parent_id, short), rows in wanted.items():
            orgs = siblings.get((parent_id, short), ())
            if parent_id and short and len(rows) == len(orgs) == 1:
                self._is(rows[0], orgs[0])

    def _parent_id(self, row):
        """The id of the parent, when the parent is there already."""
        kind, which = self.parent_of.get(row.line) or (None, None)
        if kind == "row":
            org = self.org_of.get(which)
            return org.id if org else None
        return which

    def _break_circles(self):
        """Break rows that hang on themselves, and those below a broken row."""
        for row in self.rows:
            seen, at = [], ("row", row.line)
            while at is not None and at not in seen:
                seen.append(at)
                at = self._above(at)
            if at is not None and at == ("row", row.line):
                self._break(row, Words(CIRCLE))
        for row in self.rows:
            if row.line in self.broken:
                continue
            at = self.parent_of[row.line]
            while at is not None and not (at[0] == "row" and at[1] in self.broken):
                at = self._above(at)
            if at is not None and row.line not in self.org_of:
                self._break(row, Words(PARENT_BROKEN, {"name": self._name(at)}))
            elif at is not None:  # it stays where it is
                self.parent_of[row.line] = None

    def _above(self, at):
        """The parent of a place, as things will be."""
        kind, which = at
        if kind == "row":
            parent = self.parent_of.get(which)
            if parent is not None or which not in self.org_of:
                return parent
            org = self.org_of[which]
        else:
            org = self.by_id[which]
        if org.parent_id not in self.by_id:
            return None
        return self._row_or_org(self.by_id[org.parent_id])

    def _from_the_top(self):
        """The good rows, parents before children, in the order of the file."""
        done, order = set(), []

        def add(row):
            if row.line in done or row.line in self.broken:
                return
            done.add(row.line)
            path, at = [row], self._above(("row", row.line))
            while at is not None:
                if at[0] == "row" and at[1] not in done and at[1] not in self.broken:
                    done.add(at[1])
                    path.append(self.lines[at[1]])
                at = self._above(at)
            order.extend(reversed(path))

        for row in self.rows:
            add(row)
        return order

    def _compare(self, row, at):
        """(list name or None, Entry)."""
        org, parent = self.org_of.get(row.line), self.parent_of[row.line]
        if parent and parent[0] == "row" and parent[1] in self.org_of:
            parent = ("org", self.org_of[parent[1]].id)
        problems = (*self.reasons[row.line], *(Words(problem) for problem in row.problems))
        above = self._name(parent) if parent else (row.parent or "")
        entry = Entry(
            row.line, row.full_name, above, reasons=problems, was=org, row=row,
            org_id=org.id if org else None, values={**wanted(row, org), "at": at, "parent": parent},
        )  # fmt: skip
        if org is None:
            return "new", entry
        changes = changes_of(org, entry.values)
        if parent and parent != ("org", org.parent_id):
            before = org.parent.full_name if org.parent else ""
            return "moved", replace(entry, changes=(Change("parent", before, above), *changes))
        return ("changed", replace(entry, changes=changes)) if changes else (None, entry)

    def _name(self, parent):
        kind, which = parent
        if kind == "org":
            return self.by_id[which].full_name
        return self.lines[which].full_name


def _grouped(things, key):
    groups = defaultdict(list)
    for thing in things:
        groups[key(thing)].append(thing)
    return groups
