"""An invented district that shows every page full: `furong demo`. Everything in it is made up."""

import random
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.domain import orgs, programmes, reach
from app.domain import staff as accounts
from app.domain.audit import SYSTEM
from app.domain.checkins import CheckIn
from app.domain.events import Event, Occurrence
from app.domain.leaves import Leave
from app.domain.members import Membership, Person
from app.domain.orgs import Org
from app.domain.periods import half_of
from app.domain.venues import Venue
from app.errors import Conflict
from app.seeds.codes import spread_code
from app.seeds.coming import plan_ahead, run_now
from app.seeds.doubts import look_through, meet_with_doubts
from app.seeds.held import hold_the_odd_ones, hold_the_year
from app.seeds.imported import import_a_list
from app.seeds.leaving import volunteer
from app.seeds.mistakes import make_mistakes
from app.seeds.people import settle
from app.seeds.safe import back_up_weekly
from app.seeds.signed import sign_the_last_half
from app.seeds.story import Story, trail_from
from app.seeds.told import tell_the_rest
from app.seeds.tree import ROOT_CODE, Tree, plant
from app.seeds.turnover import come_and_go
from app.words import N_

PASSWORD = "furong-demo-2026"  # noqa: S105 printed on purpose: it opens nothing but the demo
SEED = 20261122
# username → (name, role); the orgs are given in _accounts.
SIGN_INS = {
    "zhao": ("赵书记", "district"), "zhou": ("周宁", "manager"), "wangfang": ("王芳", "manager"),
    "heming": ("何明", "organizer"), "shenyue": ("沈阅", "auditor"),
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """How many rows of each kind there are."""

    orgs: int
    people: int
    members: int
    events: int
    occurrences: int
    check_ins: int
    open_reviews: int
    leaves: int


def is_loaded() -> bool:
    """Whether this database is the demo; raises Conflict when it is somebody's real one."""
    root = orgs.root_or_none()
    if root is None and not accounts.staff_exists():
        return False
    if root is None or root.code != ROOT_CODE:
        raise Conflict(
            N_(
                "这个数据库已经有单位在用，不能装入演示数据。请换一个空的数据文件夹（FURONG_INSTANCE_DIR）。"
            )
        )
    return True


def load(scale: int = 1) -> bool:
    """Make the invented district in one transaction; False when it is there already. `scale`
    multiplies people and events. Raises Conflict on a database in use."""
    with transaction() as session:
        if is_loaded():
            return False
        first = half_of(half_of(clock.today()).from_on - timedelta(days=1)).from_on
        before = clock.start_of(first - timedelta(days=14))
        with trail_from(session, before) as trail:
            story = begin(session, scale)
            hold_the_year(story, scale)
            hold_the_odd_ones(story)
            make_mistakes(story)
            meet_with_doubts(story)
            run_now(story)
            plan_ahead(story)
            volunteer(story)
            sign_the_last_half(story)
            tell_the_rest(story)
            back_up_weekly(story)
            import_a_list(story)
            come_and_go(story, PASSWORD)
            story.tell(trail)
            look_through(story)
    return True


def choose_trial(settings: Settings) -> Settings:
    """Let the demo be tried on this computer, posters and all, unless somebody has said how phones
    get here; returns the settings in force."""
    if settings.reach or settings.public_url:
        return settings
    zhao = next(staff for staff in accounts.all_staff() if staff.username == "zhao")
    return reach.choose(settings, "trial", by=zhao.actor, org_id=zhao.org_id)


def figures() -> Figures:
    """What is there now."""
    return Figures(
        orgs=_count(Org.id), people=_count(Person.id),
        members=_count(Membership.id, Membership.home, Membership.to_on.is_(None)),
        events=_count(Event.id), occurrences=_count(Occurrence.id),
        check_ins=_count(CheckIn.id, CheckIn.voided_at.is_(None)),
        open_reviews=_count(CheckIn.id, CheckIn.voided_at.is_(None), CheckIn.review == "open"),
        leaves=_count(Leave.id),
    )  # fmt: skip


def sign_ins() -> list[tuple[str, str, str, str]]:
    """(username, name, role, org) of the demo's accounts."""
    found = {staff.username: staff for staff in accounts.all_staff()}
    return [
        (name, found[name].name, accounts.ROLES[found[name].role], found[name].org.full_name)
        for name in SIGN_INS
        if name in found
    ]


def begin(session, scale: int, *, root_name: str = "") -> Story:
    """The tree, its people, accounts and venues, before anything happens; within the caller's
    transaction. root_name: what the root is called, if not as always."""
    rng, today = random.Random(SEED), clock.today()
    tree = plant(rng, today, root_name)
    programmes.add_default_programmes()
    staff = _accounts(tree)
    session.add_all(_venues(tree, today))
    census, homes = settle(session, rng, tree, today, scale)
    return Story(rng, tree, census, homes, staff)


def _count(column, *where):
    return db.session.scalar(select(func.count(column)).where(*where))


def _accounts(tree: Tree):
    seats = {
        "zhao": tree.root, "zhou": tree.street, "wangfang": tree.below(tree.street)[0],
        "heming": tree.street, "shenyue": tree.root,
    }  # fmt: skip
    return {
        username: accounts.add_staff(
            username, PASSWORD, name=name, role=role, org=seats[username], by=SYSTEM
        )
        for username, (name, role) in SIGN_INS.items()
    }


def _venues(tree: Tree, today):
    names = (
        ("荷塘青年之家", "district", tree.streets[0]), ("听雨青年之家", "street", tree.streets[1]),
    )  # fmt: skip
    return [
        Venue(
            code=spread_code("QN", number + 1), name=name, level=level, org_id=org.id,
            address=f"{name.removesuffix('青年之家')}路 {number * 17 + 1} 号",
            opened_on=(day := today - timedelta(days=700 - 300 * number)),
            opened_line_id=orgs.line_of(org.id, day),
        )
        for number, (name, level, org) in enumerate(names)
    ]  # fmt: skip
