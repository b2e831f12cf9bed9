"""青年之家: the places of the League, with a level, days of opening and a code for the door."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.orgs import Org, OrgLine, is_within, line_of, subtree_lines
from app.domain.periods import Period
from app.errors import Conflict, Invalid, NotFound
from app.keys import new_code
from app.text import spoken_code
from app.words import N_

LEVELS = {
    "street": N_("街道级"), "district": N_("区级"), "city": N_("市级"), "province": N_("省级"),
    "national": N_("全国示范"),
}  # fmt: skip
KEPT = ("name", "level", "address", "opened_on", "org")
FIELDS = {"name": "title"}  # how the trail calls what is not a person's


class Venue(db.Model):
    """A place; its code is the permanent door code /v/<code>. closed_on: the first day it is shut."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(12), default="")  # one of LEVELS, or none
    address: Mapped[str] = mapped_column(String(120), default="")
    org_id: Mapped[int] = mapped_column(ForeignKey("org.id"))
    opened_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    # Who opened it: the line of opened_on, whoever keeps it later.
    opened_line_id: Mapped[int | None] = mapped_column(ForeignKey("org_line.id"))

    org: Mapped[Org] = relationship()

    @property
    def is_closed(self) -> bool:
        return self.closed_on is not None and self.closed_on <= clock.today()


def venues_open_on(day: date) -> list[Venue]:
    """The venues open on a local day, by name."""
    return list(db.session.scalars(select(Venue).where(_open_on(day)).order_by(Venue.name)))


def venue_or_none(name: str) -> Venue | None:
    """The open venue of exactly this name: a place that is one is linked to it."""
    query = select(Venue).where(Venue.name == name.strip(), _open_on(clock.today()))
    return db.session.scalars(query.order_by(Venue.id).limit(1)).first()


def venues_in(scope: Org) -> list[Venue]:
    """The venues of the scope's subtree: the open ones first, by name."""
    query = select(Venue).join(Org, Org.id == Venue.org_id).where(Org.path.like(scope.path + "%"))
    found = db.session.scalars(query.order_by(Venue.name, Venue.id))
    return sorted(found, key=lambda venue: venue.is_closed)


def opened_in(period: Period, org: Org) -> list[Venue]:
    """The venues that were opened in the period by orgs that lay in the subtree on that day, whoever
    keeps them now: the first opened first."""
    query = (
        select(Venue)
        .where(
            Venue.opened_on.between(period.from_on, period.to_on),
            Venue.opened_line_id.in_(subtree_lines(org.id)),
        )
        .order_by(Venue.opened_on, Venue.id)
    )
    return list(db.session.scalars(query))


def find_venue(code: str) -> Venue:
    """The venue of a door code, in any spelling; raises NotFound."""
    found = db.session.scalar(select(Venue).where(Venue.code == spoken_code(code)[:12]))
    if found is None:
        raise NotFound
    return found


def find_venue_in(scope: Org, code: str) -> Venue:
    """The venue of a code inside the scope's subtree; raises NotFound."""
    venue = find_venue(code)
    if not is_within(scope, venue.org):
        raise NotFound
    return venue


def add_venue(
    name: str, *, org: Org, by: Actor, level: str = "", address: str = "",
    opened_on: date | None = None,
) -> Venue:  # fmt: skip
    """A new place of an org, with a door code for good. Raises Invalid, Conflict for a name that an
    open one bears: events find their venue by its name."""
    with transaction() as session:
        told = _checked(session, name=name, level=level, address=address)
        venue = Venue(
            code=new_code(8), org_id=org.id, opened_on=opened_on,
            opened_line_id=_opened_line(org.id, opened_on), **told,
        )  # fmt: skip
        session.add(venue)
        session.flush()
        _record("venue_added", venue, by)
    return venue


def edit_venue(venue: Venue, *, by: Actor, opened_it: bool = False, **told) -> None:
    """Change what is told: name, level, address, opened_on, org. The door code stays, whatever
    changes, and so does who opened it: another org keeps it from now on, unless `opened_it` says
    that it always was that org's. Raises Invalid, Conflict."""
    with transaction() as session:
        session.refresh(venue)
        before = {name: getattr(venue, name) for name in KEPT}
        after = before | told
        words = {name: after[name] for name in ("name", "level", "address")}
        after |= _checked(session, **words, but=venue)
        if venue.closed_on and after["opened_on"] and after["opened_on"] > venue.closed_on:
            raise Invalid(N_("启用日要在停用日以前。"), field="opened_on")
        changes = {
            FIELDS.get(name, name): [_plain(name, before[name]), _plain(name, after[name])]
            for name in KEPT
            if before[name] != after[name]
        }
        was = _opener(session, venue)
        opener = after["org"] if opened_it or was is None else was
        if was is not None and was.id != opener.id:
            changes["opener"] = [was.full_name, opener.full_name]
        if "opener" in changes or before["opened_on"] != after["opened_on"]:
            venue.opened_line_id = _opened_line(opener.id, after["opened_on"])
        for name, value in after.items():
            setattr(venue, name, value)
        session.flush()
        if changes:
            _record("venue_edited", venue, by, changes=changes)


def close_venue(venue: Venue, *, by: Actor, on: date | None = None) -> None:
    """Shut a place from a local day on (today unless told): its door code says so. Raises
    Conflict, Invalid."""
    with transaction() as session:
        session.refresh(venue)
        day = on or clock.today()
        if venue.closed_on is not None:
            raise Conflict(N_("这个青年之家已经停用了。"))
        if venue.opened_on is not None and day < venue.opened_on:
            raise Invalid(N_("停用日要在启用日以后。"), field="on")
        venue.closed_on = day
        _record("venue_closed", venue, by, on=day.isoformat())


def reopen_venue(venue: Venue, *, by: Actor) -> None:
    """Open a shut place again, with the code it had. Raises Conflict."""
    with transaction() as session:
        session.refresh(venue)
        if venue.closed_on is None:
            raise Conflict(N_("这个青年之家没有停用。"))
        _checked(session, name=venue.name, level=venue.level, address=venue.address, but=venue)
        venue.closed_on = None
        _record("venue_reopened", venue, by)


def _opener(session, venue):
    """The org that opened it; None where no day of opening is known."""
    line = venue.opened_line_id and session.get(OrgLine, venue.opened_line_id)
    return session.get(Org, line.org_id) if line else None


def _opened_line(org_id, opened_on):
    return line_of(org_id, opened_on) if opened_on else None


def _open_on(day):
    return (Venue.closed_on.is_(None)) | (Venue.closed_on > day)


def _checked(session, *, name, level, address, but=None):
    name, address = name.strip(), address.strip()
    if not 1 <= len(name) <= 60:
        raise Invalid(N_("名称要有 1 到 60 个字。"), field="name")
    if level and level not in LEVELS:
        raise Invalid(N_("没有这种级别。"), field="level")
    if len(address) > 120:
        raise Invalid(N_("地址最多 120 个字。"), field="address")
    lock_words(session, "venue", name)
    same = select(Venue.id).where(
        Venue.name == name, _open_on(clock.today()), Venue.id != (but.id if but else 0)
    )
    if session.scalar(same.limit(1)) is not None:
        raise Conflict(
            N_("已经有一个叫“%(name)s”的青年之家。活动按名称找它，请换个名字。"), field="name", name=name
        )  # fmt: skip
    return {"name": name, "level": level, "address": address}


def _plain(name, value):
    if name == "level":
        return LEVELS.get(value, value)
    if isinstance(value, date):
        return value.isoformat()
    return value.full_name if isinstance(value, Org) else value


def _record(act, venue, by, **facts):
    audit.record(
        act, by=by, org_id=venue.org_id, subject=f"venue:{venue.id}", venue=venue.name, **facts
    )
