"""What a list of people would change: a question, it writes nothing."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from app import clock
from app.domain.orgs import Org
from app.domain.rosters import on_file
from app.domain.rosters.branches import Branches
from app.domain.rosters.cells import may_be_under_14, posts_of, standing_of
from app.domain.rosters.differences import differences, shown
from app.domain.rosters.matching import AGAIN, Roll, Seeker, match
from app.domain.rosters.refusals import BadDay
from app.domain.rosters.shapes import PEOPLE, BranchFigures, Entry, Plan, Words
from app.keys import match_key
from app.text import name_key
from app.words import N_

MOST_NAME_KEY = 60  # the column's width: casefolding can make a name longer
NO_BRANCH = N_("缺支部")
LATER = N_("这个人的组织关系从 %(day)s 开始，晚于变动日")
RETURNS = N_("以前在名册上，重新加入")
STRANGE_STATUS = N_("政治面貌“%(words)s”看不懂，新加入的按团员算")
UNDER_14 = N_("可能未满 14 周岁，没有监护人同意")


def plan_people(
    rows, *, scope: Org, complete: bool = False, as_of: date | None = None, young=()
) -> Plan:
    """The Plan of these PersonRows for the subtree of `scope`.

    A file speaks only for the branches it names; members of those whom no row names leave only
    when it is `complete`. Changes hold from `as_of` (default today). `young` are rows a draft kept
    no name of (see drafts). Raises BadDay for a day to come. Rules: docs/decisions/0007.
    """
    day = as_of or clock.today()
    if day > clock.today():
        raise BadDay
    return _Planning(rows, scope, day, young).plan(complete)


class _Planning:
    """One reading of the rows against the roster, list by list."""

    def __init__(self, rows, scope, day, young):
        self.day, self.young = day, young
        self.lists = {name: [] for name in ("new", "changed", "moved", "ambiguous", "broken")}
        self.lists |= {"unknown_branch": [], "possibly_under_14": [], "noted": []}
        self.unchanged, self.figures = 0, Counter()
        self.branches = Branches(scope)
        self.has_posts = any(row.post for row in rows)
        self.lost = []  # rows without a place: they change nobody, and nobody leaves for them
        self.seekers = self._placed(rows)
        self._find_people()

    def plan(self, complete):
        for seeker in self.seekers:
            self._sort(seeker)
        self._sort_young()
        absent = self._absent()
        for name, lines in self.lists.items():
            self.lists[name] = tuple(sorted(lines, key=lambda entry: entry.line))
        return Plan(
            PEOPLE, self.day, complete, absent=absent, unchanged=self.unchanged,
            members=len(self.members), branches=self._branch_figures(), **self.lists,
        )  # fmt: skip

    def _placed(self, rows):
        """The rows with a name and a branch; the others go on their lists."""
        default = None if any(row.branch for row in rows) else self.branches.only_one
        seekers = []
        for row in rows:
            org, why = self._place(row, default)
            seeker = Seeker(row, org, *self._keys(row))
            if org is not None and not row.is_broken:
                seekers.append(seeker)
                continue
            self.lost.append(seeker)
            reasons = tuple(Words(problem) for problem in row.problems)
            entry = Entry(row.line, row.name or "", row.branch or "", reasons=reasons, row=row)
            if row.is_broken or not row.branch:
                self._list("broken", entry, *([] if row.branch else [Words(NO_BRANCH)]))
            else:
                self._list("unknown_branch", entry, why)
        return seekers

    def _place(self, row, default):
        return self.branches.find(row.branch) if row.branch else (default, None)

    def _keys(self, row):
        return (
            name_key(row.name)[:MOST_NAME_KEY] if row.name else "",
            match_key("number", row.admission_number) if row.admission_number else None,
            match_key("phone", row.phone) if row.phone else None,
        )

    def _find_people(self):
        """Load whom the rows may mean, in a few statements, and match."""
        self.named = {seeker.org.id for seeker in self.seekers}
        self.named |= {node.id for node in self._young_branches()}
        self.members = on_file.members_of_branches(self.named)
        everybody = [*self.seekers, *self.lost]
        sure = {(p.admission_hash or p.phone_hash, p.name_key) for p in self.members}
        asking = [s for s in everybody if (s.number_hash or s.phone_hash, s.name_key) not in sure]
        others = on_file.bearers(
            {s.number_hash for s in asking if s.number_hash},
            {s.phone_hash for s in asking if s.phone_hash},
            self.members,
        )
        self.roll = Roll([*self.members, *others], self.branches)
        self.had_members = on_file.branches_with_a_past(self.named)
        match(self.seekers, self.roll)

    def _young_branches(self):
        found = (self.branches.find(young.branch)[0] for young in self.young if young.branch)
        return [node for node in found if node]

    def _sort(self, seeker):
        """Put a seeker on its list."""
        row, was = seeker.row, seeker.was
        entry = Entry(
            row.line, row.name, seeker.org.full_name, reasons=tuple(seeker.reasons),
            row=row, was=was, org_id=seeker.org.id,
        )  # fmt: skip
        if seeker.twin_of is not None:
            self._list("broken", entry, Words(AGAIN, {"line": seeker.twin_of}))
        elif seeker.is_doubtful:
            self._list("ambiguous", entry)
        elif self._is_too_young(seeker):
            self._list("possibly_under_14", entry, Words(UNDER_14))
        elif was is None or was.org_id is None:
            self._join(entry, was)
        else:
            self._compare(entry, was)

    def _is_too_young(self, seeker):
        row, was = seeker.row, seeker.was
        month = row.birth_month or (was and was.birth_month)
        return (
            may_be_under_14(month, self.day)
            and not row.consent
            and not (was and was.consent_on)
        )  # fmt: skip

    def _join(self, entry, was):
        """Somebody new in the branch; a branch that never had members is open to the past."""
        row = entry.row
        returned = was is not None and was.last_day is not None
        from_on = self.day if returned or entry.org_id in self.had_members else None
        if returned:
            from_on = max(self.day, was.last_day)
        values = {
            "standing": standing_of(row.political_status) or "member",
            "from_on": from_on, "posts": posts_of(row.post), "consent": self._consent(row, None),
        }  # fmt: skip
        changes = differences(row, was, self.has_posts, self._consent(row, was)) if was else ()
        returns = [Words(RETURNS)] if returned else []
        self._list("new", replace(entry, changes=changes, values=values), *returns)
        self._note(entry)

    def _compare(self, entry, was):
        """Somebody on file: what is different now."""
        row, is_moved = entry.row, was.org_id != entry.org_id
        consent = self._consent(row, was)
        changes = differences(row, was, self.has_posts, consent)
        standing = standing_of(row.political_status) or was.standing
        dated = is_moved or standing != was.standing
        if dated and was.from_on is not None and was.from_on > self.day:
            self._list("broken", entry, Words(LATER, {"day": was.from_on.isoformat()}))
            return
        if is_moved:
            changes = (shown("branch", self.branches.name_of(was.org_id), entry.branch), *changes)
        self._note(entry)
        if not changes:
            self.unchanged += 1
            return
        posts = posts_of(row.post) if self.has_posts else was.posts
        values = {"standing": standing, "posts": posts, "consent": consent}
        self._list(
            "moved" if is_moved else "changed", replace(entry, changes=changes, values=values)
        )

    def _consent(self, row, was):
        """The words of the consent where it is needed and not yet recorded, else None."""
        month = row.birth_month or (was and was.birth_month)
        if row.consent and not (was and was.consent_on) and may_be_under_14(month, self.day):
            return row.consent
        return None

    def _note(self, entry):
        """Say which cells of a row that is taken could not be."""
        reasons = [Words(problem) for problem in entry.row.problems]
        status = entry.row.political_status
        if status and standing_of(status) is None:
            reasons.append(Words(STRANGE_STATUS, {"words": status[:20]}))
        if reasons:
            self.lists["noted"].append(
                Entry(entry.line, entry.name, entry.branch, reasons=tuple(reasons))
            )

    def _list(self, name, entry, *reasons):
        near = self.branches.nearest(entry.branch) if name == "unknown_branch" else ()
        if reasons or near:
            entry = replace(entry, reasons=(*entry.reasons, *reasons), nearest=near)
        self.lists[name].append(entry)
        if entry.org_id is not None:
            self.figures[entry.org_id, name] += 1

    def _sort_young(self):
        for young in self.young:
            node, _ = self.branches.find(young.branch) if young.branch else (None, None)
            branch = node.full_name if node else young.branch
            entry = Entry(young.line, young.masked_name, branch, org_id=node.id if node else None)
            self._list("possibly_under_14", entry, Words(UNDER_14))

    def _absent(self):
        """Members of the named branches for whom no row speaks, not even a doubtful one."""
        spoken_for = self.roll.claimed | {young.person_id for young in self.young}
        for seeker in self.seekers:
            if seeker.is_doubtful:
                spoken_for |= self._possibly(seeker)
        namesakes = defaultdict(set)
        for person in self.members:
            namesakes[person.name_key].add(person.id)
        for seeker in self.lost:
            spoken_for |= self._possibly(seeker) | namesakes.get(seeker.name_key, set())
        gone = [
            person
            for person in self.members
            if person.id not in spoken_for
            and (person.from_on is None or person.from_on <= self.day)
        ]
        for person in gone:
            self.figures[person.org_id, "absent"] += 1
        gone.sort(key=lambda person: (person.org_id, person.id))
        return tuple(self._gone(person) for person in gone)

    def _gone(self, person):
        branch = self.branches.name_of(person.org_id)
        return Entry(None, person.name, branch, was=person, org_id=person.org_id)

    def _possibly(self, seeker):
        """Everybody whom a row without a certain person might mean, in its branch or by a key."""
        here = (seeker.org and seeker.org.id, seeker.name_key)
        found = [
            *self.roll.by_number.get(seeker.number_hash, ()),
            *self.roll.by_phone.get(seeker.phone_hash, ()),
            *self.roll.by_name.get(here, ()),
        ]
        return {person.id for person in found}

    def _branch_figures(self):
        now = Counter(person.org_id for person in self.members)
        ids = sorted(self.named, key=self.branches.name_of)
        return tuple(self._figures_of(org_id, now[org_id]) for org_id in ids)

    def _figures_of(self, org_id, members):
        figures = [
            self.figures[org_id, name]
            for name in ("new", "moved", "changed", "absent", "possibly_under_14")
        ]
        return BranchFigures(self.branches.name_of(org_id), members, *figures)
