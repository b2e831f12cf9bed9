"""The first ten minutes: what is done, what is open, what somebody put off."""

from dataclasses import dataclass

from sqlalchemy import select

from app import clock
from app.config import Settings
from app.db import db, lock_words, transaction
from app.domain import audit, orgs
from app.domain.checkins import CheckIn
from app.domain.events import Event
from app.domain.orgs import Org
from app.domain.staff import Staff
from app.domain.staff.model import SetupStep
from app.errors import Invalid, NotFound
from app.text import name_key, tidy
from app.words import N_

STEPS = {
    "account": N_("单位和账号"), "reach": N_("手机怎样打开"), "tree": N_("下属支部"),
    "event": N_("第一场活动"), "print": N_("海报和投屏"),
}  # fmt: skip
LATER = tuple(STEPS)[1:]  # what can be put off: an account there is by then
# What the forms propose: data, which stays Chinese in every language.
USUAL_BRANCHES = ("第一团支部", "第二团支部", "第三团支部", "第四团支部", "第五团支部")
FIRST_TITLE = "主题团日"
MOST_BRANCHES = 200
LONGEST_NAME = 60


@dataclass(frozen=True)
class Step:
    """state: done, later (put off) or open."""

    name: str
    words: str
    state: str


def steps(settings: Settings) -> list[Step]:
    """Every step in its order. What is there counts as done, whoever made it and how."""
    told = {row.name: row for row in db.session.scalars(select(SetupStep))}
    there = {"account": True, "reach": bool(settings.reach), "tree": _any(Org.parent_id)}
    there |= {"event": _any(Event.published_at), "print": _any(CheckIn.id)}
    return [Step(name, STEPS[name], _state(told.get(name), there[name])) for name in STEPS]


def open_steps(settings: Settings) -> list[Step]:
    """The steps that still wait."""
    return [step for step in steps(settings) if step.state == "open"]


def next_step(settings: Settings, after: str) -> str | None:
    """The first open step behind this one, else the first open one at all; None when none is."""
    names = [step.name for step in open_steps(settings)]
    place = list(STEPS).index(after)
    behind = [name for name in names if list(STEPS).index(name) > place]
    return (behind or [name for name in names if name != after] or [None])[0]


def finish_step(name: str, *, by: Staff) -> None:
    """Done, as somebody says. Raises NotFound for a step there is not."""
    _mark(name, by, skipped=False)


def put_off(name: str, *, by: Staff) -> None:
    """Later: today's page says no more of it. Raises NotFound for a step there is not."""
    _mark(name, by, skipped=True)


def put_off_all(settings: Settings, *, by: Staff) -> None:
    """Later, all that is open."""
    with transaction():
        for step in open_steps(settings):
            _mark(step.name, by, skipped=True)


def plant_branches(names: str, *, parent: Org, by: Staff) -> list[Org]:
    """A branch for each line, below parent, all or none; a name that is there already is left as it
    is. Raises Invalid (field names)."""
    wanted = list(dict.fromkeys(filter(None, map(tidy, names.splitlines()))))
    if not wanted:
        raise Invalid(N_("写至少一个支部的名称，一行一个。"), field="names")
    if len(wanted) > MOST_BRANCHES:
        raise Invalid(N_("一次最多 200 个。多的请用“上传组织表”。"), field="names")
    for name in wanted:
        if len(name) > LONGEST_NAME:
            raise Invalid(N_("“%(name)s……”太长，最多 60 个字。"), field="names", name=name[:12])
    with transaction() as session:
        lock_words(session, "plant branches")
        there = {name_key(org.full_name) for org in orgs.children_of(parent)}
        fresh = [name for name in wanted if name_key(name) not in there]
        return [
            orgs.add_org(name, parent=parent, domain=parent.domain, by=by.actor) for name in fresh
        ]


def sample_orgs(parent: Org) -> list[tuple[str, str]]:
    """A table for the import, heading and three examples below parent, to be written over."""
    work = "示例街道团工委"
    return [
        ("组织全称", "上级组织"), (work, parent.full_name), ("示例社区第一团支部", work),
        ("示例社区第二团支部", work),
    ]  # fmt: skip


def _mark(name, by, *, skipped):
    if name not in LATER:
        raise NotFound
    with transaction() as session:
        lock_words(session, "set-up step", name)
        session.merge(SetupStep(name=name, done_at=clock.now(), skipped=skipped, by_id=by.id))
        act = "setup_step_later" if skipped else "setup_step_done"
        audit.record(act, by=by.actor, org_id=by.org_id, subject=f"setup:{name}", step=STEPS[name])


def _state(row, is_there):
    if is_there or (row is not None and not row.skipped):
        return "done"
    return "later" if row is not None else "open"


def _any(column):
    return db.session.scalar(select(column).where(column.is_not(None)).limit(1)) is not None
