"""A form takes the fields it shows and no others, whatever else is sent along.

Each form is filled as its page shows it, with a value for every column of every table added under
the column's name; the row must be what it was, but for what the form is about.
"""

from html.parser import HTMLParser

import pytest

from app.db import db
from app.domain.events import Event, EventOrg, Occurrence
from app.domain.members import Membership, Person
from app.domain.orgs import Org
from app.domain.staff import Invitation, Staff
from tests.scope import make_scene

POISON = {"_at": "2001-01-01 00:00", "_on": "2001-01-01", "_id": "1"}


class Filled(HTMLParser):
    """`fields`: what the browser would send of the form that posts to `action`, as [(name, value)];
    `names`: of every field it has, unticked ones too."""

    def __init__(self, html, action):
        super().__init__()
        self.action, self.inside, self.fields, self.names = action, False, [], set()
        self.select = self.area = None
        self.feed(html)

    def handle_starttag(self, tag, pairs):
        attrs = dict(pairs)
        if tag == "form":
            self.inside = attrs.get("method") == "post"
            self.inside = self.inside and attrs.get("action", self.action) == self.action
        if not self.inside:
            return
        name = attrs.get("name")
        self.names.add(name)
        if tag == "input" and name:
            if attrs.get("type") not in ("radio", "checkbox") or "checked" in attrs:
                self.fields.append((name, attrs.get("value") or ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in attrs:
            self.fields.append((self.select, attrs["value"]))
        elif tag == "textarea":
            self.area = name
            self.fields.append((name, ""))

    def handle_data(self, text):
        if self.area:
            self.fields[-1] = (self.area, self.fields[-1][1] + text)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "textarea":
            self.area = None


def every_column():
    return sorted({column.name for table in db.metadata.sorted_tables for column in table.columns})


def poison(taken):
    """A value for every column name that the form does not have itself."""
    return {name: POISON.get(name[-3:], "1") for name in every_column() if name not in taken}


def send(client, page, action, **changed):
    """Post the form of the page as it stands, with changes and with poison."""
    form = Filled(client.get(page).text, action)
    assert form.fields, f"{page} has no form that posts to {action}"
    sent: dict[str, list] = {}
    for name, value in form.fields:
        sent.setdefault(name, []).append(value)
    return client.post(action, data={**sent, **changed, **poison(form.names | set(changed))})


def row_of(model, row_id):
    db.session.expire_all()
    row = db.session.get(model, row_id)
    return {column.name: getattr(row, column.name) for column in model.__table__.columns}


@pytest.fixture
def scene(cast, stopped):
    return make_scene(cast)


def test_an_edited_event_keeps_what_its_form_does_not_show(cast, scene, sign_in):
    client, event = sign_in(cast.wang_staff), scene.event
    before = row_of(Event, event.id), row_of(Occurrence, event.occurrences[0].id)
    path = f"/events/{event.code}"
    reply = send(client, f"{path}/edit", path, title="改了名")
    assert reply.status_code == 303, reply.text
    named = {"title": "改了名", "pinyin": "gaileming", "initials": "glm"}
    assert row_of(Event, event.id) == {**before[0], **named}
    assert row_of(Occurrence, event.occurrences[0].id) == before[1]
    invited = db.session.query(EventOrg).filter_by(event_id=event.id).all()
    assert [row.org_id for row in invited] == [cast.branch.id]


def test_a_new_event_is_as_its_maker_may_make_it(cast, scene, sign_in):
    client = sign_in(cast.organizer)
    reply = send(client, "/events/new", "/events", title="新的一场")
    assert reply.status_code == 303, reply.text
    event = db.session.query(Event).filter_by(title="新的一场").one()
    assert (event.host_id, event.made_by_id) == (cast.branch.id, cast.organizer.id)
    assert event.cancelled_at is event.withdrawn_at is event.screen_token_hash is None
    assert event.published_at == event.made_at


def test_an_event_is_hosted_and_invites_only_inside_the_scope(cast, scene, sign_in):
    client, count = sign_in(cast.organizer), db.session.query(Event).count()
    for changed in (
        {"host": cast.other_branch.code},
        {"host": cast.street.code},
        {"invite": "some", "orgs": [cast.other_branch.code]},
        {"invite": "some", "orgs": [cast.district.code], "seats": "y"},
    ):
        reply = send(client, "/events/new", "/events", title="别人的", **changed)
        assert reply.status_code == 422, changed
    db.session.expire_all()
    assert db.session.query(Event).count() == count


def test_a_renamed_org_changes_its_name_alone(cast, scene, sign_in):
    client, org = sign_in(cast.wang_staff), scene.org
    before = row_of(Org, org.id)
    page = f"/orgs/{org.code}/edit"
    reply = send(client, page, f"/orgs/{org.code}/name", full_name="浏正街三组", short_name="三组")
    assert reply.status_code == 303, reply.text
    after = row_of(Org, org.id)
    assert {name for name in after if after[name] != before[name]} == {
        "full_name", "short_name", "pinyin", "initials"
    }  # fmt: skip


def test_a_new_org_hangs_where_its_form_stands(cast, scene, sign_in):
    page = f"/orgs/{cast.branch.code}"
    reply = send(
        sign_in(cast.wang_staff), f"{page}/new", f"{page}/children", full_name="浏正街四组"
    )
    assert reply.status_code == 303, reply.text
    org = db.session.query(Org).filter_by(full_name="浏正街四组").one()
    assert (org.parent_id, org.path) == (cast.branch.id, f"{cast.branch.path}{org.id}/")
    assert org.closed_on is org.merged_into_id is None


def test_an_edited_person_stays_who_they_are(cast, scene, sign_in):
    person, client = scene.mine.person, sign_in(cast.wang_staff)
    before = row_of(Person, person.id)
    path = f"/people/{person.code}"
    reply = send(client, f"{path}/edit", path, name="欧阳澹雅丽")
    assert reply.status_code == 303, reply.text
    after = row_of(Person, person.id)
    assert {name for name in after if after[name] != before[name]} == {
        "name", "name_key", "pinyin", "initials"
    }  # fmt: skip
    homes = db.session.query(Membership).filter_by(person_id=person.id).all()
    assert [home.org_id for home in homes] == [cast.branch.id]


def test_an_invited_account_has_the_role_that_was_chosen_and_nothing_else(cast, scene, sign_in):
    reply = send(
        sign_in(cast.zhao),
        "/staff/new",
        "/staff",
        name="新来的",
        role="organizer",
        org=cast.branch.code,
    )
    assert reply.status_code == 200, reply.text
    staff = db.session.query(Staff).filter_by(name="新来的").one()
    assert (staff.role, staff.org_id) == ("organizer", cast.branch.id)
    assert staff.username is staff.password_hash is staff.closed_at is None


@pytest.mark.parametrize("who", ["organizer", "wang_staff", "auditor"])
def test_nobody_raises_their_own_account(cast, scene, sign_in, who):
    staff = getattr(cast, who)
    before = {**row_of(Staff, staff.id), "last_seen_at": None}
    client = sign_in(staff)
    assert send(client, "/account", "/account/language", language="en").status_code == 303
    wrong = {
        "old_password": "不知道的密码",
        "password": "一个很长的新密码",
        "again": "一个很长的新密码",
    }
    assert send(client, "/account", "/account/password", **wrong).status_code == 422
    after = {**row_of(Staff, staff.id), "last_seen_at": None}
    assert after == {**before, "language": "en"}


def test_an_opened_account_keeps_its_role_and_org(cast, scene, phone):
    before = row_of(Staff, cast.organizer.id)
    path = f"/account/opening/{scene.opening}"
    words = {"password": "浏正街支部的一个长密码", "again": "浏正街支部的一个长密码"}
    assert send(phone, path, path, **words).status_code == 303
    after = row_of(Staff, cast.organizer.id)
    assert {name for name in after if after[name] != before[name]} == {
        "password_hash", "last_seen_at"
    }  # fmt: skip
    db.session.expire_all()
    used = db.session.query(Invitation).filter_by(staff_id=cast.organizer.id).one()
    assert used.used_at is not None
