"""Codes that are the same every time the demo is made, and still look like any other."""

from app.keys import CODE_LETTERS

ODD = 387_420_489  # odd, so that times it modulo a power of two no two numbers meet


def spread_code(first: str, number: int) -> str:
    """A public code for the n-th thing whose codes begin so; n up to a thousand million."""
    letters, number = "", number * ODD % 32**6
    for _place in range(6):
        number, letter = divmod(number, 32)
        letters += CODE_LETTERS[letter]
    return first + letters


def spread_phone(number: int) -> str:
    """An invented mobile number for the n-th person: 199 and eight digits."""
    return f"199{number * 27_182_819 % 10**8:08d}"
