"""How the tree changes: every change dates a new line or name, none touches an old one."""

from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs.model import DOMAINS, KINDS, Org, OrgLine, OrgLineAncestor, OrgName
from app.errors import Conflict, Invalid
from app.keys import new_code
from app.text import pinyin_of
from app.words import N_


def add_org(
    full_name: str, *, by: Actor, parent: Org | None = None, short_name: str = "",
    kind: str = "branch", domain: str = "other", opened_on: date | None = None, code: str = "",
) -> Org:  # fmt: skip
    """Add a node under parent (None = the one root). Raises Conflict for a second root, Invalid."""
    with transaction() as session:
        if parent is None and session.scalar(select(Org.id).where(Org.parent_id.is_(None))):
            raise Conflict(N_("组织树已经有一个根了。"))
        if not full_name.strip():
            raise Invalid(N_("请写组织名称。"), field="full_name")
        _check_type(kind, domain)
        full_name, short_name = (
            full_name.strip()[:120],
            (short_name.strip() or full_name.strip())[:60],
        )
        full, initials = pinyin_of(full_name)
        org = Org(
            code=code or new_code(), full_name=full_name, short_name=short_name, kind=kind,
            pinyin=full[:600], initials=initials[:120], domain=domain,
            parent_id=parent.id if parent else None, path="", opened_on=opened_on,
            created_at=clock.now(),
        )  # fmt: skip
        session.add(org)
        session.flush()
        org.path = f"{parent.path if parent else '/'}{org.id}/"
        _start_line(session, org, None)
        session.add(OrgName(org_id=org.id, full_name=full_name, short_name=short_name))
        audit.record(
            "org_added", by=by, org_id=org.id, subject=f"org:{org.id}",
            org=full_name, parent=parent.full_name if parent else "",
        )  # fmt: skip
    return org


def move_org(org: Org, parent: Org, *, by: Actor, on: date | None = None) -> None:
    """Hang org and all below it under parent from day `on` (default today). Figures of rows
    already written do not move; what is planned and has not begun goes along. Raises Conflict for a
    circle, Invalid for a day out of order."""
    with transaction() as session:
        day = on or clock.today()
        _locked(session, org, parent)
        if parent.path.startswith(org.path):
            raise Conflict(N_("不能把组织移到它自己下面。"))
        if org.parent_id is None:
            raise Conflict(N_("树根不能移动。"))
        if org.parent_id == parent.id:
            return
        before, old = org.parent.full_name if org.parent else "", org.path
        below = list(session.scalars(select(Org).where(Org.path.like(old + "%"))))
        org.parent_id = parent.id
        for node in below:
            node.path = f"{parent.path}{org.id}/" + node.path[len(old) :]
            _end_line(session, node, day)
            session.flush()
            _start_line(session, node, day)
        follow_lines(session, org.path)
        audit.record(
            "org_moved", by=by, org_id=org.id, subject=f"org:{org.id}", org=org.full_name,
            before=before, after=parent.full_name, on=day.isoformat(),
        )  # fmt: skip


def rename_org(
    org: Org, full_name: str, short_name: str = "", *, by: Actor, on: date | None = None
) -> None:
    """Give org new names from day `on` (default today)."""
    with transaction() as session:
        day = on or clock.today()
        full_name, short_name = (
            full_name.strip()[:120],
            (short_name.strip() or full_name.strip())[:60],
        )
        if not full_name:
            raise Invalid(N_("请写组织名称。"), field="full_name")
        if (org.full_name, org.short_name) == (full_name, short_name):
            return
        before = org.full_name
        last = session.scalar(
            select(OrgName).where(OrgName.org_id == org.id, OrgName.to_on.is_(None))
        )
        last.to_on = _no_earlier(day, last.from_on)
        session.add(OrgName(org_id=org.id, full_name=full_name, short_name=short_name, from_on=day))
        org.full_name, org.short_name = full_name, short_name
        full, initials = pinyin_of(full_name)
        org.pinyin, org.initials = full[:600], initials[:120]
        audit.record(
            "org_renamed", by=by, org_id=org.id, subject=f"org:{org.id}", org=full_name,
            before=before, on=day.isoformat(),
        )  # fmt: skip


def retype_org(org: Org, kind: str, domain: str, *, by: Actor, on: date | None = None) -> None:
    """Give org another kind or domain from day `on` (default today). Rows already written keep what
    it was; what is planned and has not begun goes along. Raises Invalid."""
    with transaction() as session:
        day = on or clock.today()
        _check_type(kind, domain)
        _locked(session, org)
        changes = _retyped(org, kind, domain)
        if not changes:
            return
        _end_line(session, org, day)
        session.flush()
        _start_line(session, org, day)
        follow_lines(session, org.path)
        audit.record(
            "org_retyped", by=by, org_id=org.id, subject=f"org:{org.id}", org=org.full_name,
            changes=changes, on=day.isoformat(),
        )  # fmt: skip


def correct_type(org: Org, kind: str, domain: str, *, by: Actor) -> None:
    """Org never was anything else: the kind and domain of every day, so past figures by kind and
    domain are corrected too. Raises Invalid."""
    with transaction() as session:
        _check_type(kind, domain)
        _locked(session, org)
        changes = _retyped(org, kind, domain)
        lines = list(session.scalars(select(OrgLine).where(OrgLine.org_id == org.id)))
        wrong = [line for line in lines if (line.kind, line.domain) != (kind, domain)]
        if not (changes or wrong):
            return
        for line in wrong:
            line.kind, line.domain = kind, domain
        audit.record(
            "org_type_corrected", by=by, org_id=org.id, subject=f"org:{org.id}",
            org=org.full_name, changes=changes or {"lines": [None, len(wrong)]},
        )  # fmt: skip


def close_org(org: Org, *, by: Actor, on: date | None = None, into: Org | None = None) -> None:
    """Close org from day `on`, optionally merged into another. Its line stays: figures do too."""
    with transaction() as session:
        day = on or clock.today()
        if org.is_closed:
            raise Conflict(N_("这个组织已经撤销了。"))
        if session.scalar(select(Org.id).where(Org.parent_id == org.id, Org.closed_on.is_(None))):
            raise Conflict(N_("下面还有组织，先把它们移走或撤销。"))
        org.closed_on, org.merged_into_id = day, into.id if into else None
        audit.record(
            "org_closed", by=by, org_id=org.id, subject=f"org:{org.id}", org=org.full_name,
            on=day.isoformat(),
        )  # fmt: skip


def follow_lines(session, path: str) -> None:
    """Hang what the orgs below a path plan, and whoever is on record there already, on the line of its
    day: a sitting is made weeks ahead, and until it begins the tree may change. Rows of a sitting
    that has begun stay as they were written."""
    tables = db.metadata.tables  # rooms above this one
    sitting = tables["occurrence"].alias("sitting")
    coming = select(sitting.c.id).where(sitting.c.starts_at > clock.now())
    lines = select(OrgLine.id).join(Org, Org.id == OrgLine.org_id).where(Org.path.like(path + "%"))
    for name in ("occurrence", "check_in", "headcount", "manual_tally"):
        rows, is_sitting = tables[name].c, name == "occurrence"
        of, column = ("id", "host_line_id") if is_sitting else ("occurrence_id", "line_id")
        session.execute(
            update(tables[name])
            .where(rows[of].in_(coming), rows[column].in_(lines))
            .values({column: _line_of_its_day(sitting, rows[of], rows[column])})
        )


def _line_of_its_day(sitting, occurrence_id, line_id):
    """The line, on the day of a sitting, of the org whose line this is."""
    old, then = aliased(OrgLine), aliased(OrgLine)
    return (
        select(then.id)
        .join(old, old.org_id == then.org_id)
        .join(sitting, sitting.c.id == occurrence_id)
        .where(
            old.id == line_id,
            or_(then.from_on.is_(None), then.from_on <= sitting.c.starts_on),
            or_(then.to_on.is_(None), then.to_on > sitting.c.starts_on),
        )
        .correlate(occurrence_id.table)
        .scalar_subquery()
    )


def line_of(org_id: int, day: date) -> int:
    """The id of the org's line on a local day."""
    return db.session.scalar(
        select(OrgLine.id).where(
            OrgLine.org_id == org_id,
            or_(OrgLine.from_on.is_(None), OrgLine.from_on <= day),
            or_(OrgLine.to_on.is_(None), OrgLine.to_on > day),
        )
    )


def _start_line(session, org, day):
    line = OrgLine(org_id=org.id, path=org.path, kind=org.kind, domain=org.domain, from_on=day)
    session.add(line)
    session.flush()
    session.add_all(
        OrgLineAncestor(line_id=line.id, org_id=int(part))
        for part in org.path.strip("/").split("/")
    )


def _locked(session, *nodes):
    """One change of the tree at a time; what is decided on is what the one before left."""
    session.flush()
    lock_words(session, "tree")
    for node in nodes:
        session.refresh(node)


def _check_type(kind, domain):
    if kind not in KINDS:
        raise Invalid(N_("没有这种组织类别。"), field="kind")
    if domain not in DOMAINS:
        raise Invalid(N_("没有这种领域。"), field="domain")


def _retyped(org, kind, domain):
    """Set today's; what changed, in words, as the trail writes it down."""
    changes = {}
    if org.kind != kind:
        changes["org_kind"] = [KINDS[org.kind], KINDS[kind]]
    if org.domain != domain:
        changes["domain"] = [DOMAINS[org.domain], DOMAINS[domain]]
    org.kind, org.domain = kind, domain
    return changes


def _end_line(session, org, day):
    last = session.scalar(select(OrgLine).where(OrgLine.org_id == org.id, OrgLine.to_on.is_(None)))
    last.to_on = _no_earlier(day, last.from_on)


def _no_earlier(day, from_on):
    """A chain is unbroken: the next link cannot start before the last one did."""
    if from_on is not None and day < from_on:
        raise Invalid(N_("这一天早于上一次变动（%(day)s）。"), field="on", day=from_on.isoformat())
    return day
