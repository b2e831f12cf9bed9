"""The house rules, checked: who may import whom, and how big a room may grow."""

import ast

import pytest

from tests.house.sources import APP, PYTHON, imports_of, is_in, name_of, room_of, tree_of

# Top to bottom: a room may import only from rooms listed above it. A room may not exist yet; a
# room that exists must be here.
FLOOR_PLAN = [
    "words", "errors", "clock", "config", "db", "keys", "text",
    "domain.exports", "domain.pages", "domain.audit", "domain.voiding", "domain.journal", "domain.orgs", "domain.members", "domain.periods", "domain.staff",
    "domain.backups", "domain.reach",
    "domain.sheets", "domain.rosters", "domain.programmes", "domain.venues", "domain.events",
    "domain.passes", "domain.devices", "domain.identity", "domain.cards", "domain.checkins", "domain.hours", "domain.reviews", "domain.signals",
    "domain.rollcalls", "domain.leaves", "domain.desks", "domain.scanners", "domain.trail", "domain.tallies", "domain.services", "domain.studies", "domain.honours", "domain.evidence",
    "domain.counts", "domain.live",
    "domain.attendance", "domain.corrections", "domain.undoing", "domain.today", "domain.search", "domain.orders", "domain.regularity",
    "domain.summaries", "domain.blanks", "domain.closings", "domain.checks", "domain.handins", "domain.steps",
    "schema", "translations", "web", "seeds", "", "commands", "cli",
]  # fmt: skip

# `app.domain` and `app.web` themselves only hold the rooms.
HALLS = {"domain", "web"}
OUTSIDERS = {
    "domain": ("flask", "flask_babel", "flask_sqlalchemy", "flask_wtf", "wtforms", "jinja2",
               "werkzeug", "app.web"),
    "web": ("sqlalchemy", "flask_sqlalchemy", "alembic", "app.db"),
}  # fmt: skip
# The parts of the web floor that are no rooms (they have no address) and that every room may use;
# all else that rooms know of each other is an address.
SHARED = (
    "app.web.assets", "app.web.elsewhere", "app.web.filters", "app.web.forms", "app.web.guards", "app.web.headers",
    "app.web.language", "app.web.marks", "app.web.passing", "app.web.refusals", "app.web.sharing", "app.web.walls",
)  # fmt: skip
# What only the clock may ask, so that tests can stop it.
WATCHES = {
    "datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time",
    "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip
NOT_NAMES = {"data", "info", "manager", "helper", "util", "common", "misc"}
MOST_LINES = 300

each_file = pytest.mark.parametrize("path", PYTHON, ids=name_of)


def floor(room):
    """The place of a room or of anything in it; None for what is on no plan."""
    places = [i for i, planned in enumerate(FLOOR_PLAN) if planned and is_in(room, planned)]
    return places[-1] if places else None


def floor_of_import(name):
    room = name.removeprefix("app").removeprefix(".")
    place = floor(room)
    return FLOOR_PLAN.index("") if place is None and room not in HALLS else place


def test_every_room_is_on_the_plan():
    rooms = {room_of(path) for path in PYTHON}
    lost = {room for room in rooms - HALLS - {""} if floor(room) is None}
    assert not lost, "give these rooms their place in FLOOR_PLAN"


@each_file
def test_a_room_imports_only_from_rooms_listed_before_it(path):
    room = room_of(path)
    if room == "domain":
        return
    here = floor(room) if room else FLOOR_PLAN.index("")
    for name in imports_of(path):
        if is_in(name, "app"):
            assert floor_of_import(name) <= here, f"{name} is not above {room or 'app'}"


@each_file
def test_a_floor_keeps_its_outsiders_out(path):
    for outsider in OUTSIDERS.get(room_of(path).split(".")[0], ()):
        assert not [name for name in imports_of(path) if is_in(name, outsider)]


@each_file
def test_a_web_room_knows_no_other_web_room(path):
    room = room_of(path)
    if not room.startswith("web."):
        return
    own = "app." + ".".join(room.split(".")[:2])
    for name in imports_of(path):
        if is_in(name, "app.web"):
            assert any(is_in(name, place) for place in (own, *SHARED)), name


@each_file
def test_imports_stand_at_the_top_and_say_the_full_name(path):
    tree = tree_of(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            hidden = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not hidden, f"line {hidden[0].lineno}: an import inside a function"
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"


@each_file
def test_only_the_clock_knows_what_time_it_is(path):
    if room_of(path) != "clock":
        calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
        asked = {ast.unparse(call.func) for call in calls}
        assert not asked & WATCHES


@each_file
def test_a_room_is_not_too_big_and_its_name_says_what_it_is(path):
    lines = path.read_text("utf-8").count("\n")
    assert lines <= MOST_LINES, f"{lines} lines: make it a package of the same name"
    assert not {path.stem, path.stem.removesuffix("s"), path.parent.name} & NOT_NAMES


def test_the_plan_itself_names_a_room_once():
    assert len(set(FLOOR_PLAN)) == len(FLOOR_PLAN)
    assert (APP / "__init__.py").is_file()
