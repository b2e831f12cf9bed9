"""changes_since(): what is not any more as it was signed, figure by figure and sitting by sitting."""

from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from app.db import db
from app.domain import counts
from app.domain.audit import AuditEntry
from app.domain.checkins import CheckIn
from app.domain.closings.beside import told_rows
from app.domain.closings.makeup import EMPTY, NUMBERS, makeup
from app.domain.closings.model import FrozenReport
from app.domain.closings.others import OtherChange, ToldChange, other_changes, told_changes
from app.domain.events import Event, Occurrence
from app.domain.orgs import DOMAINS, KINDS, Org, OrgLine, lines_in, subtree_ids
from app.domain.tallies import Headcount
from app.words import N_

FIGURES = {
    "hosted": N_("主办场次"), "unrecorded": N_("未登记场次"), "took_part": N_("参与场次"),
    "attendances": N_("人次"), "open_reviews": N_("其中待核"), "guests": N_("来宾等人次"),
    "headcount": N_("清点"), "tally": N_("手工数"), "people": N_("人数"), "minutes": N_("认定时长（分钟）"),
}  # fmt: skip
TYPES = {"kind": KINDS, "domain": DOMAINS}
CHANGES = {"added": N_("新增"), "gone": N_("不再计入"), "changed": N_("有变动")}


@dataclass(frozen=True)
class FigureChange:
    """One figure of one org. name: of the org as it was signed."""

    org: str  # code
    name: str
    figure: str  # of FIGURES
    was: int
    now: int


@dataclass(frozen=True)
class LineChange:
    """The check-ins of one org at a changed sitting."""

    name: str
    was: int
    now: int


@dataclass(frozen=True)
class SittingChange:
    """One sitting. kind: of CHANGES; numbers: (figure, was, now) that differ; lines: the orgs whose
    check-ins differ; swapped: as many as before, and not the same."""

    code: str
    event: str
    title: str
    on: str
    kind: str
    numbers: tuple[tuple[str, int, int], ...]
    lines: tuple[LineChange, ...]
    swapped: bool
    retagged: bool
    regathered: bool  # another series, campaign or venue


@dataclass(frozen=True)
class TallyChange:
    """A reported figure of a stretch of days that came, went or was corrected."""

    name: str
    was: int
    now: int


@dataclass(frozen=True)
class ActSince:
    """A line of the trail; title: of its event, "" where the reader may not see it."""

    entry: AuditEntry
    title: str


@dataclass(frozen=True)
class Changes:
    """All that changed since; figures: of orgs, others: of what else a report shows; count: sittings
    and whatever else was told in figures."""

    figures: tuple[FigureChange, ...]
    sittings: tuple[SittingChange, ...]
    tallies: tuple[TallyChange, ...]
    others: tuple[OtherChange, ...] = ()
    told: tuple[ToldChange, ...] = ()

    @property
    def count(self) -> int:
        return len(self.sittings) + len(self.tallies) + len(self.told)

    @property
    def is_none(self) -> bool:
        return not (self.figures or self.others or self.count)


def changes_since(report: FrozenReport, *, scope: Org | None = None) -> Changes:
    """What changed since it was signed: the one answer behind page, notice and paper. What a scope
    (None: anybody's) may not see today has no title and no name."""
    was, now = report.rows, makeup(report.period, report.org)
    now |= {"told": told_rows(report.period, report.org)}
    names = _names(scope, was, now)
    codes = was["sittings"].keys() | now["sittings"].keys()
    found = [_sitting(code, was["sittings"].get(code), now["sittings"].get(code), names) for code in codes]  # fmt: skip
    found = _titled(scope, list(filter(None, found)))
    return Changes(
        figure_changes(report, counts.counts(report.period, report.org)),
        tuple(sorted(found, key=lambda one: (one.on, one.code))),
        _tallies(was["tallies"], now["tallies"], names),
        (*_retyped(was, now, names), *other_changes(report)),
        told_changes(was, now, names),
    )


def figure_changes(report: FrozenReport, rows: list[counts.OrgCounts]) -> tuple[FigureChange, ...]:
    """The figures that differ from `rows`, which are counts() of the same period and org now. An org
    that moved out of the subtree since is counted where it is; one that moved in brings no past."""
    today = {one["org"]: one for one in counts.as_values(rows)}
    signed = report.figures["orgs"]
    for code in [one["org"] for one in signed if one["org"] not in today]:
        if code not in today:
            org = db.session.scalar(select(Org).where(Org.code == code))
            today |= {o["org"]: o for o in counts.as_values(counts.counts(report.period, org))}
    known = {one["org"] for one in signed}
    younger = _younger(report, today.keys() - known)
    zero = dict.fromkeys(FIGURES, 0)
    pairs = [(one["org"], one["name"], one, today[one["org"]]) for one in signed]
    pairs += [(code, today[code]["name"], zero, today[code]) for code in today if code in younger]
    return tuple(
        FigureChange(code, name, figure, was[figure], now[figure])
        for code, name, was, now in pairs
        for figure in FIGURES
        if was[figure] != now[figure]
    )


def _younger(report, codes):
    """Those of the codes whose orgs were made after the report was cut."""
    if not codes:
        return set()
    query = select(Org.code).where(Org.code.in_(codes), Org.created_at > report.cut_at)
    return set(db.session.scalars(query))


def acts_since(
    report: FrozenReport, changes: Changes, *, scope: Org, limit: int = 50
) -> list[ActSince]:
    """The trail's lines since then about the events that changed, newest first, inside the scope."""
    titles = {one.event: one.title for one in changes.sittings}
    if not titles:
        return []
    found = db.session.execute(select(Event.id, Event.code).where(Event.code.in_(titles)))
    subjects = {f"event:{id_}": titles[code] for id_, code in found}
    query = select(AuditEntry).where(
        AuditEntry.subject.in_(subjects), AuditEntry.at > report.cut_at,
        AuditEntry.org_id.in_(subtree_ids(scope)),
    )  # fmt: skip
    entries = db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))
    return [ActSince(entry, subjects[entry.subject]) for entry in entries]


def events_hosted_in(scope: Org, codes: set[str]) -> set[str]:
    """Those of the event codes whose host lies in the scope."""
    query = (
        select(Event.code)
        .join(Org, Org.id == Event.host_id)
        .where(Event.code.in_(codes), Org.path.like(scope.path + "%"))
    )
    return set(db.session.scalars(query))


def _sitting(code, was, now, names):
    if was is not None and now is not None and _same(was, now):
        return None
    kind = "added" if was is None else "gone" if now is None else "changed"
    told, before, after = now or was, _numbers(was), _numbers(now)
    numbers = tuple((name, before[name], after[name]) for name in before if before[name] != after[name])  # fmt: skip
    lines = tuple(
        LineChange(names.get(int(line), ""), one[0], other[0])
        for line, one, other in _pairs(was, now)
        if one[0] != other[0]
    )
    retagged = kind == "changed" and was["tags"] != now["tags"]
    regathered = kind == "changed" and not _is_alike(was, now, "gathered")
    swapped = not (numbers or lines or retagged or regathered)
    return SittingChange(
        code, told["event"], told["title"], told["on"], kind, numbers, lines, swapped, retagged, regathered
    )  # fmt: skip


def _same(was, now):
    """Whether nothing that counts differs; a new title does not count."""
    parts = ("hosted", "bare", "tags", "gathered", "lines")
    return all(_is_alike(was, now, part) for part in parts)


def _is_alike(was, now, part):
    """Whether a part is as it was; one that was not kept then is."""
    return part not in was or was[part] == now[part]


def _numbers(sitting):
    """Figure → the sitting's own number of it."""
    if sitting is None:
        return dict.fromkeys(("hosted", "unrecorded", *NUMBERS), 0)
    sums = [sum(column) for column in zip(*sitting["lines"].values(), strict=True)] or EMPTY
    return {
        "hosted": int(sitting["hosted"]), "unrecorded": int(sitting["bare"]),
        **dict(zip(NUMBERS, sums, strict=False)),
    }  # fmt: skip


def _pairs(was, now):
    one, other = (sitting["lines"] if sitting else {} for sitting in (was, now))
    for line in sorted(one.keys() | other.keys(), key=int):
        yield line, one.get(line, EMPTY), other.get(line, EMPTY)


def _tallies(was, now, names):
    found = []
    for key in sorted(was.keys() | now.keys(), key=int):
        one, other = was.get(key), now.get(key)
        if one != other:
            name = names.get((other or one)[0], "")
            found.append(TallyChange(name, one[1] if one else 0, other[1] if other else 0))
    return tuple(found)


def _retyped(was, now, names):
    """The lines whose kind or domain was corrected since: past figures by either moved."""
    for line, before in was.get("types", {}).items():
        pairs = zip(("kind", "domain"), before, now["types"].get(line, before), strict=True)
        for group, one, other in pairs:
            if one != other:
                words = TYPES[group]
                yield OtherChange(
                    group, names.get(int(line), ""), False, "type", words[one], words[other]
                )


def _titled(scope, found):
    """The changes, with a title where an org of the scope hosts the sitting today or has a row in it."""
    if scope is None or scope.parent_id is None or not found:
        return found
    lines = lines_in(scope)
    rows = [
        select(record.id).where(record.occurrence_id == Occurrence.id, record.line_id.in_(lines))
        for record in (CheckIn, Headcount)
    ]
    query = select(Occurrence.code).where(
        Occurrence.code.in_([one.code for one in found]),
        or_(Occurrence.host_line_id.in_(lines), *(one.exists() for one in rows)),
    )
    seen = set(db.session.scalars(query))
    return [one if one.code in seen else replace(one, title="") for one in found]


def _names(scope, *makeups):
    """Line id → the short name of its org today, where the scope may see it."""
    ids = {
        int(line) for made in makeups for one in made["sittings"].values() for line in one["lines"]
    }
    ids |= {one[0] for made in makeups for one in made["tallies"].values()}
    ids |= {int(line) for made in makeups for line in made.get("types", ())}
    ids |= {
        one[0]
        for made in makeups
        for rows in made.get("told", {}).values()
        for one in rows.values()
    }
    query = select(OrgLine.id, Org.short_name).join(Org, Org.id == OrgLine.org_id)
    if scope is not None:
        query = query.where(Org.path.like(scope.path + "%"))
    return {id_: name for id_, name in db.session.execute(query) if id_ in ids}
