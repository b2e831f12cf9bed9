"""How the words in a roster's cells are read: 政治面貌, 职务, 类别, 领域, 出生年月."""

import re
from datetime import date

# A League roster lists Party members too while they keep their League membership.
STANDING_WORDS = (
    (re.compile(r"^非|入团积极分子|青年$"), "youth"),
    (re.compile(r"中共|团籍|^(?:正式|预备)?党员"), "party_member"),
    (re.compile(r"团员|入党积极分子"), "member"),
    (re.compile(r"群众"), "masses"),
    (re.compile(r"少先队|少年先锋"), "pioneer"),
    (re.compile(r"民主党派|无党派|民[革盟建进]|农工|致公|九三|台盟"), "other"),
)
NO_POSTS = {"团员", "普通团员", "成员", "普通成员", "无职务", "学生", "否"}
BETWEEN_POSTS = re.compile(r"[、,，;；/\n]+")
MOST_POST = 40
KIND_WORDS = (
    ("团区委", "district"), ("团市委", "district"), ("团县委", "district"),
    ("团工委", "work_committee"), ("工作委员会", "work_committee"),
    ("总支", "general_branch"), ("支部", "branch"),
    ("团委", "committee"), ("委员会", "committee"),
)  # fmt: skip
DOMAIN_WORDS = (
    ("楼宇", "building"), ("商圈", "building"), ("学校", "school"), ("院校", "school"),
    ("社会组织", "social"), ("社区", "community"), ("街道", "community"), ("乡镇", "village"),
    ("村", "village"), ("企", "enterprise"), ("机关", "government"), ("事业", "government"),
    ("其他", "other"),
)  # fmt: skip


def standing_of(words: str | None) -> str | None:
    """The standing that a 政治面貌 gives somebody on a League roster; None for unknown words."""
    return next((code for known, code in STANDING_WORDS if words and known.search(words)), None)


def posts_of(words: str | None) -> tuple[str, ...]:
    """The League posts in a cell, sorted, each once: 书记、组织委员."""
    said = (part.strip()[:MOST_POST] for part in BETWEEN_POSTS.split(words or ""))
    return tuple(sorted({post for post in said if post and post not in NO_POSTS}))


def kind_of(words: str | None, full_name: str) -> str:
    """The kind of an organization by its 类别, or by its name where that says nothing."""
    for said in (words or "", full_name[-8:]):
        for word, kind in KIND_WORDS:
            if word in said:
                return kind
    return "other" if words else "branch"


def domain_of(words: str | None) -> str | None:
    """The domain of a 领域; None when it says none that is known."""
    return next((code for word, code in DOMAIN_WORDS if words and word in words), None)


def may_be_under_14(birth_month: str | None, day: date) -> bool:
    """Whether somebody born in that month (YYYY-MM) could still be 13 on the day.

    Only the month is known: in the month of the fourteenth birthday the answer is yes.
    """
    if not birth_month:
        return False
    year, month = map(int, birth_month.split("-"))
    return (day.year - year) * 12 + day.month - month <= 14 * 12
