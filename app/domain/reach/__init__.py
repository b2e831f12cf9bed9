"""Can a phone reach this server? How phones get here, test codes, and what came through them."""

from app.domain.reach.address import tidy_address
from app.domain.reach.choice import choose
from app.domain.reach.model import ReachAddress, ReachTest
from app.domain.reach.standing import Standing, must_print, note_address, standing
from app.domain.reach.trials import (
    answer,
    latest_test,
    looks_like_a_phone,
    make_test,
    opened,
    stage_of,
    test_of,
)

__all__ = [
    "ReachAddress", "ReachTest", "Standing", "answer", "choose", "latest_test",
    "looks_like_a_phone", "make_test", "must_print", "note_address", "opened", "stage_of",
    "standing", "test_of", "tidy_address",
]  # fmt: skip
