"""The outside programs some tests drive: found on the machine, or said to be missing.

A test calls `need("chromium")`. Where the program is missing the test is skipped in one line;
with FURONG_TEST_STRICT=1 (as in .ci/run) it fails instead, so that nothing is silently left out.
"""

import os
import shutil
from pathlib import Path

import pytest

# What a test asks for: the names it may have, and how Debian calls the package.
PROGRAMS = {
    "chromium": (
        ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "chromium",
    ),
    "java": (("java",), "default-jre-headless"),
    "node": (("node", "nodejs"), "nodejs"),
    "npm": (("npm",), "npm"),
    "zbarimg": (("zbarimg",), "zbar-tools"),
    "pdftotext": (("pdftotext",), "poppler-utils"),
    "pdftoppm": (("pdftoppm",), "poppler-utils"),
    "pg_dump": (("pg_dump",), "postgresql-client"),
    "pg_restore": (("pg_restore",), "postgresql-client"),
    "psql": (("psql",), "postgresql-client"),
    "make": (("make",), "make"),
    "soffice": (("soffice", "libreoffice"), "libreoffice-calc"),
}


def is_strict():
    return os.environ.get("FURONG_TEST_STRICT") == "1"


def find(name):
    """The path of the program as text, or None."""
    names, _package = PROGRAMS[name]
    return next((path for one in names if (path := shutil.which(one))), None)


def need(name):
    """The path of the program; without it this test is skipped, or fails where all must run."""
    path = find(name)
    if path is None:
        missing(f"{name} is not installed (Debian: apt install {PROGRAMS[name][1]})")
    return path


def missing(words):
    if is_strict():
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def missing_programs():
    """One line for pytest's header: what is not here, so that its tests are skipped; or nothing."""
    absent = sorted(name for name in PROGRAMS if find(name) is None)
    return f"not here, their tests are skipped: {', '.join(absent)}" if absent else ""


CACHE = Path(__file__).resolve().parents[1] / ".cache"
