"""The figures of a diary counted one by one, in the words of product.md §6; plain Python, no query."""

from collections import Counter
from datetime import timedelta

from tests.domain.diary import COUNTED

GRADES = {
    "rotating": "rotating", "poster": "poster", "pin": "poster", "desk": "desk", "tick": "desk",
    "api": "desk", "paper": "paper", "import": "paper",
}  # fmt: skip
TIMES = "人次"


class Recount:
    """A period of a diary. `scope`: only what lies below this org by its line of the day."""

    def __init__(self, diary, period, scope=0):
        self.diary = diary
        self.period = period
        self.scope = scope
        self.sittings = [
            n
            for n, sitting in enumerate(diary.sittings)
            if diary.is_held(n) and period.from_on <= sitting.day <= period.to_on
        ]
        self.rows = [r for r in diary.rows if not r.is_void and r.sitting in self.sittings]
        self.heads = [h for h in diary.heads if not h.is_void and h.sitting in self.sittings]
        self.tallies = [t for t in diary.tallies if not t.is_void and self._tells(t)]

    def _tells(self, tally):
        if tally.unit != TIMES:
            return False
        if tally.sitting is not None:
            return tally.sitting in self.sittings
        return self.period.from_on <= tally.from_on and tally.to_on <= self.period.to_on

    def of(self, org):
        """The figures of an org and all that lay below it."""
        return self._figures(
            [n for n in self.sittings if org in self.diary.host_path(n)],
            *([x for x in rows if org in self.diary.row_path(x)] for rows in self._records()),
        )

    def _records(self):
        return self.rows, self.heads, self.tallies

    def _figures(self, hosted, rows, heads, tallies):
        """The columns of a report over the sittings hosted and what was recorded anywhere."""
        diary = self.diary
        persons = {(r.sitting, diary.final(r.person)) for r in rows}
        known = {p for _s, p in persons if not diary.people[p].is_lost}
        lost = Counter(s for s, p in persons if diary.people[p].is_lost)
        most = max(lost.values(), default=0)
        return {
            "hosted": len(hosted),
            "unrecorded": sum(self._is_bare(n) for n in hosted),
            "took_part": len({r.sitting for r in rows} | {h.sitting for h in heads}),
            "attendances": len(rows),
            "open_reviews": sum(r.review == "open" for r in rows),
            "guests": sum(r.standing not in COUNTED for r in rows),
            "people": len(known) + most,
            "unidentified": most,
            "headcount": sum(h.number for h in heads),
            "tally": sum(t.number for t in tallies),
            "minutes": sum(r.granted or 0 for r in rows),
        }

    def _is_bare(self, number):
        """Over, and nothing whatever was written down: 未登记."""
        diary = self.diary
        told = any(x.sitting == number and not x.is_void for x in (*diary.heads, *diary.tallies))
        return diary.sittings[number].ends <= diary.now and not (diary.valid(number) or told)

    def _inside(self):
        """The sittings and records of the scope."""
        hosted = [n for n in self.sittings if self.scope in self.diary.host_path(n)]
        records = [[x for x in rows if self.scope in self.diary.row_path(x)] for rows in self._records()]  # fmt: skip
        return hosted, *records

    def by_event(self, bears):
        """The figures of the events that `bears` says yes to, a tally by its own tag first. bears(event,
        tag): tag is the programme a tally names."""
        hosted, rows, heads, tallies = self._inside()

        def mine(x):
            event = None if x.sitting is None else self._event(x.sitting)
            return bears(event, getattr(x, "programme", None))

        hosted = [n for n in hosted if bears(self._event(n), None)]
        return self._figures(hosted, *([x for x in xs if mine(x)] for xs in (rows, heads, tallies)))

    def _event(self, sitting):
        return self.diary.events[self.diary.sittings[sitting].event]

    def by_unit(self, trait, value):
        """The figures of what hosts and branches of one kind or domain did themselves."""
        hosted, *records = self._inside()

        def mine(path):
            return getattr(self.diary.units[path[0]], trait) == value

        hosted = [n for n in hosted if mine(self.diary.host_path(n))]
        return self._figures(hosted, *([x for x in xs if mine(self.diary.row_path(x))] for xs in records))  # fmt: skip

    def by_grade(self, grade):
        """The figures of what was recorded in one way; 场次 are those with such a record."""
        diary, (hosted, rows, heads, tallies) = self.diary, self._inside()
        rows = [r for r in rows if GRADES[r.how] == grade]
        ways = {n: {GRADES[r.how] for r in diary.valid(n)} for n in hosted}
        for n in hosted:
            ways[n] |= {"headcount"} & {"headcount" for h in diary.heads if h.sitting == n and not h.is_void}  # fmt: skip
            ways[n] |= {"manual" for t in diary.tallies if t.sitting == n and not t.is_void}
        mine = [n for n in hosted if grade in (ways[n] or {"none"})]
        heads, tallies = heads if grade == "headcount" else [], tallies if grade == "manual" else []
        return self._figures(mine, rows, heads, tallies)

    def shares(self, org):
        """参与率 and 覆盖率 as (part, whole): members who came over members of the last day; branches
        that hosted over branches of the last day."""
        diary = self.diary
        day = min(self.period.to_on, diary.now.date())
        came = {diary.final(r.person) for r in self.rows
                if r.standing in COUNTED and org in diary.row_path(r)}  # fmt: skip
        homes = [diary.home(p, day) for p, one in enumerate(diary.people) if one.final is None]
        members = [h for h in homes if h and h[1] in COUNTED and org in diary.path(h[0], day)]
        hosts = {diary.host_path(n)[0] for n in self.sittings if org in diary.host_path(n)}
        branches = [
            n for n, unit in enumerate(diary.units)
            if unit.kind == "branch" and org in diary.path(n, day)
            and (unit.closed_on is None or day < unit.closed_on)
        ]  # fmt: skip
        busy = [n for n in hosts if diary.units[n].kind == "branch"]
        came = {p for p in came if not diary.people[p].is_lost}
        return (len(came), len(members)), (len(busy), len(branches))

    def role(self, org, role, tag):
        """人次 of those who came in a role to events of a programme (None: to any)."""
        return sum(
            r.role == role and org in self.diary.row_path(r)
            and (tag is None or tag in self._event(r.sitting).programmes)
            for r in self.rows
        )  # fmt: skip


def due(diary, number):
    """{person: the way up of their branch} of whoever is expected one by one at a sitting: members of
    counted standing on its day whose branch lies below an invited org."""
    sitting = diary.sittings[number]
    invited, found = set(diary.events[sitting.event].invited), {}
    for person, one in enumerate(diary.people):
        home = diary.home(person, sitting.day)
        if one.final is None and home and home[1] in COUNTED:
            path = diary.path(home[0], sitting.day)
            if invited & set(path):
                found[person] = path
    return found


def expected(diary, number):
    """{org or None for the whole: (应到, 实到, 来宾, 请假)} of a sitting that invites persons only."""
    invited = set(diary.events[diary.sittings[number].event].invited)
    asked_for = due(diary, number)
    here = {diary.final(r.person): r for r in diary.valid(number)}
    away = {p for s, p in diary.leaves if s == number} - here.keys()
    asked = {p: diary.row_path(r) if r.org is not None else () for p, r in here.items()}
    present = {p: path for p, path in asked.items()
               if invited & set(path) and here[p].standing in COUNTED}  # fmt: skip

    def at(org):
        """People of orgs that were not invited gather under 其他: in the whole, at no node."""
        below = [{p for p, path in some.items() if org is None or (org in path and invited & set(path))}
                 for some in (asked_for, present, asked)]  # fmt: skip
        return (
            len(below[0]), len(below[1]), len(below[2] - below[1]), len(below[0] & away)
        )  # fmt: skip

    return {org: at(org) for org in (None, *range(len(diary.units)))}


def proposed(diary, row):
    """What the rule of hours gives: the planned length for 60 % of it, else what was measured."""
    sitting = diary.sittings[row.sitting]
    event, minute = diary.events[sitting.event], timedelta(minutes=1)
    planned = (sitting.ends - sitting.starts) // minute
    if row.left is None:
        return 0 if event.checks_out and not event.is_late else planned
    there = max(0, (min(row.left, sitting.ends) - max(row.came, sitting.starts)) // minute)
    return planned if there * 10 >= planned * 6 else there
