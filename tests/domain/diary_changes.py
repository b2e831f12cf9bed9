"""What happens to the tree, to who belongs where, to doubts, and to the past itself."""

from copy import deepcopy
from datetime import timedelta

from app.domain import corrections, hours, members, orgs, reviews
from tests.domain.diary_acts import STANDINGS, SYSTEM, TREE, _utc
from tests.domain.diary_recount import proposed


def transfer(it, a, b, c, d):
    """组织关系转接: another branch or standing from a day on, or no branch any more."""
    person, day = it.diary.final(a % len(it.people)), it.today - timedelta(days=c % 3)
    one = it.diary.people[person]
    if one.is_lost or one.is_guest:
        return
    spans = one.homes
    still = [span for span in spans if span[1] is None]
    end = [max(day, span[0]) if span[0] else day for span in still]
    if d % 6 == 5:
        home = [m for m, _org in members.memberships_of(it.people[person]) if m.home and m.to_on is None]  # fmt: skip
        for membership in home:
            members.end_membership(membership, on=day)
        for span, last in zip(still, end, strict=True):
            span[1] = last
        return
    if still and still[0][0] and day < still[0][0]:
        return  # a transfer before the last one would leave two homes on one day
    org, standing = 4 + b % 3, STANDINGS[d % 4]
    members.join_branch(it.people[person], it.orgs[org], on=day, standing=standing)
    for span, last in zip(still, end, strict=True):
        span[1] = last
    spans.append([day, None, org, standing])


def move(it, a, b, c, _d):
    """An org hangs under another from today on, or from a day that was."""
    org, parent, day = a % len(TREE), b % len(TREE), it.today - timedelta(days=c % 3)
    orgs.move_org(it.orgs[org], it.orgs[parent], by=SYSTEM, on=day)
    parents = it.diary.units[org].parents
    if parents[-1][1] != parent:
        parents.append((day, parent))


def rename(it, a, b, *_rest):
    orgs.rename_org(it.orgs[a % len(TREE)], f"新名{b}", by=SYSTEM)


def close(it, a, b, *_rest):
    """A branch is closed, merged into another or not."""
    org = a % len(TREE)
    into = it.orgs[b % len(TREE)] if b % 2 and b % len(TREE) != org else None
    orgs.close_org(it.orgs[org], by=SYSTEM, into=into)
    it.diary.units[org].closed_on = it.today


def clear(it, a, b, c, _d):
    """A doubt is cleared: right as it stands, not so, or it is somebody of the roster."""
    doubts = [n for n, r in enumerate(it.diary.rows) if r.review == "open" and not r.is_void]
    number = doubts[a % len(doubts)]
    row, told = it.rows[number], it.diary.rows[number]
    if c % 3 == 0:
        reviews.accept(row, by=it.by)
        told.review = "accepted"
    elif c % 3 == 1:
        reviews.reject(row, "不是", by=it.by)
        told.is_void = True
    else:
        person = it.diary.final(b % len(it.people))
        reviews.confirm(row, it.people[person], by=it.by)
        _confirmed(it.diary, told, person)


def _confirmed(diary, row, person):
    guest = row.person
    _becomes(diary, row, person)
    row.review = "accepted"
    if guest == person or diary.people[guest].final is not None or not diary.people[guest].is_guest:
        return
    diary.people[guest].final = person
    for one in diary.people:
        one.final = person if one.final == guest else one.final
    for other in [r for r in diary.rows if r.person == guest]:
        if other.review == "open" and not other.is_void:
            other.review = "accepted"
        _becomes(diary, other, person)


def _becomes(diary, row, person):
    """The row is this person's: their branch and standing of its day, if they had any; where they
    came already it is void."""
    others = [r for r in diary.valid(row.sitting) if r is not row and diary.final(r.person) == person]  # fmt: skip
    row.is_void = row.is_void or bool(others)
    row.person = person
    _at_home(diary, row, person)


def _at_home(diary, row, person):
    day = diary.sittings[row.sitting].day
    home = diary.home(person, day)
    if home:
        row.org, row.standing = home
        row.path = None  # the line of its day as the tree is known now
    return home


def grant(it, a, b, c, _d):
    """Hours are confirmed: one row's by hand, or what the rule proposes for all who may have them."""
    if c % 2:
        number = a % len(it.rows)
        hours.grant(it.rows[number], b * 7, by=it.by, reason="核过")
        it.diary.rows[number].granted = b * 7
        return
    sitting = a % len(it.sittings)
    hours.grant_proposed(it.sittings[sitting], by=it.by)
    event = it.diary.events[it.diary.sittings[sitting].event]
    measures = event.checks_out and not event.is_late
    for row in it.diary.valid(sitting):
        is_due = row.left is not None if measures else row.role == "volunteer"
        is_over = row.left is not None or it.diary.sittings[sitting].ends <= it.diary.now
        if row.granted is None and is_due and is_over:
            row.granted = proposed(it.diary, row)


def merge(it, a, b, *_rest):
    """Two records of one person become one: one row stays at each sitting."""
    diary = it.diary
    kept, gone = (diary.final(n % len(it.people)) for n in (a, b))
    corrections.merge_people(it.people[kept], it.people[gone], by=it.by, reason="一个人")
    for row in diary.rows:
        if diary.final(row.person) == gone:
            row.person = kept
    for sitting in range(len(diary.sittings)):
        mine = [r for r in diary.valid(sitting) if diary.final(r.person) == kept]
        for row in sorted(mine, key=_worth)[1:]:
            row.is_void = True
    for one in diary.people:
        one.final = kept if one.final == gone else one.final
    diary.people[gone].final = kept
    # Belongs where either did; on days both did, the one that stays wins.
    diary.people[kept].homes += diary.people[gone].homes
    diary.people[kept].is_guest &= diary.people[gone].is_guest
    diary.leaves = {(s, kept if p == gone else p) for s, p in diary.leaves}


def _worth(row):
    """A member's before a guest's, with hours granted, without doubt, the earliest."""
    return row.standing is None, row.granted is None, row.review == "open", row.came


def amend(it, a, b, c, d):
    """It was another host's, or another day: what was recorded counts there."""
    diary, number = it.diary, a % len(it.sittings)
    sitting, host = diary.sittings[number], b % len(TREE)
    event = diary.events[sitting.event]
    shift = timedelta(days=c % 4 - 2)
    corrections.amend_event(
        it.sittings[number], host=it.orgs[host], starts_at=_utc(sitting.starts + shift),
        ends_at=_utc(sitting.ends + shift), by=it.by, reason="记错了",
    )  # fmt: skip
    sitting.starts, sitting.ends = sitting.starts + shift, sitting.ends + shift
    event.host = host
    for other in diary.sittings:
        if other.event == sitting.event:
            other.path = None
    diary.settle()
    if not shift:
        return
    for row in [r for r in diary.rows if r.sitting == number]:
        if _at_home(diary, row, diary.final(row.person)):
            continue
        row.path = None
        if row.standing is not None:
            row.standing, row.review = None, "open"
    for head in [h for h in diary.heads if h.sitting == number]:
        head.path = None


def mend(it, a, b, c, d):
    """A correction, kept or taken back at once: then the diary is as it was."""
    before, act = deepcopy(it.diary), (merge, amend)[d % 2]
    act(it, a, b, c, d)
    if d % 3:
        return
    found = corrections.corrections_in(it.orgs[0])[0]
    corrections.undo(found, by=it.by, reason="没有错")
    it.diary = before
