"""checks_of(): every kind of finding of a period and node, and who answers for each."""

from dataclasses import dataclass

from app.domain.checks import findings
from app.domain.checks.apart import DistinctEventPair, pairs_of
from app.domain.checks.chase import Chase, Owner, owners
from app.domain.checks.findings import Finding
from app.domain.checks.likeness import likely_duplicates
from app.domain.orgs import Org
from app.domain.periods import Period
from app.words import N_

# Kind → (its name, what to do about it, the question).
KINDS = {
    "unrecorded": (N_("未登记"), N_("办过，却没有签到、清点或手工数。补登记，或者取消没办成的。"), findings.unrecorded),
    "open_reviews": (N_("待核对"), N_("身份还没核对的签到，已经算在人次里。看一眼是不是本人。"), findings.open_reviews),
    "hours": (N_("时长没认定"), N_("签退了或者当了志愿者，认定时长还空着，小时数里没有他们。"), findings.unconfirmed_hours),
    "untagged": (N_("没有活动类型"), N_("不进任何一类的数。勾上几个，一次标好。"), findings.untagged),
    "duplicates": (N_("可能重复"), N_("像是同一个活动建了两遍，场次会多算。是的话合并，不是就写明，以后不再问。"), likely_duplicates),
    "counts": (N_("清点和签到对不上"), N_("同一场里两个数不一样：看看是漏签、多签，还是数错了。"), findings.differing_counts),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind: rows are the findings whose hosts, and org if they name one, the reader may see; elsewhere: how many rows the
    others are about (待核对: check-ins), known by number only."""

    code: str
    rows: tuple[Finding, ...]
    elsewhere: int

    @property
    def name(self) -> str:
        return KINDS[self.code][0]

    @property
    def advice(self) -> str:
        return KINDS[self.code][1]

    @property
    def total(self) -> int:
        """What stands on its tab: check-ins for 待核对 and hours, else findings; elsewhere too."""
        return sum(one.n for one in self.rows) + self.elsewhere


@dataclass(frozen=True)
class Checks:
    """All kinds in their order; owners: host id → who answers; chases: one for each owner; apart: the
    events that look alike and were said to be two."""

    kinds: tuple[Kind, ...]
    owners: dict[int, Owner]
    chases: tuple[Chase, ...]
    apart: tuple[DistinctEventPair, ...] = ()

    @property
    def is_clear(self) -> bool:
        return not any(kind.total for kind in self.kinds)

    def __getitem__(self, code: str) -> Kind:
        return next(kind for kind in self.kinds if kind.code == code)


def checks_of(period: Period, org: Org, *, scope: Org) -> Checks:
    """What to look at in the figures of org, for a reader of this scope. unrecorded and open_reviews
    have the totals of counts()."""
    found = {code: question(period, org) for code, (_n, _a, question) in KINDS.items()}
    known = owners(scope, {host for rows in found.values() for one in rows for host in _orgs(one)})
    kinds = tuple(
        Kind(
            code, tuple(one for one in rows if _orgs(one) <= known.keys()),
            sum(one.n for one in rows if not _orgs(one) <= known.keys()),
        )
        for code, rows in found.items()
    )  # fmt: skip
    hosted = {one.event_id for one in findings.sittings(period, org).values()}
    return Checks(kinds, known, _chases(kinds, known), tuple(pairs_of(hosted, scope)))


def _orgs(finding):
    return {finding.host, finding.org or finding.host, finding.other_host or finding.host}


def _chases(kinds, known):
    """By owner, whoever has most first."""
    by_owner: dict[str, dict] = {}
    people = {}
    for kind in kinds:
        for one in kind.rows:
            owner = known[one.host]
            people[owner.org] = owner
            by_owner.setdefault(owner.org, {}).setdefault(kind.code, []).append(one)
    named = {kind.code: kind for kind in kinds}
    found = [
        Chase(people[org], tuple((named[code], tuple(rows)) for code, rows in parts.items()))
        for org, parts in by_owner.items()
    ]
    return tuple(sorted(found, key=lambda chase: (-chase.total, chase.owner.name)))
