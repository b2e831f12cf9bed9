"""Acts of a district's life: each is done with the product's verb and, if taken, told to the diary."""

from datetime import date, datetime, timedelta

from app import clock, keys
from app.domain import audit, checkins, events, hours, leaves, members, orgs, tallies
from app.domain import staff as accounts
from app.domain.programmes import Campaign, Programme, Series
from app.domain.venues import Venue
from tests.domain.diary import Counted, Diary, Gathering, Row, Sitting, Someone, Unit
from tests.domain.diary_recount import due as expected_at

FIRST = datetime(2026, 6, 26, 10, 0)  # noqa: DTZ001  the diary's local clock
HOWS = ("rotating", "poster", "pin", "desk", "tick", "api", "paper", "import")
ROLES = ("audience", "volunteer", "lecturer")
STANDINGS = ("member", "party_member", "youth", "masses")
STARTS = (0, 600, 23 * 60 + 59)  # of the local day: its first minute, ten o'clock, its last
A_DAY = timedelta(days=1)
LENGTHS = (60, 90, 25 * 60)
TREE = [  # parent, kind, domain
    (None, "district", "government"), (0, "work_committee", "community"), (0, "committee", "school"),
    (1, "general_branch", "community"), (3, "branch", "community"), (1, "branch", "community"),
    (2, "branch", "school"),
]  # fmt: skip
HOMES = [(4, "member"), (4, "member"), (5, "member"), (5, "youth"), (6, "party_member"), (6, "member")]  # fmt: skip
SYSTEM = audit.SYSTEM


class District:
    """The diary and the rows of the product that it tells of, by the same numbers."""

    def __init__(self, session, stopped):
        self.session, self.stopped = session, stopped
        self.diary = Diary(FIRST)
        self._set_clock()
        self.orgs, self.people, self.events, self.sittings = [], [], [], []
        self.rows, self.heads, self.tallies = [], {}, []
        for parent, kind, domain in TREE:
            name = f"组织{len(self.orgs)}"
            above = None if parent is None else self.orgs[parent]
            self.orgs.append(orgs.add_org(name, kind=kind, domain=domain, parent=above, by=SYSTEM))
            self.diary.units.append(Unit([(None, parent)], kind, domain))
        for number, (org, standing) in enumerate(HOMES):
            person = members.make_person(f"团员{number}", phone=f"1390000000{number}")
            members.join_branch(person, self.orgs[org], standing=standing)
            self.people.append(person)
            self.diary.people.append(Someone(homes=[[None, None, org, standing]]))
        self.programmes = [Programme(code=f"P{n}", name=f"类型{n}", ordering=n) for n in range(2)]
        self.series = [Series(code=f"S{n}", name="青年汇", season=n) for n in range(2)]
        self.campaigns = [Campaign(code="C0", name="主题")]
        self.venues = [Venue(code="V0", name="青年之家", org_id=self.orgs[1].id)]
        self.by = accounts.Staff(
            code="STAFF", username="z", username_key="z", name="赵书记", role="district",
            org_id=self.orgs[0].id, created_at=clock.now(),
        )  # fmt: skip
        session.add_all([*self.programmes, *self.series, *self.campaigns, *self.venues, self.by])
        session.flush()

    def _set_clock(self):
        self.stopped.at = clock.from_local(self.diary.now.date(), self.diary.now.time())

    def forward(self, **delta):
        self.diary.forward(**delta)
        self._set_clock()

    @property
    def today(self) -> date:
        return self.diary.now.date()


# What is done. Arguments are small numbers; each names its own things by remainder.


def gather(it, a, b, c, d):
    """An event is made: planned, on, or entered afterwards."""
    first = it.today + timedelta(days=b % 4 - 1)
    starts = datetime.combine(first, datetime.min.time()) + timedelta(minutes=STARTS[c % 3])
    ends = starts + timedelta(minutes=LENGTHS[d % 3])
    host, size = a % len(TREE), len(TREE)
    invited = [{}, {host: "persons"}, {host: "persons", (host + c) % size: "persons"},
               {(a + d) % size: "persons", c % size: "seats"}][(a + c) % 4]  # fmt: skip
    told = Gathering(
        host, invited, tuple(n for n in (0, 1) if (d >> n) & 1), (None, 0, 1)[b % 3],
        (None, 0)[c % 2], (None, 0)[d % 2], checks_out=bool(b % 5),
        is_late=ends <= it.diary.now and bool(c % 2), state="draft" if (b, c % 5) == (3, 4) else "held",
    )  # fmt: skip
    event = events.make_event(
        f"活动{len(it.events)}", host=it.orgs[host], starts_at=_utc(starts), ends_at=_utc(ends),
        by=None, actor=SYSTEM, invited=[(it.orgs[o], mode) for o, mode in invited.items()],
        programmes=[it.programmes[n] for n in told.programmes],
        series=None if told.series is None else it.series[told.series],
        campaign=None if told.campaign is None else it.campaigns[0],
        venue=None if told.venue is None else it.venues[0], checks_out=told.checks_out,
        late_reason="忘了" if told.is_late else "", draft=told.state == "draft",
    )  # fmt: skip
    # An org below another that is invited with its people is invited already.
    told.invited = {it.orgs.index(row.org): row.mode for row in event.invitations}
    it.events.append(event)
    it.diary.events.append(told)
    _sit(it, event.occurrences[0], len(it.events) - 1, starts, ends)


def add_sitting(it, a, b, c, d):
    """One more sitting of an event, another day or the same."""
    number = a % len(it.events)
    first = it.today + timedelta(days=b % 4 - 1)
    starts = datetime.combine(first, datetime.min.time()) + timedelta(minutes=STARTS[c % 3])
    ends = starts + timedelta(minutes=LENGTHS[d % 3])
    made = events.add_occurrence(
        it.events[number], starts_at=_utc(starts), ends_at=_utc(ends), by=SYSTEM
    )
    _sit(it, made, number, starts, ends)


def _sit(it, occurrence, event, starts, ends):
    it.sittings.append(occurrence)
    it.diary.sittings.append(Sitting(event, starts, ends))


def come(it, a, b, c, d):
    """A member or a known guest is checked in."""
    sitting, person = near(it.diary, a), it.diary.final(b % len(it.people))
    org = (None, d % len(TREE))[c % 2]
    _check_in(it, sitting, person, org, HOWS[c % 8], ROLES[d % 3], is_doubtful=c % 3 == 0)


def near(diary, number):
    """A sitting that is on, or one of these days, more often than any."""
    now, sittings = diary.now, list(enumerate(diary.sittings))
    on = [n for n, one in sittings if one.starts <= now <= one.ends]
    lately = [n for n, one in sittings if abs(one.starts - now) < 2 * A_DAY]
    some = (on or lately, on or lately, lately, [])[number % 4] or range(len(sittings))
    return some[number // 4 % len(some)]


def guest(it, a, b, c, d):
    """Somebody of no roster comes, with a full phone (once known, always the same) or without."""
    sitting = near(it.diary, a)
    checkins.must_be_on(it.sittings[sitting])
    number, has_phone = len(it.people), bool(d % 2)
    phone = f"1370000{number:04}" if has_phone else ""
    person = members.make_person(f"来宾{number}", phone=phone)
    person.guest_key = keys.match_key("guest", f"{person.name_key}|{phone}") if has_phone else None
    person.is_unidentified = not has_phone
    it.session.add(person)
    it.session.flush()
    it.people.append(person)
    it.diary.people.append(Someone(is_lost=not has_phone, is_guest=True))
    org = (None, b % len(TREE))[c % 2]
    _check_in(it, sitting, number, org, HOWS[c % 8], "audience", is_doubtful=c % 3 > 0)


def _check_in(it, sitting, person, org, how, role, *, is_doubtful):
    checkins.must_be_on(it.sittings[sitting])
    row = checkins.record_check_in(
        it.sittings[sitting], it.people[person], at=clock.now(), how=how, by=SYSTEM, role=role,
        org=None if org is None else it.orgs[org], reasons=("identity",) if is_doubtful else (),
    )  # fmt: skip
    home = it.diary.home(person, it.diary.sittings[sitting].day)
    it.rows.append(row)
    it.diary.rows.append(
        Row(
            sitting, person, home[0] if home else org, home[1] if home else None, how, role,
            it.diary.now, "open" if is_doubtful else "none",
        )
    )  # fmt: skip


def void(it, a, *_rest):
    checkins.void_check_in(it.rows[a % len(it.rows)], by=SYSTEM, reason="错了")
    it.diary.rows[a % len(it.rows)].is_void = True


def restore(it, a, *_rest):
    """The first voided row from here on counts again."""
    gone = [n for n, row in enumerate(it.diary.rows) if row.is_void]
    number = gone[a % len(gone)]
    checkins.restore_check_in(it.rows[number], by=SYSTEM)
    it.diary.rows[number].is_void = False


def count(it, a, b, c, _d):
    """Heads are counted: a first number, another one, or none after all."""
    sitting, org = a % len(it.sittings), b % len(TREE)
    old = it.heads.get((sitting, org))
    number = None if c % 5 == 0 else 3 + c
    was = it.diary.heads[old].number if old is not None else None
    told = [tallies.Told(it.orgs[org].code, number, was)]
    if not tallies.count_heads(it.sittings[sitting], told, by=SYSTEM):
        return
    if old is not None:
        it.diary.heads[old].is_void = True
        del it.heads[sitting, org]
    if number is not None:
        it.heads[sitting, org] = len(it.diary.heads)
        it.diary.heads.append(Counted(org, number, "清点", sitting))


def report(it, a, b, c, d):
    """A figure is reported: of a sitting, or of an org over days."""
    unit, number = ("人次", "人次", "篇")[c % 3], 10 + d
    if b % 2:
        told = Counted(None, number, unit, a % len(it.sittings))
        row = tallies.report(_reported(it, told), by=it.by.actor)
    else:
        last = it.today - timedelta(days=b % 3)
        told = Counted(a % len(TREE), number, unit, None, (None, 0, 1)[d % 3], last - timedelta(days=c % 4), last)  # fmt: skip
        row = tallies.report(_reported(it, told), by=it.by.actor)
    it.tallies.append(row)
    it.diary.tallies.append(told)


def correct(it, a, _b, c, d):
    """A reported figure is mended, or taken back."""
    number = a % len(it.tallies)
    old, told = it.tallies[number], it.diary.tallies[number]
    if c % 2:
        tallies.take_back(old, "重复", by=it.by.actor)
        told.is_void = True
        return
    new = Counted(told.org, 50 + d, told.unit, told.sitting, told.programme, told.from_on, told.to_on)  # fmt: skip
    it.tallies.append(tallies.correct(old, _reported(it, new), by=it.by.actor))
    told.is_void = True
    it.diary.tallies.append(new)


def _reported(it, told):
    if told.sitting is not None:
        whose = {"occurrence": it.sittings[told.sitting]}
    else:
        tag = None if told.programme is None else it.programmes[told.programme]
        whose = {"org": it.orgs[told.org], "programme": tag, "from_on": told.from_on, "to_on": told.to_on}  # fmt: skip
    return tallies.Reported(told.unit, told.number, evidence="表", **whose)


def excuse(it, a, b, c, _d):
    """Leave of somebody expected is noted, or taken back."""
    diary, standing = it.diary, sorted(it.diary.leaves)
    if c % 4 == 0:
        sitting, person = standing[a % len(standing)]
        leaves.withdraw(leaves.find_leave(it.sittings[sitting], it.people[person]), by=SYSTEM)
        diary.leaves.discard((sitting, person))
        return
    sitting = a % len(it.sittings)
    due = sorted(expected_at(diary, sitting))
    person, kind = due[b % len(due)], ("personal", "sick", "official")[c % 3]
    leaves.note(it.sittings[sitting], it.people[person], kind, by=it.by.actor)
    diary.leaves.add((sitting, person))


def stay(it, a, b, c, d):
    """Somebody comes to a sitting that is on and checks out some time later."""
    diary, now = it.diary, it.diary.now
    on = [n for n, one in enumerate(diary.sittings)
          if one.starts <= now <= one.ends and diary.events[one.event].checks_out]  # fmt: skip
    sitting, person = on[a % len(on)], diary.final(b % len(it.people))
    _check_in(it, sitting, person, None, HOWS[c % 8], ROLES[d % 3], is_doubtful=False)
    it.forward(minutes=c % 80)
    hours.check_out(it.rows[-1], how="staff", by=it.by.actor)
    diary.rows[-1].left = diary.now


def call_off(it, a, b, c, _d):
    """An event or one sitting is cancelled; an event is withdrawn, put out again, or a draft goes out."""
    number, way = a % len(it.events), c % 4
    told = it.diary.events[number]
    mine = [n for n, sitting in enumerate(it.diary.sittings) if sitting.event == number]
    if told.state in ("draft", "withdrawn"):
        events.publish_event(it.events[number], by=SYSTEM)
        told.state = "held"
    elif way == 0:
        events.withdraw_event(it.events[number], by=SYSTEM)
        told.state = "withdrawn"
    elif way == 1:
        events.cancel_event(it.events[number], by=SYSTEM, reason="下雨")
        told.state = "cancelled"
    else:
        one = mine[b % len(mine)]
        events.cancel_occurrence(it.sittings[one], by=SYSTEM, reason="下雨")
        it.diary.sittings[one].is_off = True
        if all(it.diary.sittings[n].is_off for n in mine):
            told.state = "cancelled"


def _utc(local):
    return clock.from_local(local.date(), local.time())
