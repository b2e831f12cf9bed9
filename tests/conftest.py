"""One cast, one real database, a clock that can be stopped.

SQLite in a temporary file by default; the same tests run on PostgreSQL when
FURONG_TEST_DATABASE_URL names an empty database.
"""

import contextvars
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app import clock, create_app, keys, schema
from app.config import Settings
from app.db import db, transaction
from app.domain import audit, members, orgs, programmes
from app.domain import staff as accounts
from app.domain.staff.sessions import start_session
from app.web.headers import cookie_name
from tests.browser import Browser
from tests.programs import missing_programs
from tests.server import Server
from tests.settled import setting

__all__ = ["setting"]  # a fixture of every test
POSTGRES = os.environ.get("FURONG_TEST_DATABASE_URL", "")
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # Sunday 12:00 in Shanghai


def pytest_report_header():
    """Which database this run is on, and which programs it has to do without."""
    database = "PostgreSQL" if POSTGRES else "SQLite"
    return [f"database: {database}", *filter(None, [missing_programs()])]


class OwnContext(Browser):
    """Every request runs in a context of its own, as on a server, not in the test's."""

    def open(self, *args, **kwargs):
        db.session.rollback()  # the test sees what the request wrote, and the other way round
        reply = contextvars.Context().run(super().open, *args, **{"buffered": True} | kwargs)
        db.session.rollback()
        return reply


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The application on a migrated database of its own."""
    folder = tmp_path_factory.mktemp("instance")
    told = {"INSTANCE_DIR": str(folder), "DATABASE_URL": POSTGRES, "REACH": "trial"}
    settings = Settings.read({f"FURONG_{name}": value for name, value in told.items()})
    app = create_app(settings, TESTING=True, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = OwnContext
    with app.app_context():
        schema.migrate()
        if not POSTGRES:
            db.engine.dispose()
            shutil.copy(folder / "furong.db", folder / "empty.db")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def empty_house(request):
    """Every test that uses the application starts from an empty database."""
    if "app" not in request.fixturenames:
        yield
        return
    app = request.getfixturevalue("app")
    settings = app.extensions["settings"]
    # Another application made by the test before may have left its own key behind.
    keys.use_pii_key(keys.read_or_make(settings.folder / "pii.key", settings.pii_key))
    keys.use_signing_keys([app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]])
    with app.app_context():
        _empty(app)
        yield
        db.session.remove()


def _empty(app):
    if POSTGRES:
        with transaction() as session:
            names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
            session.execute(db.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        return
    db.session.remove()
    db.engine.dispose()
    folder = app.extensions["settings"].folder
    for left in folder.glob("furong.db-*"):
        left.unlink()
    shutil.copy(folder / "empty.db", folder / "furong.db")


class StoppedClock:
    """Stands still until it is moved."""

    def __init__(self, at):
        self.at = at

    def forward(self, **delta):
        self.at += timedelta(**delta)


@pytest.fixture
def stopped(monkeypatch):
    """The product's clock, stopped at noon on Sunday 2026-11-22 (Shanghai)."""
    stopped = StoppedClock(NOON)
    monkeypatch.setattr(clock, "now", lambda: stopped.at)
    return stopped


@dataclass(frozen=True)
class Cast:
    """The tree and the people every test knows.

    芙蓉团区委 ─ 定王台街道团工委 ─ 浏正街支部 (王芳 secretary, 李雷) · 丰泉古井支部 (韩梅)
               └ 教育局团委 ─ 育才中学团总支 ─ 育才一班 (林涛)
    """

    district: orgs.Org
    street: orgs.Org
    branch: orgs.Org
    other_branch: orgs.Org
    bureau: orgs.Org
    school: orgs.Org
    class_one: orgs.Org
    wang: members.Person
    li: members.Person
    han: members.Person
    lin: members.Person
    zhao: accounts.Staff  # district
    wang_staff: accounts.Staff  # manager of branch
    organizer: accounts.Staff  # organizer of branch
    street_manager: accounts.Staff  # manager of street
    other_manager: accounts.Staff  # manager of other_branch
    auditor: accounts.Staff  # auditor of the district


@pytest.fixture
def cast(app, empty_house) -> Cast:
    """The small cast, on an otherwise empty database."""
    by = audit.SYSTEM
    with transaction():
        tree = _tree(by)
        people = _people(tree)
        programmes.add_default_programmes()
        staff = _accounts(tree)
    return Cast(**tree, **people, **staff)


def _tree(by):
    add = orgs.add_org
    district = add(
        "共青团芙蓉区委员会", short_name="芙蓉团区委", kind="district", domain="government", by=by
    )
    street = add(
        "共青团芙蓉区定王台街道工作委员会",
        short_name="定王台街道团工委",
        kind="work_committee",
        parent=district,
        domain="community",
        by=by,
    )
    branch = add(
        "浏正街社区团支部", short_name="浏正街支部", parent=street, domain="community", by=by
    )
    other_branch = add(
        "丰泉古井社区团支部", short_name="丰泉古井支部", parent=street, domain="community", by=by
    )
    bureau = add(
        "共青团芙蓉区教育局委员会",
        short_name="教育局团委",
        kind="committee",
        parent=district,
        domain="school",
        by=by,
    )
    school = add(
        "共青团育才中学总支部委员会",
        short_name="育才中学团总支",
        kind="general_branch",
        parent=bureau,
        domain="school",
        by=by,
    )
    class_one = add(
        "育才中学一班团支部", short_name="育才一班", parent=school, domain="school", by=by
    )
    return {
        "district": district, "street": street, "branch": branch, "other_branch": other_branch,
        "bureau": bureau, "school": school, "class_one": class_one,
    }  # fmt: skip


def _people(tree):
    rows = {
        "wang": ("王芳", "13900000001", "202043000001", "branch"),
        "li": ("李雷", "13900000002", "202043000002", "branch"),
        "han": ("韩梅", "13900000003", "202043000003", "other_branch"),
        "lin": ("林涛", "13900000004", "202043000004", "class_one"),
    }
    people = {}
    for key, (name, phone, number, org) in rows.items():
        people[key] = members.make_person(name, phone=phone, admission_number=number)
        members.join_branch(people[key], tree[org])
    return people


def _accounts(tree):
    rows = {
        "zhao": ("赵书记", "district", "district"),
        "wang_staff": ("王芳", "manager", "branch"),
        "organizer": ("何组织", "organizer", "branch"),
        "street_manager": ("周街道", "manager", "street"),
        "other_manager": ("冯支书", "manager", "other_branch"),
        "auditor": ("沈查阅", "auditor", "district"),
    }
    made = {}
    for key, (name, role, org) in rows.items():
        made[key] = accounts.Staff(
            code=f"STAFF{len(made) + 2}", username=key, username_key=key, name=name, role=role,
            org_id=tree[org].id, created_at=clock.now(),
        )  # fmt: skip
        db.session.add(made[key])
    db.session.flush()
    return made


@pytest.fixture
def phone(app):
    """A stranger's phone: a browser without an account."""
    return app.test_client()


@pytest.fixture
def sign_in(app):
    """sign_in(staff) → a browser signed in as that account."""

    def enter(staff):
        client = app.test_client()
        secret = start_session(staff, browser="test", absolute=timedelta(hours=12))
        client.set_cookie(cookie_name("sid", False), secret)
        return client

    return enter


@pytest.fixture
def serve(app, empty_house):
    """serve(workers=2, public_url=…) → a running Server on this test's database."""
    running = []

    def start(**options):
        db.session.rollback()
        running.append(Server(app, **options).start())
        return running[-1]

    yield start
    for server in running:
        server.stop()
