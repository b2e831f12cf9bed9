"""The invented tree: 18 units, some 150 branches, one that moved and one that was closed."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from app.db import db
from app.domain import orgs
from app.domain.audit import SYSTEM
from app.domain.orgs import Org, OrgLine
from app.seeds import words

ROOT_CODE = "YSFRQ"  # by which a second run knows its own
FIRST_STREET_SIZES = (21, 64, 58, 52, 47, 43, 35)  # 320 expected where the event of now is


@dataclass
class Tree:
    """The orgs by what the story needs them for."""

    root: Org
    streets: list[Org] = field(default_factory=list)
    units: list[Org] = field(default_factory=list)
    schools: list[Org] = field(default_factory=list)
    branches: list[Org] = field(default_factory=list)  # those with people, in tree order
    sizes: dict[int, int] = field(default_factory=dict)  # org id → counted members, where fixed
    functional: Org | None = None
    closed: Org | None = None

    @property
    def street(self) -> Org:
        """The street whose event is running now."""
        return self.streets[0]

    def below(self, org: Org) -> list[Org]:
        """The branches of today's subtree."""
        return [branch for branch in self.branches if branch.path.startswith(org.path)]


class Lines:
    """Which line an org had on which day, without asking the database for every row."""

    def __init__(self):
        self.of_org: dict[int, list[OrgLine]] = {}
        for line in db.session.scalars(select(OrgLine)):
            self.of_org.setdefault(line.org_id, []).append(line)

    def on(self, org_id: int | None, day: date) -> int | None:
        """The id of the org's line on a day; None for no org."""
        for line in self.of_org.get(org_id, ()):
            if (line.from_on or day) <= day and (line.to_on is None or day < line.to_on):
                return line.id
        return None


def plant(rng, today: date, root_name: str = "") -> Tree:
    """Make the whole tree, within the caller's transaction."""
    tree = Tree(
        orgs.add_org(
            root_name or "共青团芙蓉区委员会（演示）", short_name="芙蓉团区委（演示）", kind="district",
            domain="government", by=SYSTEM, code=ROOT_CODE,
        )
    )  # fmt: skip
    _streets(tree, rng)
    _schools(tree)
    new_orgs = _units(tree)
    _changes(tree, new_orgs, today)
    return tree


def _unit(tree, full_name, short_name, kind, domain):
    unit = orgs.add_org(
        full_name, short_name=short_name, kind=kind, domain=domain, parent=tree.root, by=SYSTEM
    )
    tree.units.append(unit)
    return unit


def _branch(tree, parent, full_name, short_name, domain):
    branch = orgs.add_org(full_name, short_name=short_name, parent=parent, domain=domain, by=SYSTEM)
    tree.branches.append(branch)
    return branch


def _streets(tree, rng):
    for name in words.STREETS:
        street = _unit(
            tree, f"共青团芙蓉区{name}街道工作委员会", f"{name}街道团工委", "work_committee", "community"
        )  # fmt: skip
        tree.streets.append(street)
        # The same community name under two streets is what real trees have.
        names = ["莲湖"] if name == words.STREETS[0] else []
        others = [community for community in words.COMMUNITIES if community not in names]
        for community in names + rng.sample(others, 6 - len(names)):
            full = f"{name}街道{community}社区团支部"
            _branch(tree, street, full, f"{community}支部", "community")
        _branch(tree, street, f"{name}街道机关团支部", "机关支部", "government")
    below = tree.below(tree.street)
    tree.sizes = {o.id: n for o, n in zip(below, FIRST_STREET_SIZES, strict=True)}


def _schools(tree):
    bureau = _unit(tree, "共青团芙蓉区教育局委员会", "教育局团委", "committee", "school")
    for name in words.SCHOOLS:
        school = orgs.add_org(
            f"共青团{name}总支部委员会", short_name=f"{name}团总支", kind="general_branch",
            domain="school", parent=bureau, by=SYSTEM,
        )  # fmt: skip
        tree.schools.append(school)
        for one in words.CLASSES:
            _branch(tree, school, f"{name}{one}团支部", f"{one}支部", "school")


def _units(tree):
    organs = _unit(
        tree, "共青团芙蓉区直属机关工作委员会", "直属机关团工委", "work_committee", "government"
    )
    for name in words.ORGANS:
        _branch(tree, organs, f"芙蓉区{name}机关团支部", f"{name}支部", "government")
    new_orgs = _unit(
        tree, "共青团芙蓉区新经济组织和新社会组织工作委员会", "两新团工委", "work_committee", "social"
    )  # fmt: skip
    for full, short, domain in words.NEW_ORGS:
        _branch(tree, new_orgs, full, short, domain)
    clinics = _unit(tree, "共青团芙蓉区卫生健康局委员会", "卫健系统团委", "committee", "government")
    for name in words.CLINICS:
        _branch(tree, clinics, f"{name}团支部", f"{name}支部", "government")
    firms = _unit(tree, "共青团芙蓉区国有资产系统委员会", "国资系统团委", "committee", "enterprise")
    for name in words.FIRMS:
        _branch(tree, firms, f"芙蓉{name}团支部", f"{name}支部", "enterprise")
    tree.functional = orgs.add_org(
        "青年志愿者功能型团支部", short_name="志愿者功能型支部", parent=new_orgs, domain="social",
        by=SYSTEM,
    )  # fmt: skip
    return new_orgs


def _changes(tree, new_orgs, today):
    """A branch that hung elsewhere until 100 days ago, and one closed 60 days ago."""
    moved = tree.below(new_orgs)[0]
    orgs.move_org(moved, tree.streets[1], by=SYSTEM, on=today - timedelta(days=100))
    tree.closed = orgs.add_org(
        "听雨街道旧厂社区团支部", short_name="旧厂支部", parent=tree.streets[1],
        domain="community", by=SYSTEM,
    )  # fmt: skip
    orgs.close_org(
        tree.closed, by=SYSTEM, on=today - timedelta(days=60), into=tree.below(tree.streets[1])[0]
    )
