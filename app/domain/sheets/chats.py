"""The people of one line of a chat or one row of cells, as far as its words tell.

张三 13812345678 · 1. 张　三（浏正街团支部） · 李雷,韩梅、林涛 · 王芳：收到
"""

import re
import unicodedata
from dataclasses import dataclass, field

from app.domain.sheets.surnames import is_name, joined, latin_together
from app.text import HAN
from app.words import N_

NO_WORDS = N_("只有符号或表情")
TITLE = N_("是接龙或名单的标题")
SENDER = N_("是谁在几点说的，不是名单")
TALK = N_("像聊天里的话")
LINK = N_("是网址")
UNLIKE = N_("没有认出姓名")
EXAMPLE = N_("是示例")

ID_NUMBERS = re.compile(
    r"(?<!\d)\d{6}[ \-]?(?:19|20)\d{2}[ \-]?\d{4}[ \-]?\d{3}[\dXx](?![\dXx])|\d{15,}[Xx]?"
)
PHONES = re.compile(r"(?<!\d)(?:\+?86[ \-]?|0086[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)")
ALMOST_PHONE = re.compile(r"1[3-9]\d{7,11}")
ADMISSION = re.compile(r"(?:19|20)\d{10}")
MONTH = re.compile(r"(?:19|20)\d\d(?:年|[./\-])(?:0?[1-9]|1[0-2])月?(?![\d])")
PICTURES = re.compile(rf"\[[{HAN}A-Za-z]{{1,4}}\]")
NUMBERED = re.compile(
    rf"\s*(?:NO\.?|No\.?|第)?[(\[【<]?(\d{{1,3}})(?:[)\]】>]\s*[.、,]?\s*|\s*[.、,:)\]】\-]+\s*|\s+(?=\S)|(?=[{HAN}]))(?!\d)"
)
NOT_A_NUMBER = re.compile(r"\s*\d{1,3}\s*(?:[班级届年月日号楼组人位个岁点时分]|:\d|[./\-]\d)")
TITLES = re.compile(
    r"\s*#?\s*(?:接龙|Group Note|群接龙|报名接龙|活动接龙|名单|参加名单|报名名单)[\s:。!]*$|\s*#\s*接龙"
)
EXAMPLES = re.compile(r"\s*(?:示例|样例|例如|例|格式|模板)[\s:]+\S")
AT = r"(?:\d{4}[年/\-.]\d{1,2}[月/\-.]\d{1,2}日?|\d{1,2}[月/\-]\d{1,2}日?|昨天|今天|前天|星期.|周.)?\s*(?:上午|下午|晚上|凌晨|中午)?\s*\d{1,2}:\d{2}(?::\d{2})?"
SENT_AT = re.compile(
    rf"^(.{{0,20}}?)\s*{AT}\s*$|^\s*\d{{4}}[年/\-.]\d{{1,2}}[月/\-.]\d{{1,2}}日?\s*$"
)
LABELS = re.compile(
    r"(?:团员姓名|姓名|名字|手机号码|手机号|手机|联系电话|电话号码|电话|联系方式|TEL|tel|"
    r"政治面貌|发展团员编号|团员编号|编号|性别|出生年月|生日)\s*[:=]"
    r"|身份证(?:号码?)?\s*:?"
)
HEADINGS = re.compile(
    r"(?:序号|姓名|名字|手机号码|手机号|手机|联系电话|电话|联系方式|支部|所在支部|所在团支部|性别|备注|[\s,、;|/])+"
)
BRANCH_LABEL = re.compile(r"(?:所在团支部|所在支部|所属支部|团支部|支部|单位)\s*:\s*([^\s,、;|]+)")
BRACKETS = re.compile(r"[(\[【<{]([^()\[\]【】<>{}]*)[)\]】>}]")
BRANCH = re.compile(r".*(?:支部|总支|团委|团工委|工委|委员会)")
NO_BRANCH = re.compile(r"(?:本|我|我们|我的|同|各|该)?(?:团)?支部|团委")
STANDING = re.compile(
    r"共青团员|团员|群众|(?:中共)?(?:预备)?党员|少先队员|入[团党]积极分子|青年|保留团籍(?:的)?党员"
)
SILENT = re.compile(rf"男|女|男生|女生|[{HAN}]{{1,4}}族|\d{{1,3}}|[^\w]+")
KINDS = (
    ("political_status", STANDING), ("branch", BRANCH), ("admission_number", ADMISSION),
    ("phone", ALMOST_PHONE),
)  # fmt: skip
HARD = re.compile(r"[,、;|/\\+&。!?~=]|\s[\-—–_]+\s|[—–_]+|(?<=\D)-|-(?=\D)")


@dataclass
class Person:
    """Cells by field, as the reader of sheets takes them, and the words that were not used."""

    cells: dict
    remarks: list[str] = field(default_factory=list)

    @property
    def remark(self) -> str:
        return " ".join(self.remarks)


def without_id_numbers(text: str) -> tuple[str, bool]:
    """The text without whatever may be an ID-card number, and whether there was one."""
    kept = ID_NUMBERS.sub("…", unicodedata.normalize("NFKC", text)) if _has_digits(text) else text
    return kept, kept != text and "…" in kept


def people_in(cells: list[str], *, is_cells: bool) -> tuple[list[Person], str]:
    """(the people of a line, why there are none). `is_cells`: the parts are cells of a row, so a
    name needs no proof, and a second name beside other things is somebody else's (a contact)."""
    text = "|".join(_plain(cell).replace("|", " ") for cell in cells)
    if not any(c.isalnum() for c in text):
        return [], NO_WORDS
    if why := _why_not_a_list(text):
        return [], why
    line = _Line(text, is_cells)
    return line.people(), line.why


def _plain(text):
    """NFKC, without pictures and emoji, line breaks as spaces."""
    text = PICTURES.sub(" ", unicodedata.normalize("NFKC", text))
    kept = (c if _is_letter(c) else " " for c in text)
    return " ".join("".join(kept).split())


def _is_letter(c):
    return unicodedata.category(c) not in ("So", "Cs", "Co", "Cn", "Cc", "Cf") and not (
        "\ufe00" <= c <= "\ufe0f" or "\U0001f000" <= c <= "\U0001faff"
    )


def _has_digits(text):
    return sum(c.isdigit() for c in text) >= 15


def _why_not_a_list(text):
    if re.search(r"https?:|www\.", text):
        return LINK
    if TITLES.match(text) or HEADINGS.fullmatch(text):
        return TITLE
    if EXAMPLES.match(text):
        return EXAMPLE
    if SENT_AT.match(text) and not PHONES.search(text):
        return SENDER
    return TALK if text.startswith("@") else ""


class _Line:
    """A line taken to pieces: what is certain first, the names out of the rest."""

    def __init__(self, text, is_cells):
        self.is_cells, self.why, self.remarks = is_cells, UNLIKE, []
        self.marks: list[tuple[str, str]] = []  # what was taken out of the text, by its place
        self.found: list[tuple[str, str]] = []  # (kind, words) in the line's order
        text, _ = without_id_numbers(text)
        number = None if NOT_A_NUMBER.match(text) else NUMBERED.match(text)
        text = text[number.end() :] if number else text
        text = self._kept(PHONES, "phone", text)
        self.is_sure = bool(number or is_cells or "\0" in text)
        text = LABELS.sub("|", BRANCH_LABEL.sub(self._branch_of, text))
        text = self._kept(MONTH, "birth_month", BRACKETS.sub(self._in_brackets, text))
        self._read(text)

    def _kept(self, pattern, kind, text):
        """Put a mark in the place of what is found, so that nothing else reads it."""

        def mark(found):
            self.marks.append((kind, found[0]))
            return f"|\0{len(self.marks) - 1}\0|"

        return pattern.sub(mark, text)

    def _branch_of(self, found):
        self.marks.append(("branch", found[1]))
        return f"|\0{len(self.marks) - 1}\0|"

    def _in_brackets(self, found):
        inside = found[1].strip()
        if "\0" in inside:
            return f"|{inside}|"
        if BRANCH.fullmatch(inside) and not NO_BRANCH.fullmatch(inside):
            self.marks.append(("branch", inside))
        elif STANDING.fullmatch(inside):
            self.marks.append(("political_status", inside))
        else:
            self.marks.append(("remark", inside))
        return f"|\0{len(self.marks) - 1}\0|"

    def _read(self, text):
        sender, colon, rest = text.partition(":")
        if colon and not self.is_cells and "\0" not in sender:
            self._read_said(sender, rest)
        else:
            self._read_parts(text)

    def _read_said(self, sender, rest):
        """王芳: … is what 王芳 said, but for 王芳: 138…; 参加人员: 李雷 is a list."""
        sender = joined(sender.split())
        has_sender = len(sender) == 1 and is_name(sender[0], is_sure=self.is_sure)
        before = len(self.found)
        self._read_parts(rest)
        said = self.found[before:]
        if any(kind == "name" for kind, _ in said):
            self.remarks += sender
        elif has_sender and all(kind != "remark" for kind, _ in said) and said:
            self.found.insert(before, ("name", sender[0]))
        else:
            self.found, self.why = [], TALK if has_sender else UNLIKE

    def _read_parts(self, text):
        for part in HARD.split(text):
            words = joined(part.replace(":", " ").split())
            for word in latin_together(words):
                self._read_word(word)

    def _read_word(self, word):
        if "\0" not in word:
            kind = self._kind_of(word)
            self.found += [(kind, word)] if kind else []
            return
        for piece in filter(None, re.split(r"(\0\d+\0)", word)):
            if piece.startswith("\0"):
                self.found.append(self.marks[int(piece.strip("\0"))])
            else:
                self._read_word(piece)

    def _kind_of(self, word):
        """What a word is of somebody; "" for what needs no mention (a number in a row, 男, 汉族)."""
        if is_name(word, is_sure=self.is_sure) and not STANDING.fullmatch(word):
            return "branch" if BRANCH.fullmatch(word) else "name"
        for kind, pattern in KINDS:
            if pattern.fullmatch(word) and not NO_BRANCH.fullmatch(word):
                return kind
        return "" if SILENT.fullmatch(word) else "remark"

    def people(self):
        """Everything goes to the name before it; what stands before the first name, to the first."""
        names = [words for kind, words in self.found if kind == "name"]
        if not names:
            return []
        others = [kind for kind, _ in self.found if kind != "name"]
        if self.is_cells and len(names) > 1 and others:
            return self._one_of_cells()
        people = [Person({"name": name}) for name in names]
        at = -1
        leads = self.found[0][0] == "phone" and others.count("phone") == len(names)
        for kind, words in self.found:
            if kind == "name":
                at += 1
                continue
            owner = (
                people[min(at + 1, len(people) - 1)]
                if leads and kind == "phone"
                else people[max(at, 0)]
            )
            _give(owner, kind, words)
        if others.count("branch") == 1:
            for person in people:
                person.cells["branch"] = next(w for kind, w in self.found if kind == "branch")
        people[0].remarks[:0] = self.remarks
        return people

    def _one_of_cells(self):
        person = Person({})
        for kind, words in self.found:
            _give(person, kind, words)
        return [person]


def _give(person, kind, words):
    if kind == "remark" or kind in person.cells:
        person.remarks.append(words)
    else:
        person.cells[kind] = words
