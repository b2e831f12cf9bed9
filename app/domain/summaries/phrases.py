"""How a number is said in the prose of a report: 10余场, 近20场, 百余次, 两家; more than 10 sessions.

The rule is domain.md §1e: b is the number cut to its leading digit, next is b and one more of it.
"""

# Unit → one and several in English; "" says the number alone.
UNITS = {
    "场": ("session", "sessions"), "人次": ("attendance", "attendances"), "人": ("person", "people"),
    "小时": ("hour", "hours"), "次": ("time", "times"), "家": ("", ""), "名": ("", ""),
    "篇": ("article", "articles"), "件": ("item", "items"), "项": ("item", "items"),
    "个": ("", ""), "元": ("yuan", "yuan"), "份": ("copy", "copies"),
}  # fmt: skip
SMALL = 10  # less than so many are told exactly
NOT_TWO = ("人次", "元")  # nobody says 两人次


def rounded(number: float) -> tuple[str, int]:
    """(how, the number said): how is exact, nearly (近), over (余) or hundred (百余)."""
    whole = int(number)
    if whole < SMALL:
        return "exact", whole
    step = 10 ** (len(str(whole)) - 1)
    base = whole // step * step
    if number == base:
        return "exact", base
    if 10 * number >= 9 * (base + step):
        return "nearly", base + step
    return ("hundred" if 100 < number < 180 else "over"), base


def phrase(number: float, unit: str, language: str = "zh", *, exact: bool = False) -> str:
    """The number with its unit as prose says it; exact: an honour is never rounded."""
    how, said = ("exact", number) if exact else rounded(number)
    if how == "exact":
        said = number
    return _english(how, said, unit) if language == "en" else _chinese(how, said, unit)


def plain(number: float) -> str:
    """1,046 or 7.5: the exact number."""
    return f"{number:,.1f}" if number != int(number) else f"{int(number):,}"


def _chinese(how, said, unit):
    if how == "exact" and said == 2 and unit not in NOT_TWO:
        return f"两{unit}"
    number = str(int(said)) if said == int(said) else f"{said:.1f}"
    words = {"exact": "{}", "nearly": "近{}", "over": "{}余", "hundred": "百余"}[how]
    return words.format(number) + unit


def _english(how, said, unit):
    words = {"exact": "{}", "nearly": "nearly {}", "over": "more than {}", "hundred": "over {}"}[
        how
    ]
    one, several = UNITS.get(unit, (unit, unit))
    return f"{words.format(plain(said))} {one if said == 1 else several}".strip()
