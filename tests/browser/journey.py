"""A journey in a real browser: what a person taps and types is counted, and how long it took.

With FURONG_JOURNEYS naming a file, each journey appends a line to it: name, taps, seconds.
"""

import json
import os
import time
from pathlib import Path


class Journey:
    """Counts taps (a tap, a click, a choice in a list) and the seconds from its making."""

    def __init__(self, name, page):
        self.name, self.page, self.taps, self.typed = name, page, 0, 0
        self.began = time.monotonic()

    def open(self, address):
        """Scanning or typing an address is no tap."""
        return self.page.goto(address)

    def tap(self, target):
        """Tap something: a locator or a selector."""
        self.taps += 1
        self._found(target).click()

    def fill(self, target, text):
        """Type into a field; getting into it is a tap."""
        self.taps += 1
        self.typed += len(text)
        self._found(target).fill(text)

    def choose(self, target, value):
        """Choose in a list: one tap."""
        self.taps += 1
        self._found(target).select_option(value)

    def upload(self, target, *files):
        """Give a file to a field: one tap."""
        self.taps += 1
        self._found(target).set_input_files(list(files))

    def ended(self) -> dict:
        """The journey's figures: taps, letters typed, seconds of the machine."""
        told = {
            "journey": self.name, "taps": self.taps, "typed": self.typed,
            "seconds": round(time.monotonic() - self.began, 2),
        }  # fmt: skip
        if where := os.environ.get("FURONG_JOURNEYS"):
            with Path(where).open("a", encoding="utf-8") as out:
                out.write(json.dumps(told, ensure_ascii=False) + "\n")
        return told

    def _found(self, target):
        return self.page.locator(target) if isinstance(target, str) else target
