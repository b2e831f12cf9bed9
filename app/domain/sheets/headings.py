"""Finds the header row among titles and blanks, and says which column is which field."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.sheets.refusals import BadMapping
from app.domain.sheets.shapes import ORGS, PEOPLE, Column
from app.text import PLAIN_HAN, tidy
from app.words import N_


@dataclass(frozen=True)
class Field:
    """What a column may fill: `label` is the usual heading, `aliases` the other ones met."""

    key: str
    label: str
    aliases: str = ""
    is_required: bool = False


FIELDS = {
    PEOPLE: (
        Field("name", N_("姓名"), "团员姓名 名字 学生姓名 成员姓名 人员姓名 真实姓名 name", True),
        Field(
            "phone",
            N_("手机号码"),
            "手机号 手机 联系电话 电话 电话号码 移动电话 联系方式 联系手机 联系号码 手机电话 "
            "本人电话 本人手机 本人手机号 本人联系电话 phone mobile",
        ),
        Field(
            "admission_number",
            N_("发展团员编号"),
            "团员编号 发展编号 入团编号 团员发展编号 发展团员号 团员证编号",
        ),
        Field(
            "branch",
            N_("所在团支部"),
            "团支部 支部 所属支部 所属团支部 所在支部 团支部名称 支部名称 组织名称 所在组织 "
            "所属组织 团组织 团组织名称 所在团组织 所属团组织 组织全称 团支部全称 所在团支部名称 "
            "所在团支部全称 组织关系所在团支部 branch",
            True,
        ),
        Field("birth_month", N_("出生年月"), "出生日期 出生年月日 出生时间 生日"),
        Field("political_status", N_("政治面貌"), "政治身份 面貌"),
        Field(
            "post",
            N_("现任团内职务"),
            "团内职务 职务 现任职务 团干部职务 团职务 担任职务 现任团干部职务",
        ),
        Field("joined_month", N_("入团年月"), "入团时间 入团日期 入团年月日"),
        Field(
            "consent",
            N_("监护人同意"),
            "监护人是否同意 监护人同意书 监护人同意情况 家长同意 家长是否同意 家长同意书",
        ),
    ),
    ORGS: (
        Field("full_name", N_("组织全称"), "全称 组织名称 团组织全称 团组织名称 单位全称", True),
        Field("short_name", N_("组织简称"), "简称 团组织简称"),
        Field(
            "parent",
            N_("上级组织"),
            "上级 上级团组织 上级组织名称 上级组织全称 上级团组织全称 上级团组织名称 隶属组织 "
            "直属上级 所属上级 上级单位",
            True,
        ),
        Field("kind", N_("组织类别"), "类别 组织类型 团组织类别 团组织类型"),
        Field("domain", N_("领域"), "所属领域 行业领域 领域类别 组织领域"),
        Field("opened_on", N_("成立日期"), "成立时间 成立年月 建立日期 建立时间 组建日期 组建时间"),
    ),
}
# Headings that help to tell the header row; nothing of their columns is kept.
DROPPED = {
    PEOPLE: (
        "序号 编号 性别 民族 身份证号 身份证号码 身份证 证件号码 证件号 学历 文化程度 学位 年龄 "
        "籍贯 邮箱 电子邮箱 邮箱地址 email QQ QQ号 QQ号码 微信 微信号 微博 微博账号 是否团干部 "
        "任现职年月 任职时间 团干部性质 备注 学号 专业 家庭住址 住址 工作单位 户籍地 上级组织"
    ),
    ORGS: (
        "序号 编号 组织编码 组织代码 备注 联系人 联系电话 联系方式 电话 地址 书记 书记姓名 负责人 "
        "团员数 团员人数 换届时间 行业"
    ),
}
EXACT, ALIAS, BESIDE = 3, 2, 1
BRACKETS = re.compile(r"[(\[【{<《「].*?[)\]】}>》」]")
NOISE = re.compile(r"[\s*:/、。.,;#'\"_\-·?!]+|必填|选填")
INSTRUCTIONS = re.compile("说明|示例|样例|样表|字典|下拉|选项|参考|须知")


@dataclass(frozen=True)
class Header:
    """Where the header is (`line`, and `last_line` when it has two rows) and how sure it is."""

    kind: str
    line: int
    last_line: int
    score: int
    columns: tuple[Column, ...]


def heading_key(cell) -> str:
    """Return a heading without brackets, stars, colons and spaces: * 手机号 (必填) → 手机号."""
    if not isinstance(cell, str):
        return ""
    if PLAIN_HAN.fullmatch(cell):
        return cell
    return NOISE.sub("", BRACKETS.sub("", unicodedata.normalize("NFKC", tidy(cell)))).casefold()


def find_header(top: list) -> Header | None:
    """Return the best header row of either kind among the first rows of a table, if any is one.

    A heading counts more under its usual name than under an alias, and each field once. Two
    headings at least must be known, and one of them kept. Of equals the upper row wins.
    """
    keys = [[heading_key(cell) for cell in row] for row in top]
    headers = [_header(kind, at, keys, top) for kind in (PEOPLE, ORGS) for at in range(len(top))]
    return max(filter(None, headers), key=lambda header: header.score, default=None)


def mapped(header: Header, mapping: Mapping[int, str | None]) -> Header:
    """Return the header with the reader's own choice of fields; columns not named are dropped.

    Raises BadMapping for an unknown column or field, a field chosen twice, and for fields of
    people and of organizations side by side.
    """
    chosen = {index: field for index, field in mapping.items() if field}
    kinds = [kind for kind in KEYS if chosen and KEYS[kind].issuperset(chosen.values())]
    places = {column.index for column in header.columns}
    if not kinds or len(set(chosen.values())) < len(chosen) or not places.issuperset(chosen):
        raise BadMapping
    columns = tuple(Column(c.index, c.heading, chosen.get(c.index)) for c in header.columns)
    return Header(kinds[0], header.line, header.last_line, header.score, columns)


def is_instructions(title: str) -> bool:
    """Whether a worksheet is by its name no list but an explanation of one."""
    return INSTRUCTIONS.search(title) is not None


def _known(kind):
    known = {heading_key(name): (None, BESIDE) for name in DROPPED[kind].split()}
    for field in FIELDS[kind]:
        known |= {heading_key(alias): (field.key, ALIAS) for alias in field.aliases.split()}
    return known | {heading_key(field.label): (field.key, EXACT) for field in FIELDS[kind]}


KNOWN = {kind: _known(kind) for kind in FIELDS}
KEYS = {kind: {field.key for field in fields} for kind, fields in FIELDS.items()}


def _header(kind, at, keys, top):
    lower = _lower_row(kind, keys, at)
    headings = _stacked(top[at], top[lower], keys[lower], kind) if lower > at else top[at]
    points, places, beside = {}, {}, 0
    for index, key in enumerate(map(heading_key, headings)):
        field, worth = KNOWN[kind].get(key, (None, 0))
        beside += worth if field is None else 0
        if field and worth > points.get(field, 0):
            points[field], places[field] = worth, index
    if not points or len(points) + beside < 2:
        return None
    fields = {index: field for field, index in places.items()}
    width = max(len(row) for row in top)
    columns = tuple(
        Column(i, _shown(headings[i] if i < len(headings) else ""), fields.get(i))
        for i in range(width)
    )
    return Header(kind, at + 1, lower + 1, sum(points.values()) + beside, columns)


def _lower_row(kind, keys, at):
    """The next row, when it is the second row of the header: a group above, its parts below."""
    if at + 1 < len(keys) and not KNOWN[kind].keys().isdisjoint(keys[at]):
        known = [key for key in keys[at + 1] if key in KNOWN[kind]]
        if len(known) > 1 and len(known) == len(list(filter(None, keys[at + 1]))):
            return at + 1
    return at


def _stacked(upper, lower, lower_keys, kind):
    upper = [*upper, *[""] * (len(lower) - len(upper))]
    below = {i: cell for i, cell in enumerate(lower) if lower_keys[i] in KNOWN[kind]}
    return [below.get(i, cell) for i, cell in enumerate(upper)]


def _shown(cell):
    return tidy(cell)[:40] if isinstance(cell, str) else ""
