"""Open doubts of one event by what they are about, so that a whole burst can be cleared at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.reviews import Doubt
from app.domain.signals.patterns import BURST_WITHIN
from app.words import N_

# Why a row is looked at, in plain words, the most telling first: a row with several reasons stands
# under the first of them.
WHYS = {
    "under_14": N_("可能未满14周岁。先有监护人同意，才能按名字签到。"),
    "burst": N_("一分钟里，一部手机签了三个人以上，或者一个支部签了六个人以上、手机最多只有人数的一半。也许是帮没带手机的人签，也许是代签。"),
    "shared_device": N_("这部手机在这一场先签过别人。也许是借手机给人，也许是代签。"),
    "identity": N_("名册里没有这个姓名和手机号，或者不止一个人像。看看是哪一位，或者就是来宾。"),
    "other_branch": N_("本人选的支部和名册上的不一样。也许刚转过去，也许选错了。"),
    "no_branch": N_("那一天名册上不在任何支部。"),
    "walk_in": N_("这一场只请了几个单位，他不在里面。"),
    "over_capacity": N_("签到时名额已经满了。"),
    "pin": N_("没扫大屏，用口令签的。口令能念给不在场的人听。"),
    "clock": N_("送来签到的设备，时间差了 10 分钟以上，签到时刻可能不准。"),
    "late": N_("活动已经结束才签的，或者迟到、补签。"),
}  # fmt: skip
ORDER = tuple(WHYS)


@dataclass(frozen=True)
class Group:
    """Doubts that one look may settle; phones: from how many phones they came (0: from none)."""

    reason: str
    doubts: tuple[Doubt, ...]

    @property
    def certain(self) -> int:
        """How many have exactly one certain match."""
        return sum(1 for doubt in self.doubts if doubt.certain is not None)

    @property
    def phones(self) -> int:
        return len({row.device_id for row in self._rows if row.device_id is not None})

    @property
    def first_at(self) -> datetime:
        return min(row.checked_in_at for row in self._rows)

    @property
    def last_at(self) -> datetime:
        return max(row.checked_in_at for row in self._rows)

    @property
    def _rows(self):
        return [doubt.check_in for doubt in self.doubts]


def groups_of(doubts: Iterable[Doubt]) -> list[Group]:
    """The doubts of an event by reason, in ORDER; each burst is a group of its own."""
    by_reason = {reason: [] for reason in ORDER}
    for doubt in doubts:
        reasons = set(doubt.check_in.reasons)
        by_reason[next((r for r in ORDER if r in reasons), "identity")].append(doubt)
    bursts = _bursts(by_reason.pop("burst"))
    groups = [Group(reason, tuple(found)) for reason, found in by_reason.items() if found]
    return sorted([*groups, *bursts], key=lambda group: ORDER.index(group.reason))


def _bursts(doubts):
    """Rows that hang together: the same sitting, and the same phone or branch within a minute."""
    found = []
    for doubt in sorted(doubts, key=lambda doubt: doubt.check_in.checked_in_at):
        near = [one for one in found if any(_hang(doubt.check_in, o.check_in) for o in one)]
        found = [one for one in found if one not in near]
        found.append([*(other for one in near for other in one), doubt])
    return [Group("burst", tuple(sorted(one, key=_order))) for one in sorted(found, key=lambda one: _order(one[0]))]  # fmt: skip


def _hang(row, other):
    is_same = row.device_id == other.device_id or (
        row.line_id is not None and row.line_id == other.line_id
    )
    is_near = abs(row.checked_in_at - other.checked_in_at) <= BURST_WITHIN
    return row.occurrence_id == other.occurrence_id and is_near and is_same


def _order(doubt):
    return doubt.check_in.checked_in_at, doubt.check_in.id
