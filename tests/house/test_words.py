"""What may not stand in any file of the project."""

import ast
import re

import pytest

from tests.house.sources import PYTHON, name_of, room_of, text_of, tracked, tree_of

# Spelt with brackets, so that this file does not contain what it looks for.
FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(?:work|root|home|Users)/"),
    "a thing left for later": re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b"),
    "a lint rule put off without a name": re.compile(r"#\s*no[q]a\s*$", re.M),
    "a line hidden from the count": re.compile(r"pragma: no[ ]cover"),
}
CARRIED = ("vendor", "requirements.lock")
FILES = [path for path in tracked() if not set(CARRIED) & set(path.parts) and text_of(path)]
HAN = re.compile(r"[\u3400-\u9fff]")
# Not words of a sentence: a language's own name, and how a date is written.
NOT_SAID = re.compile(r"中文|[yMdEHms年月日（） :]+")
TRANSLATORS = {"_", "_l", "N_", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}
UPSTAIRS = [path for path in PYTHON if room_of(path).startswith("web")]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_has(what):
    found = {
        name_of(path): hit.group()
        for path in FILES
        if (hit := FORBIDDEN[what].search(text_of(path)))
    }
    assert not found


def untranslated(tree):
    """Chinese strings of a web room that are neither docstrings nor inside a translator's call."""
    silent = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in TRANSLATORS:
            silent |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.Expr):
            silent.add(id(node.value))
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and not NOT_SAID.fullmatch(node.value)
        and id(node) not in silent
    ]


@pytest.mark.parametrize("path", UPSTAIRS, ids=name_of)
def test_what_the_web_floor_says_goes_through_the_catalogue(path):
    assert untranslated(tree_of(path)) == []


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_a_sentence_is_looked_up_whole(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in TRANSLATORS:
            assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp), f"line {node.lineno}"


def test_the_search_finds_what_is_said_past_the_catalogue():
    assert untranslated(ast.parse('"签到"\nx = _("签到")\ny = f(_l("签到 %(n)s", n=1))')) == []
    assert untranslated(ast.parse('x = f("签到")')) == [(1, "签到")]
    assert untranslated(ast.parse('x = f("中文", "y 年 M 月 d 日")')) == []
