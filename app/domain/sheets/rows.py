"""Makes a person or an organization of the kept cells of one row, with what is wrong with it."""

import re
import unicodedata
from functools import lru_cache

from app.domain.sheets.cells import MOST_TEXT, day_of, holds_id_number, month_of, text_of
from app.domain.sheets.headings import KNOWN, heading_key
from app.domain.sheets.shapes import ORGS, PEOPLE, OrgRow, PersonRow
from app.text import PLAIN_HAN, normalise_name, phone_digits
from app.words import N_

MOST_NAME = 40
MOST_ORG_NAME = 100
NO_NAME = N_("缺姓名")
BAD_NAME = N_("姓名一格里不是姓名，可能列对错了")
LONG_NAME = N_("姓名超过 40 个字")
BAD_PHONE = N_("手机号不是 11 位的手机号码，已留空")
BAD_NUMBER = N_("发展团员编号里有不该有的字，已留空")
BAD_MONTH = N_("年月看不懂，已留空")
BAD_DAY = N_("日期看不懂，已留空")
TOO_LONG = N_("有一格的字太多，已留空")
HELD_ID = N_("有一格像身份证号，已丢弃")
NO_ORG = N_("缺组织全称")
LONG_ORG = N_("组织名称超过 100 个字")
LETTER = re.compile(r"[^\W\d_]")
PLAIN_NUMBER = re.compile(r"[0-9]{12}(?:[0-9]{4})?")
NUMBER = re.compile(r"[0-9A-Z]{4,24}")
REFUSED = {"否", "不", "不同意", "未同意", "没同意", "未", "n", "no", "false", "0", "×", "x", "✗"}
EXAMPLE = re.compile(r"(?:示例|样例|例如|例)\s*[:：]|[(（](?:示例|样例|例)[)）]|(?:示例|样例)$")


def people(taken, fields) -> tuple[PersonRow, ...]:
    """Return the persons among the rows taken ([line, cells], cells in the order of `fields`).

    A row of nothing but a branch is a merge running on or a prepared blank line: left out. So
    are examples and the header printed again on a further page.
    """
    rows = []
    for line, cells in taken:
        row = dict(zip(fields, cells, strict=True))
        if any(cell for field, cell in row.items() if field != "branch") and not is_noise(
            PEOPLE, row, "name"
        ):
            person = person_of(line, row)
            if person.name or not _is_blank(person):
                rows.append(person)
    return tuple(rows)


def orgs(taken, fields) -> tuple[OrgRow, ...]:
    """Return the organizations among the rows taken, in the order of the file."""
    rows = []
    for line, cells in taken:
        row = dict(zip(fields, cells, strict=True))
        if (row.get("full_name") or row.get("short_name")) and not is_noise(ORGS, row, "full_name"):
            rows.append(_org(line, row))
    return tuple(rows)


def _is_blank(person):
    """Nothing but a branch stands there (or 无 and /, which say as little)."""
    return person == PersonRow(person.line, None, branch=person.branch, problems=(NO_NAME,))


def is_noise(kind, row, key) -> bool:
    """Whether the row is an example, or the header printed again."""
    name = row.get(key)
    if not isinstance(name, str):
        return False
    if KNOWN[kind].get(heading_key(name), ("", 0))[0] == key:
        return True
    return EXAMPLE.match(name.strip()) is not None


def person_of(line, row) -> PersonRow:
    """The person of cells by field."""
    problems = []
    name, wrong = _name(row.get("name", ""))
    phone_text = text_of(row.get("phone", ""))
    phone = phone_digits(phone_text) if phone_text else None
    phone_problem = BAD_PHONE if phone_text and not phone else None
    problems += filter(None, (wrong, phone_problem))
    return PersonRow(
        line,
        name,
        phone,
        phone_problem,
        _admission_number(row.get("admission_number", ""), problems),
        _text(row.get("branch", ""), problems, MOST_ORG_NAME),
        _month(row.get("birth_month", ""), problems),
        _text(row.get("political_status", ""), problems),
        _text(row.get("post", ""), problems),
        _month(row.get("joined_month", ""), problems),
        _consent(row.get("consent", ""), problems),
        tuple(dict.fromkeys(problems)),
    )


def _org(line, row):
    problems = []
    full_name = _text(row.get("full_name", ""), problems, MOST_ORG_NAME, LONG_ORG)
    if not full_name and not problems:
        problems.append(NO_ORG)
    opened = row.get("opened_on", "")
    opened_on = day_of(opened) if opened else None
    if opened_on is None and text_of(opened):
        problems.append(BAD_DAY)
    return OrgRow(
        line,
        full_name,
        _text(row.get("short_name", ""), problems, MOST_ORG_NAME, LONG_ORG),
        _text(row.get("parent", ""), problems, MOST_ORG_NAME, LONG_ORG),
        _text(row.get("kind", ""), problems, MOST_NAME),
        _text(row.get("domain", ""), problems, MOST_NAME),
        opened_on,
        tuple(dict.fromkeys(problems)),
    )


def _name(cell):
    """Return (name, None) or (None, what is wrong)."""
    if isinstance(cell, str) and PLAIN_HAN.fullmatch(cell):
        return cell, None
    name = normalise_name(text_of(cell))
    if not name:
        return None, NO_NAME
    if any(c.isdigit() for c in name) or not LETTER.search(name):
        return None, HELD_ID if holds_id_number(name) else BAD_NAME
    return (None, LONG_NAME) if len(name) > MOST_NAME else (name, None)


def _text(cell, problems, most=MOST_TEXT, too_long=TOO_LONG):
    text, wrong = _tidied(cell, most, too_long)
    if wrong:
        problems.append(wrong)
    return text


@lru_cache(maxsize=4096, typed=True)
def _tidied(cell, most, too_long):
    text = text_of(cell)
    if holds_id_number(text):
        return None, HELD_ID
    return (None, too_long) if len(text) > most else (text or None, None)


def _admission_number(cell, problems):
    if isinstance(cell, str) and PLAIN_NUMBER.fullmatch(cell):
        return cell
    text = text_of(cell)
    if not text:
        return None
    number = re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text)).upper()
    if PLAIN_NUMBER.fullmatch(number):
        return number
    if holds_id_number(number):
        problems.append(HELD_ID)
    elif not NUMBER.fullmatch(number):
        problems.append(BAD_NUMBER)
    else:
        return number
    return None


def _month(cell, problems):
    month = month_of(cell) if cell else None
    if month is None and text_of(cell):
        problems.append(BAD_MONTH)
    return month


def _consent(cell, problems):
    said = _text(cell, problems)
    return None if said is None or said.casefold() in REFUSED else said
