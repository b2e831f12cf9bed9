"""The project's own files, as the house tests read them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
PYTHON = sorted(APP.rglob("*.py"))
TEMPLATES = sorted((APP / "templates").rglob("*.html"))


def name_of(path):
    return str(path.relative_to(ROOT))


def room_of(path):
    """`domain.orgs` for app/domain/orgs.py and app/domain/orgs/__init__.py; "" for app itself."""
    parts = list(path.relative_to(APP).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


def imports_of(path):
    """Full dotted names, `from a import b` as `a.b`, wherever in the file they stand."""
    names = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def is_in(name, place):
    """Whether the dotted `name` is `place` or stands below it."""
    return name == place or name.startswith(f"{place}.")


@cache
def tracked():
    """Every file of the project: what git knows and what it would take; all text but binaries."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:  # an unpacked archive knows no git
        skipped = {".venv", ".cache", "instance", "__pycache__", ".git"}
        names = [p for p in ROOT.rglob("*") if not skipped & set(p.relative_to(ROOT).parts)]
    return sorted(path for path in names if path.is_file())


@cache
def text_of(path):
    """The text of a file, None for a binary one."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None
