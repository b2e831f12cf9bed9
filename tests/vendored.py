"""Files that only the tests carry, by the name in tests/vendor/vendor.lock.json."""

from functools import cache
from pathlib import Path

from scripts.vendor import folder_of, read_lock

LOCK = Path(__file__).parent / "vendor" / "vendor.lock.json"


@cache
def source_of(name, file_name):
    """The text of the file, e.g. ("axe-core", "axe.min.js")."""
    return (folder_of(LOCK, name, read_lock(LOCK)[name]) / file_name).read_text("utf-8")
