"""Finds the person of every row: by admission number, by phone, by name in the branch.

Same-named people are never merged: where two would do, the row stays ambiguous and nobody is
touched. A key that contradicts another (same number, another name in another branch) is a doubt
too, not a proof.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from app.domain.rosters.branches import Node
from app.domain.rosters.on_file import OnFile
from app.domain.rosters.shapes import Words
from app.words import N_

AGAIN = N_("和第 %(line)s 行是同一个人，只算一次")
SAME_NUMBER = N_("发展团员编号和第 %(line)s 行相同")
TWO_BRANCHES = N_("同一个人也在第 %(line)s 行，支部不同")
NUMBER_OF_ANOTHER = N_("这个编号登记在“%(name)s”（%(branch)s）名下")
SEVERAL_BEARERS = N_("名册上有几个人用这个编号或手机号")
OUTSIDE = N_("这个编号或手机号已登记在你范围以外的支部，请上级来转")
SAME_NAME = N_("这个支部有同名的人，没有编号或手机号，分不清是哪一位")
PHONE_OF_ANOTHER = N_("手机号和“%(name)s”相同，按两个人算")


@dataclass(slots=True)
class Seeker:
    """A row in search of its person. Ends with `was` set (found), `is_doubtful`, or neither (new)."""

    row: object
    org: Node
    name_key: str
    number_hash: str | None
    phone_hash: str | None
    was: OnFile | None = None
    is_doubtful: bool = False
    twin_of: int | None = None  # the line that says the same person again
    reasons: list[Words] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.was is None and not self.is_doubtful and self.twin_of is None

    def doubt(self, text, **facts):
        self.is_doubtful = True
        self.reasons.append(Words(text, facts))


class Roll:
    """The people on file, found by key; `claimed` are those who have their row."""

    def __init__(self, people, branches):
        self.branches = branches
        self.claimed: set[int] = set()
        self.by_number = self._by_key(people, lambda p: p.admission_hash)
        self.by_phone = self._by_key(people, lambda p: p.phone_hash)
        self.by_name = _grouped(people, lambda p: (p.org_id, p.name_key))

    def _by_key(self, people, own):
        """Hashes of numbers and of phones never meet, so merged persons' keys go to both."""
        groups = _grouped(people, own)
        for person in people:
            for key in person.keys - {own(person)} if person.keys else ():
                groups[key].append(person)
        return groups

    def is_outside(self, person: OnFile) -> bool:
        """Whether the person's branch of today lies outside the scope."""
        return person.org_id is not None and person.org_id not in self.branches.by_id

    def give(self, seeker: Seeker, person: OnFile) -> None:
        """Match, unless the person is somebody else's to move."""
        if self.is_outside(person):
            seeker.doubt(OUTSIDE)
        else:
            seeker.was = person
            self.claimed.add(person.id)


def match(seekers: list[Seeker], roll: Roll) -> None:
    """Give every seeker its person, a doubt, or leave it new. Strong keys go first for all."""
    _mark_twins(seekers)
    for seeker in seekers:
        if seeker.is_open and seeker.number_hash:
            _by_number(seeker, roll)
    for seeker in seekers:
        if seeker.is_open and seeker.phone_hash:
            _by_phone_and_name(seeker, roll)
    namesakes = defaultdict(int)
    for seeker in seekers:
        namesakes[seeker.org.id, seeker.name_key] += seeker.twin_of is None
    for seeker in seekers:
        if seeker.is_open:
            _by_name_in_branch(seeker, roll, namesakes[seeker.org.id, seeker.name_key])
    phones = _grouped(seekers, lambda s: s.phone_hash)
    for seeker in seekers:
        if seeker.is_open and seeker.phone_hash:
            _by_phone_alone(seeker, roll, len(phones[seeker.phone_hash]))


def _mark_twins(seekers):
    """Rows that say one person twice: the first counts; two branches or two names are a doubt."""
    for same in _grouped(seekers, lambda s: s.number_hash).values():
        if len(same) > 1:
            _settle(same, len({s.name_key for s in same}) > 1, SAME_NUMBER)
    for same in _grouped(seekers, lambda s: s.phone_hash and (s.phone_hash, s.name_key)).values():
        same = [s for s in same if s.is_open]
        if len(same) > 1 and len({s.number_hash for s in same} - {None}) < 2:
            same.sort(key=lambda s: s.number_hash is None)
            _settle(same, False, SAME_NUMBER)


def _settle(same, is_doubtful, why):
    first = same[0]
    if not is_doubtful and len({s.org.id for s in same}) > 1:
        is_doubtful, why = True, TWO_BRANCHES
    for seeker in same[1:]:
        if is_doubtful:
            seeker.doubt(why, line=first.row.line)
        else:
            seeker.twin_of = first.row.line
    if is_doubtful:
        first.doubt(why, line=same[1].row.line)


def _by_number(seeker, roll):
    found = roll.by_number.get(seeker.number_hash, ())
    if len(found) > 1:
        found = [p for p in found if p.name_key == seeker.name_key] or found
    if len(found) > 1:
        seeker.doubt(SEVERAL_BEARERS)
    elif found and _is_credible(seeker, found[0]):
        roll.give(seeker, found[0])
    elif found and roll.is_outside(found[0]):
        seeker.doubt(OUTSIDE)
    elif found:
        branch = roll.branches.name_of(found[0].org_id)
        seeker.doubt(NUMBER_OF_ANOTHER, name=found[0].name, branch=branch or "–")


def _is_credible(seeker, person):
    """The number alone is no proof when name, branch and phone all say somebody else."""
    return (
        person.name_key == seeker.name_key
        or person.org_id == seeker.org.id
        or (seeker.phone_hash is not None and person.phone_hash == seeker.phone_hash)
    )


def _by_phone_and_name(seeker, roll):
    found = [
        person
        for person in roll.by_phone.get(seeker.phone_hash, ())
        if person.name_key == seeker.name_key and person.id not in roll.claimed
    ]
    if len(found) > 1:
        found = [p for p in found if p.org_id == seeker.org.id] or found
    if len(found) > 1:
        seeker.doubt(SEVERAL_BEARERS)
    elif found:
        roll.give(seeker, found[0])


def _by_name_in_branch(seeker, roll, rows_so_named):
    members = roll.by_name.get((seeker.org.id, seeker.name_key), ())
    free = [person for person in members if person.id not in roll.claimed]
    has_key = seeker.number_hash or seeker.phone_hash
    if len(members) == 1 and rows_so_named == 1 and free and not _differ(seeker, free[0], any):
        roll.give(seeker, free[0])
    elif any(not _differ(seeker, person, all) for person in free) or (
        not has_key and rows_so_named > 1
    ):
        seeker.doubt(SAME_NAME)


def _differ(seeker, person, how):
    """Whether the keys contradict: any = the number does, all = number and phone both do."""
    number = bool(
        seeker.number_hash and person.admission_hash and seeker.number_hash != person.admission_hash
    )
    if how is any:
        return number
    phone = bool(seeker.phone_hash and person.phone_hash and seeker.phone_hash != person.phone_hash)
    return number and phone


def _by_phone_alone(seeker, roll, rows_with_phone):
    """In one branch a phone alone tells of a corrected name; elsewhere families share phones."""
    others = roll.by_phone.get(seeker.phone_hash, ())
    here = [p for p in others if p.org_id == seeker.org.id and p.id not in roll.claimed]
    if len(here) == 1 and rows_with_phone == 1 and not _differ(seeker, here[0], any):
        roll.give(seeker, here[0])
        return
    seeker.reasons += [
        Words(PHONE_OF_ANOTHER, {"name": p.name}) for p in others if not roll.is_outside(p)
    ][:1]


def _grouped(things, key):
    groups = defaultdict(list)
    for thing in things:
        if found := key(thing):
            groups[found].append(thing)
    return groups
