"""What a row of figures holds. Definitions: every field says its own."""

from dataclasses import dataclass, field
from dataclasses import fields as fields_of

from app.words import N_


def figure(words: str):
    """A number, 0 unless counted, with its definition in words."""
    return field(default=0, metadata={"words": words})


@dataclass(frozen=True)
class Figures:
    """The figures of one node or one programme in one period. 人数 are recomputed, never summed."""

    hosted: int = figure(N_("主办场次：本单位和下级主办、已经开始、没有取消的场次，按开始那天算。"))
    unrecorded: int = figure(N_("未登记：办过，却没有签到、清点或手工数的场次。"))
    took_part: int = figure(N_("参与场次：至少有一次有效签到或清点的场次，不论谁主办。"))
    attendances: int = figure(
        N_("人次：有效签到，一人一场算一次。不属于任何支部的来宾算在主办单位。")
    )
    open_reviews: int = figure(N_("其中待核：还没核对身份的人次，已经算在人次里。"))
    guests: int = figure(N_("来宾等：人次里不是团员（含保留团籍党员）的部分。"))
    people: int = figure(
        N_("人数：去重后的人，每一级重新计算，不等于各行相加。认不出的来宾只取一场里最多的数。")
    )
    unidentified: int = figure(
        N_("没留手机号的来宾（取一场里最多的数）；大于 0 时人数是“不少于”。")
    )
    headcount: int = figure(N_("清点：现场清点的人数，另列，不混进人次。"))
    tally: int = figure(N_("手工数：有佐证材料的填报人次，另列，不混进人次。"))
    minutes: int = figure(N_("认定时长：组织者确认的分钟数。"))

    @property
    def people_at_least(self) -> bool:
        """Whether 人数 is a lower bound (不少于)."""
        return self.unidentified > 0

    @property
    def has_no_record(self) -> bool:
        """Hosted something, and nothing at all was ever written down: 未登记, never 0."""
        return self.unrecorded > 0 and not (self.attendances or self.headcount or self.tally)


@dataclass(frozen=True)
class OrgCounts(Figures):
    """The figures of a node's whole subtree, by the lines of the day."""

    org: str = ""  # code
    name: str = ""
    short_name: str = ""
    parent: str | None = None  # code; None for the root of the tree
    depth: int = 0  # 0 for the scope itself

    @property
    def code(self) -> str:
        return self.org


@dataclass(frozen=True)
class KeyCounts(Figures):
    """The figures of one key of a breakdown inside a scope. code None: of what bears no key."""

    code: str | None = None
    name: str | None = None
    season: int = 0  # of a series; 0: no seasons
    is_word: bool = False  # whether the name is a word of the catalogue, not somebody's


DEFINITIONS = tuple(f.metadata["words"] for f in fields_of(Figures))
