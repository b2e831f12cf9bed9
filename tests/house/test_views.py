"""The upper floor's manners: each view is guarded, and decides, counts and writes nothing itself."""

import ast
import re

import pytest

from tests.house.sources import PYTHON, name_of, room_of, tree_of

UPSTAIRS = [path for path in PYTHON if room_of(path).startswith("web")]
# The parts every room shares may know htmx and write dates; a room asks them.
PARTS = {"web.guards", "web.refusals", "web.filters", "web.headers", "web.language", "web.assets"}
GUARD = re.compile(r"public|token|role:(auditor|organizer|manager|district)(\+auditor)?")
WRITES = {"commit", "execute", "flush", "rollback", "scalars", "scalar", "add_all", "delete_all"}

each_upstairs = pytest.mark.parametrize("path", UPSTAIRS, ids=name_of)


def calls(path):
    """(name of what is called, the call) for every call in the file: `redirect`, `x.commit` → `commit`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def test_every_view_says_who_may_open_it(app):
    bare = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not GUARD.fullmatch(getattr(app.view_functions[rule.endpoint], "guard", ""))
    }
    assert not bare, "mark these views with public, token or role"


def test_a_view_only_reads_or_is_a_form(app):
    for rule in app.url_map.iter_rules():
        verbs = rule.methods - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/api/"):
            assert verbs <= {"GET", "POST"}, rule
            assert rule.rule == "/" or not rule.rule.endswith("/"), rule


@each_upstairs
def test_a_room_writes_nothing_past_the_verbs(path):
    assert not {name for name, _call in calls(path)} & WRITES


@each_upstairs
def test_a_redirect_says_its_code(path):
    for name, call in calls(path):
        if name == "redirect":
            codes = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            assert codes, f"line {call.lineno}"
            assert ast.unparse(codes[0]) in {"303", "301", "308"}, f"line {call.lineno}"


@each_upstairs
def test_a_room_neither_knows_htmx_nor_writes_dates(path):
    if room_of(path) not in PARTS:
        text = path.read_text("utf-8")
        assert "HX-Request" not in text
        assert not {name for name, _call in calls(path)} & {"strftime"}
