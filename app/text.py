"""Names, phones and codes as people type them: one spelling to show, one to match by."""

import os
import re
import unicodedata
from functools import lru_cache

# The phrase dictionary of pypinyin costs every process 45 MB and 0.3 s, and reads names as words
# (思 as sai, 朝 as zhao). Characters one by one, with the tables below, do better for names.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import lazy_pinyin

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
DOTS = str.maketrans(dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65\u0387", "·"))
PLAIN_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
DOT_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\s*\.\s*(?=[{HAN}])")
SPACE_AT_HAN = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])|\s+(?=·)|(?<=·)\s+")
SPACES = re.compile(r"\s+")
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
PHONE_FILLING = re.compile(r"[\s\-\u2010-\u2015\u2212.()·]+")
PHONE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
TAIL = re.compile(r"[0-9]{4}")
WORDS = re.compile(rf"[{HAN}]|[a-z]+|[0-9]+")

COMPOUND_SURNAMES = {
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒",
    "令狐", "夏侯", "长孙", "宇文", "轩辕", "端木", "南宫", "百里", "东郭", "西门",
    "独孤", "淳于", "单于", "澹台", "公冶", "宗政", "濮阳", "钟离", "闾丘", "鲜于",
    "申屠", "仲孙", "太叔", "呼延", "万俟", "闻人", "赫连", "拓跋", "完颜", "耶律",
    "第五",
}  # fmt: skip
# How a surname is read where the character alone is read otherwise.
SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "盖": "ge",
    "朴": "piao", "翟": "zhai", "覃": "qin", "缪": "miao", "折": "she", "员": "yun", "种": "chong",
    "乐": "yue", "秘": "bi", "阚": "kan", "句": "gou", "召": "shao", "薄": "bo", "卜": "bu",
    "祭": "zhai", "长孙": "zhang sun", "尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu",
    "澹台": "tan tai",
}  # fmt: skip
# Words in the names of places and organizations, and characters read wrongly on their own.
READINGS = {
    "重庆": "chong qing", "音乐": "yin yue", "行业": "hang ye", "银行": "yin hang",
    "支行": "zhi hang", "分行": "fen hang", "商行": "shang hang", "会计": "kuai ji",
    "校长": "xiao zhang", "成长": "cheng zhang", "厦门": "xia men", "调解": "tiao jie",
    "长": "chang", "都": "du", "晟": "sheng", "𠮷": "ji",
}  # fmt: skip
READING_WORDS = re.compile("|".join(sorted(READINGS, key=len, reverse=True)))


def tidy(text: str) -> str:
    """Return the text trimmed, without invisible characters, and with no space between Han.

    White space of every kind becomes one space; the characters stay as they were typed, so an
    organization keeps its full-width brackets.
    """
    if text.isalnum() and text.isascii():
        return text
    return SPACE_AT_HAN.sub("", SPACES.sub(" ", _visible(text))).strip()


def normalise_name(text: str) -> str:
    """Return a person's name as it is shown: NFKC, the dot of long names as U+00B7 (·).

    Rare characters of the extensions stay; gb2312 files turn · into ・ and Word into •, which
    is why every dot becomes the same one.
    """
    if PLAIN_HAN.fullmatch(text):
        return text
    return tidy(_one_dot(_folded(text)))


def name_key(text: str) -> str:
    """Return what two spellings of one name have in common; never shown, used to match."""
    if PLAIN_HAN.fullmatch(text):
        return text
    spelled = SPACES.sub("", _folded(text).casefold())
    return _one_dot(SPACES.sub("", _folded(spelled)))


def phone_digits(text: str) -> str | None:
    """Return the 11 digits of a mobile number, or None when it is not one.

    Full-width digits, spaces, dashes, brackets and +86 are taken; 13800138000.0, as a sheet
    of numbers says it, too.
    """
    found = PHONE.fullmatch(text) or PHONE.fullmatch(_phone_text(text))
    return found[1] if found else None


def phone_tail(text: str) -> str | None:
    """Return the last four digits: of a whole number, or the four that were typed."""
    if whole := phone_digits(text):
        return whole[-4:]
    typed = _phone_text(text)
    return typed if TAIL.fullmatch(typed) else None


def mask_name(text: str) -> str:
    """Return the surname and a star for each further character, three at most (王*, 欧阳**)."""
    name = normalise_name(text)
    shown = 2 if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else 1
    if len(name) < 2:
        return "*" * len(name)
    return name[:shown] + "*" * min(len(name) - shown, 3)


def mask_phone(text: str | None) -> str:
    """Return 138****8000 for a whole number, ****8000 for its last four, else nothing."""
    if whole := phone_digits(text or ""):
        return f"{whole[:3]}****{whole[-4:]}"
    tail = phone_tail(text or "")
    return f"****{tail}" if tail else ""


def pinyin_of(name: str) -> tuple[str, str]:
    """Return (whole, initials) of a name in lower-case ASCII: 曾小贤 → zengxiaoxian, zxx.

    ü is typed v (吕 → lv), digits stay as they are, a Latin word gives its first letter to the
    initials. A character whose reading is unknown is left out.
    """
    folded = unicodedata.normalize("NFKD", _folded(name).casefold())
    spelled = _read_surname(folded)
    spelled = READING_WORDS.sub(lambda word: f" {READINGS[word[0]]} ", spelled)
    syllables = [syllable for word in WORDS.findall(spelled) for syllable in _read(word)]
    return "".join(syllables), "".join(s if s.isdigit() else s[0] for s in syllables)


def latin_key(text: str) -> str:
    """Return typed pinyin or initials as they are stored, or "" for anything with Han in it.

    Blanks, tone marks and apostrophes go; ü is v: Xī'ān → xian, lǚ → lv.
    """
    spelled = unicodedata.normalize("NFD", _folded(text).casefold())
    spelled = re.sub("u([\u0300-\u0307]*)\u0308", r"v\1", spelled)
    bare = "".join(c for c in spelled if c.isalnum())
    return bare if bare.isascii() else ""


def spoken_code(text: str) -> str:
    """Return a code read aloud or copied by hand as it is stored: its letters and digits alone."""
    return re.sub(r"[^0-9A-Z]", "", _folded(text).upper())


def _read_surname(name):
    first = name.lstrip()
    for length in (2, 1):
        surname = first[:length]
        if surname in SURNAMES and len(first) > length and _is_person(first):
            return f"{SURNAMES[surname]} {first[length:]}"
    return name


def _is_person(name):
    # 单位团支部, 乐园社区支部: the name of an organization begins with no surname.
    return len(name) <= 4 and re.fullmatch(f"[{HAN}]+", name) is not None


def _read(word):
    return (word,) if word.isascii() else _syllables(word)


@lru_cache(maxsize=8192)
def _syllables(han):
    """The reading of one character; a district's names use a few thousand of them."""
    read = lazy_pinyin(han, errors="ignore")
    return tuple("".join(c for c in syllable if "a" <= c <= "z") for syllable in read if syllable)


def _visible(text):
    if text.isascii() and text.isprintable():
        return text
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return VARIATION.sub("", "".join(kept))


def _folded(text):
    return unicodedata.normalize("NFKC", _visible(text))


def _one_dot(text):
    return DOT_BETWEEN_HAN.sub("·", text.translate(DOTS))


def _phone_text(text):
    return PHONE_FILLING.sub("", re.sub(r"\.0+\s*$", "", _folded(text)))
