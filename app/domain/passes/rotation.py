"""The rotating code: passes that nobody stores, and the PIN for the back rows.

A pass is a step of 15 s and what this installation signed for (sitting, step, epoch). The step
stands in it, so one signature tells a forged pass from an old one. Any process and any screen makes
the same; another epoch (换码) makes every earlier one worthless. docs/decisions/0023-rotating-codes.md.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from app import keys
from app.keys import CODE_LETTERS

STEP_SECONDS = 15
LIVES_SECONDS = 60  # from the start of its step
AHEAD_SECONDS = 15  # a process whose clock runs ahead of ours made it
STEP_LETTERS = 6  # of five bits: until the year 2480
SEAL_BYTES, SEAL_LETTERS = 16, 26
PASS_LETTERS = STEP_LETTERS + SEAL_LETTERS
PIN_STEP_SECONDS = 60
PIN_LIVES_SECONDS = 120
PIN_DIGITS = 6
VALUES = {letter: value for value, letter in enumerate(CODE_LETTERS)}


@dataclass(frozen=True)
class Sitting:
    """What a pass is of: one sitting, in the epoch of its event's code."""

    occurrence_id: int
    epoch: int


def step_of(now: datetime) -> int:
    """The number of the step an instant falls into."""
    return int(now.timestamp()) // STEP_SECONDS


def pass_of(sitting: Sitting, now: datetime) -> str:
    """The pass to show at this instant: 32 letters of CODE_LETTERS."""
    step = step_of(now)
    seal = keys.signature(_words("qr1", sitting, step))[:SEAL_BYTES]
    return _letters(step, STEP_LETTERS) + _letters(int.from_bytes(seal), SEAL_LETTERS)


def judge_pass(sitting: Sitting, told: str, arrived: datetime) -> str:
    """fresh | stale | forged. Stale is one this installation did show, by this epoch."""
    step, seal = _read(told)
    if seal is None or not keys.is_signed(_words("qr1", sitting, step), seal):
        return "forged"
    age = arrived.timestamp() - step * STEP_SECONDS
    return "fresh" if -AHEAD_SECONDS <= age <= LIVES_SECONDS else "stale"


def left_of_pass(now: datetime) -> float:
    """Seconds until the pass shown now is accepted no more."""
    return LIVES_SECONDS - now.timestamp() % STEP_SECONDS


def pin_of(sitting: Sitting, now: datetime) -> str:
    """The six digits to show at this instant."""
    step = int(now.timestamp()) // PIN_STEP_SECONDS
    return _digits(keys.signature(_words("pin1", sitting, step)))


def is_pin(sitting: Sitting, told: str, arrived: datetime) -> bool:
    """Whether the digits were shown within the last two minutes."""
    newest = int(arrived.timestamp()) // PIN_STEP_SECONDS
    steps = [
        step
        for step in range(newest - PIN_LIVES_SECONDS // PIN_STEP_SECONDS, newest + 1)
        if arrived.timestamp() - step * PIN_STEP_SECONDS <= PIN_LIVES_SECONDS
    ]
    known = [_digits(s) for step in steps for s in keys.signatures(_words("pin1", sitting, step))]
    return told.isascii() and any(hmac.compare_digest(one, told) for one in known)


def _words(label, sitting, step):
    return f"{label}|{sitting.occurrence_id}|{step}|{sitting.epoch}"


def _letters(number, length):
    return "".join(CODE_LETTERS[number >> 5 * place & 31] for place in reversed(range(length)))


def _read(told):
    """(step, seal) of 32 letters; seal None for anything else."""
    told = told.upper()
    if len(told) != PASS_LETTERS or not VALUES.keys() >= set(told):
        return 0, None
    step, seal = _number(told[:STEP_LETTERS]), _number(told[STEP_LETTERS:])
    if seal >> 8 * SEAL_BYTES:  # 26 letters hold two bits more: one pass has one spelling
        return 0, None
    return step, seal.to_bytes(SEAL_BYTES)


def _number(letters):
    number = 0
    for letter in letters:
        number = number << 5 | VALUES[letter]
    return number


def _digits(signed):
    """HOTP's truncation (RFC 4226, 5.3): four bytes at a place the last one names."""
    place = signed[-1] & 15
    number = int.from_bytes(signed[place : place + 4]) & 0x7FFFFFFF
    return f"{number % 10**PIN_DIGITS:0{PIN_DIGITS}d}"
