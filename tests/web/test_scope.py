"""Who may open what: every address of the URL map, walked by every actor.

The scope is the subtree (product.md §1): outside it a thing does not exist (404), inside it a role
that is too low is told so (403), and who is not signed in is asked to sign in (303).
"""

import io
import re
import zipfile

import pytest

from app.db import db, transaction
from app.domain.staff.model import RANK
from tests import scope
from tests.gatherings import gather
from tests.scope import guard_of, path_of, room_of, rules

GUARD = re.compile(r"public|token|role:(auditor|organizer|manager|district)(\+auditor)?")
ENDS = ("/account/sign-out", "/me/forgetting")  # after these a browser starts anew


@pytest.fixture
def scene(cast, stopped):
    return scope.make_scene(cast)


class Actor:
    """A browser that knows its CSRF token; staff None: nobody is signed in."""

    def __init__(self, enter, staff=None):
        self.staff, self.enter = staff, enter
        self.begin()

    def begin(self):
        self.client = self.enter(self.staff)
        self.token = scope.token_of(self.client, "/account" if self.staff else "/account/sign-in")

    def ask(self, verb, path, form=()):
        if verb == "GET":
            return self.client.get(path)
        reply = self.client.post(path, data={"csrf_token": self.token, **dict(form)})
        if path in ENDS:
            self.begin()
        return reply


@pytest.fixture
def actor(app, sign_in):
    """actor(staff) → an Actor; actor() is nobody's phone."""
    return lambda staff=None: Actor(lambda who: sign_in(who) if who else app.test_client(), staff)


def role_guarded(app):
    return [one for one in rules(app) if guard_of(app, one[0]).startswith("role:")]


def scoped(app):
    """The role-guarded rules that name something of the tree."""
    return [one for one in role_guarded(app) if one[2].arguments]


def form_of(endpoint, scene):
    return scope.FORMS.get(endpoint, lambda _scene: {})(scene)


def may(staff, guard):
    lowest = guard.removeprefix("role:").removesuffix("+auditor")
    return RANK[staff.role] >= RANK[lowest] or (
        guard.endswith("+auditor") and staff.role == "auditor"
    )


def readable(reply):
    """Everything a reader finds in an answer, a workbook unpacked."""
    if reply.data[:2] != b"PK":
        return reply.data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(reply.data)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def leaks(reply, words):
    """The words an answer tells, but for those that stood in its own address."""
    text = readable(reply)
    return [word for word in words if word in text and word not in reply.request.path]


def test_every_view_bears_one_guard(app):
    for endpoint, view in app.view_functions.items():
        assert GUARD.fullmatch(getattr(view, "guard", "")), endpoint


def test_every_argument_of_every_rule_has_its_line(app):
    wanted = {(room_of(r.endpoint), name) for r in app.url_map.iter_rules() for name in r.arguments}
    assert wanted - scope.ARGUMENTS.keys() == set(), "add these to tests/scope.py"


def test_who_is_not_signed_in_is_asked_to(app, scene, actor, phone):
    nobody, found = actor(), {}
    for endpoint, verb, rule in role_guarded(app):
        reply = nobody.ask(verb, path_of(app, rule, scene))
        if reply.status_code != 303 or "/account/sign-in" not in reply.location:
            found[verb, endpoint] = reply.status_code
        if verb == "GET":  # a fragment sends the whole page there
            reply = phone.get(path_of(app, rule, scene), headers={"HX-Request": "true"})
            if (reply.status_code, reply.text) != (401, ""):
                found["fragment", endpoint] = reply.status_code
    assert found == {}


def test_another_branch_finds_nothing(app, cast, scene, actor):
    """404 everywhere; 403 only where even its own things are above its role."""
    manager, found = actor(cast.other_manager), {}
    for endpoint, verb, rule in scoped(app):
        wanted = 404 if may(cast.other_manager, guard_of(app, endpoint)) else 403
        path, before = path_of(app, rule, scene), scope.rows_of_everything()
        reply = manager.ask(verb, path, form_of(endpoint, scene))
        if reply.status_code != wanted or leaks(reply, scene.mine.all):
            found[verb, path] = (reply.status_code, leaks(reply, scene.mine.all))
        changed = scope.changed_tables(before, scope.rows_of_everything())
        if changed:
            found[verb, path, "changed"] = changed
    assert found == {}


def test_the_same_addresses_are_there_for_whoever_they_belong_to(app, cast, scene, actor):
    """Without this a walk over mistyped addresses would pass."""
    zhao, found = actor(cast.zhao), {}
    for endpoint, verb, rule in scoped(app):
        path = path_of(app, rule, scene)
        reply = zhao.ask(verb, path, form_of(endpoint, scene))
        if reply.status_code not in (200, 204, 303, 409, 410, 422):
            found[verb, path] = reply.status_code
    assert found == {}


@pytest.mark.parametrize("who", ["organizer", "wang_staff", "auditor"])
def test_a_role_too_low_is_told_so_and_one_high_enough_is_let_in(app, cast, scene, actor, who):
    staff, found = getattr(cast, who), {}
    asker = actor(staff)
    for endpoint, verb, rule in role_guarded(app):
        path = path_of(app, rule, scene)
        allowed = may(staff, guard_of(app, endpoint))
        if allowed and verb == "POST":
            continue  # what it does is the room's own test
        before = scope.rows_of_everything() if not allowed else None
        reply = asker.ask(verb, path, form_of(endpoint, scene))
        if (reply.status_code == 403) == allowed or reply.status_code == 404:
            found[verb, path] = reply.status_code
        if before and scope.changed_tables(before, scope.rows_of_everything()):
            found[verb, path, "changed"] = True
    assert found == {}


def test_what_anybody_may_open_names_nobody_of_the_roster(app, cast, scene, actor):
    nobody, found = actor(), {}
    for endpoint, verb, rule in rules(app):
        if guard_of(app, endpoint) not in ("public", "token"):
            continue
        path = path_of(app, rule, scene)
        form = {"branch": "浏正", "name": "欧阳", "phone": "6789", "org": cast.branch.code}
        reply = nobody.ask(verb, path, form)
        told = leaks(reply, (*scene.mine.whole, "李雷", "13900000002"))
        if told or reply.status_code >= 500:
            found[verb, path] = (reply.status_code, told)
    assert found == {}


def test_no_index_tells_another_branch_of_this_one(app, cast, scene, sign_in):
    client, found = sign_in(cast.other_manager), {}
    for _endpoint, verb, rule in role_guarded(app):
        if verb != "GET" or rule.arguments:
            continue
        for asked in ("", "?q=欧阳", "?q=6789", "?words=闭门", "?part=past", "?act=exported"):
            reply = client.get(rule.rule + asked)
            told = leaks(reply, (*scene.mine.all, scene.event.title, scene.event.code))
            if told:
                found[rule.rule + asked] = told
    assert found == {}


def test_no_report_is_made_of_another_branch(app, cast, scene, sign_in):
    client, own = sign_in(cast.other_manager), sign_in(cast.wang_staff)
    reports = [rule for _e, _v, rule in role_guarded(app) if room_of(rule.endpoint) == "reports"]
    assert reports
    for rule in reports:
        asked = rule.rule + f"?org={cast.branch.code}"
        assert own.get(asked).status_code == 200, asked
        for org in (cast.branch, cast.street, cast.district, scene.org):
            reply = client.get(rule.rule + f"?org={org.code}")
            assert reply.status_code == 404, rule.rule


def test_nothing_answers_to_a_code_nobody_has(app, cast, scene, actor):
    zhao, found = actor(cast.zhao), {}
    for endpoint, verb, rule in rules(app):
        if room_of(endpoint) == "api":  # a cookie opens nothing there: tests/web/test_api.py
            continue
        for name in rule.arguments - {"told"}:  # a pass is judged, not found
            path = path_of(app, rule, scene, **{name: scope.UNKNOWN})
            reply = zhao.ask(verb, path, form_of(endpoint, scene))
            # Before its PIN a desk answers alike whatever is asked of it.
            if reply.status_code != (
                403 if endpoint in scope.BEHIND_PIN and name != "token" else 404
            ):
                found[verb, path] = reply.status_code
    assert found == {}


def test_a_method_that_is_not_there_is_405(app, cast, scene, sign_in):
    client, found, routes = sign_in(cast.zhao), {}, app.url_map.bind("localhost")
    for _endpoint, _verb, rule in rules(app):
        path = path_of(app, rule, scene)
        for verb in ("GET", "POST", "PUT", "DELETE"):
            if routes.test(path, verb):
                continue
            reply = client.open(path, method=verb)
            if reply.status_code != 405:
                found[verb, path] = reply.status_code
    assert found == {}


@pytest.mark.parametrize("who", ["zhao", "street_manager", None])
def test_reading_changes_no_row(app, cast, scene, sign_in, phone, who):
    client = sign_in(getattr(cast, who)) if who else phone
    before, found = scope.rows_of_everything(), {}
    for endpoint, verb, rule in rules(app):
        if verb != "GET":
            continue
        client.get(path_of(app, rule, scene))
        after = scope.rows_of_everything()
        allowed = {"audit_entry"} if who and endpoint in scope.EXPORTS else set()
        changed = scope.changed_tables(before, after) - allowed
        if changed:
            found[rule.rule] = changed
        before = after
    assert found == {}


ROUGH = (
    {}, {"org": "\x00", "name": "\x00", "phone": "１", "on": "2026-02-30", "reason": "\ud83d"},
    {"day": "9999-12-31", "start": "99:99", "capacity": "9" * 400, "minutes": "x", "role": "root",
     "parent": "%", "person": ["", "x" * 5000], "title": "题" * 3000, "leaving": "-1"},
)  # fmt: skip


@pytest.mark.parametrize("who", ["zhao", "organizer", "other_manager", "auditor", None])
def test_no_form_makes_a_fault(app, cast, scene, actor, who):
    asker, found = actor(getattr(cast, who) if who else None), {}
    for endpoint, verb, rule in rules(app):
        if verb != "POST":
            continue
        for form in (*ROUGH, form_of(endpoint, scene)):
            sent = {name: _sendable(value) for name, value in form.items()}
            reply = asker.ask(verb, path_of(app, rule, scene), sent)
            if reply.status_code >= 500:
                found[endpoint, str(form)[:60]] = reply.status_code
    assert found == {}


def _sendable(value):
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def test_a_form_without_its_token_does_nothing(app, cast, scene, sign_in):
    client, found = sign_in(cast.zhao), {}
    for endpoint, verb, rule in rules(app):
        if verb != "POST" or room_of(endpoint) == "api":
            continue
        before = scope.rows_of_everything()
        reply = client.post(path_of(app, rule, scene), data=form_of(endpoint, scene))
        changed = scope.changed_tables(before, scope.rows_of_everything())
        if reply.status_code != 400 or changed:
            found[endpoint] = (reply.status_code, changed)
    assert found == {}


# The one widening: an event of another host that invites some of mine --------------------------


def test_an_invited_branch_reads_the_event_and_its_own_rows(app, cast, scene, sign_in):
    client, found, seen = sign_in(cast.wang_staff), {}, set()
    hidden = (*scene.other.all, *scene.stranger.all, "韩梅", "13900000003")
    for endpoint, verb, rule in scoped(app):
        if verb != "GET" or "code" not in rule.arguments or not _names_an_event(rule):
            continue
        reply = client.get(_shared(app, rule, scene))
        wanted = 200 if endpoint in scope.WIDENED else 404
        told = leaks(reply, hidden)
        if reply.status_code != wanted or told:
            found[endpoint] = (reply.status_code, told)
        if reply.status_code == 200 and scene.mine.name in readable(reply):
            seen.add(endpoint)
    assert found == {}
    assert {"attendance.index", "attendance.csv", "attendance.xlsx", "attendance.sheet"} <= seen


def test_an_invited_branch_searches_and_filters_no_further(app, cast, scene, sign_in):
    client, code = sign_in(cast.wang_staff), scene.shared.code
    for path in (
        f"/events/{code}/attendance?q=司马", f"/events/{code}/attendance?part=guests",
        f"/events/{code}/attendance?q=4321", f"/events/{code}/attendance.csv?encoding=gb18030",
        f"/reviews?event={code}", "/reviews", "/people?q=司马", "/events?part=invited", "/",
    ):  # fmt: skip
        reply = client.get(path)
        assert reply.status_code == 200, path
        told = leaks(reply, (*scene.other.all, *scene.stranger.all))
        assert not told, (path, told)
    sheet = f"/events/{code}/attendance/sheet?org={cast.other_branch.code}"
    assert client.get(sheet).status_code == 404


def test_an_invited_branch_changes_nothing_there(app, cast, scene, actor):
    manager, found = actor(cast.wang_staff), {}
    for endpoint, verb, rule in scoped(app):
        if verb != "POST" or not _names_an_event(rule):
            continue
        before = scope.rows_of_everything()
        path = _shared(app, rule, scene)
        reply = manager.ask(verb, path, form_of(endpoint, scene))
        changed = scope.changed_tables(before, scope.rows_of_everything())
        if reply.status_code != 404 or changed:
            found[path] = (reply.status_code, changed)
    assert found == {}


def test_a_draft_or_a_withdrawn_event_invites_nobody_yet(app, cast, scene, sign_in, stopped):
    client = sign_in(cast.wang_staff)
    for name in ("published_at", "withdrawn_at"):
        with transaction() as session:
            event = session.merge(scene.shared)
            event.published_at, event.withdrawn_at = stopped.at, None
            setattr(event, name, None if name == "published_at" else stopped.at)
        for endpoint, verb, rule in scoped(app):
            if verb == "GET" and endpoint in scope.WIDENED:
                assert client.get(_shared(app, rule, scene)).status_code == 404, (name, endpoint)


def test_an_object_of_mine_does_not_open_one_of_theirs(cast, scene, sign_in):
    """Codes of one event in the address of another: both are looked up through the first."""
    client = sign_in(cast.other_manager)
    own = gather(cast.other_branch, cast.other_branch, title="丰泉古井茶话会")
    sitting = scene.event.occurrences[0].code
    for path in (
        f"/events/{own.code}/attendance?occurrence={sitting}",
        f"/events/{own.code}/attendance.csv?occurrence={sitting}",
        f"/events/{own.code}/attendance/sheet?occurrence={sitting}",
        f"/events/{own.code}/occurrences/{sitting}/edit",
        f"/reviews?event={scene.event.code}",
    ):
        assert client.get(path).status_code == 404, path
    page = {"csrf_token": scope.token_of(client, "/account"), "reason": "重复"}
    for path in (
        f"/events/{own.code}/attendance/{scene.row.code}/voiding",
        f"/events/{own.code}/attendance/{scene.row.code}/restoring",
        f"/events/{own.code}/occurrences/{sitting}/cancellation",
    ):
        assert client.post(path, data=page).status_code == 404, path
    assert scene.row.voided_at is None


def _names_an_event(rule):
    rooms = ("events", "attendance", "live", "posters", "screens", "tv")
    return room_of(rule.endpoint) in rooms and "code" in rule.arguments


def _shared(app, rule, scene):
    """The rule's address at the street's event; a row or sitting of its own."""
    row = db.session.query(type(scene.row)).filter_by(occurrence_id=scene.shared.occurrences[0].id)
    return path_of(
        app, rule, scene, code=scene.shared.code, sitting=scene.shared.occurrences[0].code,
        row=row.first().code,
    )  # fmt: skip
