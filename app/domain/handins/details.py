"""明细: one row per valid check-in of a period, streamed; never whole in the memory.

A few sittings at a time are asked for in order and read by a cursor; titles, branches and words are
made once. All of a file is read from one snapshot, on a connection of its own, because the answer is
still being sent when the request is over.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Connection, String, func, select, type_coerce
from sqlalchemy.orm import aliased

from app import clock
from app.db import db, is_sqlite
from app.domain import checkins, members
from app.domain.checkins import CheckIn
from app.domain.counts.base import held
from app.domain.events import Event, Occurrence
from app.domain.members import Person
from app.domain.orgs import Org, OrgLine, lines_in, subtree_lines
from app.domain.periods import Period
from app.text import mask_name
from app.words import N_

HEAD = (
    N_("序号"), N_("日期"), N_("活动"), N_("主办"), N_("姓名"), N_("支部"), N_("身份"), N_("签到时间"),
    N_("方式"), N_("角色"), N_("待核"), N_("认定时长（分钟）"),
)  # fmt: skip
WIDTHS = (8, 11, 30, 24, 14, 28, 13, 17, 9, 9, 7, 10)
SITTINGS = 40  # of one statement
MOST_TIMES = 100_000  # minutes remembered in words

Final = aliased(Person, name="final")
_masked = lru_cache(maxsize=8192)(mask_name)


@dataclass(frozen=True)
class Details:
    """What is asked for. reader: whose names are shown whole, those of branches in this org's subtree
    of today; None masks all. scope: rows of branches that lie outside it today are left out, as on
    the pages of rows; None leaves none out."""

    period: Period
    org: Org
    reader: Org | None
    say: Callable[[str], str] = str
    scope: Org | None = None

    def seen(self, query, line):
        """The query, of the lines that count for the org and that the scope may see."""
        if self.org.parent_id is not None:  # every line of every day contains the root
            query = query.where(line.in_(subtree_lines(self.org.id)))
        if self.scope is not None and self.scope.parent_id is not None:
            query = query.where(line.in_(lines_in(self.scope)))
        return query


def detail_rows(asked: Details, connection: Connection | None = None) -> Iterator[list]:
    """The rows in the order of HEAD, by sitting; as many as 人次 says, but for what lies outside the
    scope today. connection: a snapshot's; without one, a snapshot of its own. To be asked for inside an
    application context; without a connection, what it returns may be read outside it."""
    reading = _Reading(asked, is_sqlite())
    return reading.rows(connection) if connection else reading.rows_of_its_own(db.engine)


def number_of_rows(asked: Details) -> int:
    """How many rows the file will have."""
    sitting = held(asked.period)
    line = func.coalesce(CheckIn.line_id, sitting.c.host_line_id)
    query = (
        select(func.count())
        .select_from(CheckIn)
        .join(sitting, sitting.c.id == CheckIn.occurrence_id)
        .where(CheckIn.voided_at.is_(None))
    )
    return db.session.scalar(asked.seen(query, line))


class _Reading:
    """One walk over the rows."""

    def __init__(self, asked, sqlite):
        self.asked, self.sqlite = asked, sqlite
        sitting = held(asked.period)
        host = aliased(Org)
        self.sittings = (
            select(Occurrence.id, Occurrence.starts_on, Event.title, host.full_name, Occurrence.host_line_id)
            .join(sitting, sitting.c.id == Occurrence.id)
            .join(Event, Event.id == Occurrence.event_id)
            .join(OrgLine, OrgLine.id == Occurrence.host_line_id)
            .join(host, host.id == OrgLine.org_id)
            .order_by(Occurrence.starts_at, Occurrence.id)
        )  # fmt: skip
        self.lines = select(OrgLine.id, Org.full_name, Org.path).join(Org, Org.id == OrgLine.org_id)
        self.scope = asked.reader.path if asked.reader is not None else None
        say = asked.say
        self.words = {
            code: say(words)
            for family in (members.STANDINGS, checkins.HOWS, checkins.ROLES)
            for code, words in family.items()
        }
        self.guest, self.stray, self.open = say(N_("来宾")), say(N_("未归属")), say(N_("待核"))
        self.times: dict[str, str] = {}

    def rows_of_its_own(self, engine):
        level = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with engine.connect().execution_options(**level) as connection:
            yield from self.rows(connection)

    def rows(self, connection):
        lines = {
            line: (name, self.scope is not None and path.startswith(self.scope))
            for line, name, path in connection.execute(self.lines)
        }
        sittings = connection.execute(self.sittings).all()
        number = 0
        for start in range(0, len(sittings), SITTINGS):
            part = sittings[start : start + SITTINGS]
            known = {i: (str(day), title, host, line) for i, day, title, host, line in part}
            for row in connection.execute(self._check_ins(known)).yield_per(1000):
                number += 1
                yield self._cells(number, row, known, lines)

    def _check_ins(self, ids):
        """The valid rows of these sittings that count for the org."""
        at = type_coerce(CheckIn.checked_in_at, String)  # as the driver gives it: see _time
        query = (
            select(
                CheckIn.occurrence_id, CheckIn.line_id, func.coalesce(Final.name, Person.name),
                CheckIn.standing, at, CheckIn.how, CheckIn.role, CheckIn.review, CheckIn.granted_minutes,
            )
            .join(Occurrence, Occurrence.id == CheckIn.occurrence_id)
            .join(Person, Person.id == CheckIn.person_id)
            .outerjoin(Final, Final.id == Person.merged_into_id)
            .where(CheckIn.occurrence_id.in_(list(ids)), CheckIn.voided_at.is_(None))
            .order_by(Occurrence.starts_at, Occurrence.id, CheckIn.id)
        )  # fmt: skip
        return self.asked.seen(query, func.coalesce(CheckIn.line_id, Occurrence.host_line_id))

    def _cells(self, number, row, known, lines):
        sitting, line, name, standing, at, how, role, review, minutes = row
        day, title, host, host_line = known[sitting]
        branch, may_know = lines[line or host_line]
        return [
            number, day, title, host, name if may_know else _masked(name),
            branch if line else self.stray,
            self.words.get(standing, standing) if standing else self.guest,
            self._time(at), self.words.get(how, how),
            self.words.get(role, role), self.open if review == "open" else "", minutes,
        ]  # fmt: skip

    def _time(self, at):
        """Local time to the minute: of SQLite's text (UTC), or of the instant PostgreSQL gives."""
        if not self.sqlite:
            return clock.local(at).strftime("%Y-%m-%d %H:%M")
        words = self.times.get(minute := at[:16])
        if words is None:
            if len(self.times) > MOST_TIMES:
                self.times.clear()
            instant = datetime.fromisoformat(minute).replace(tzinfo=UTC)
            words = self.times[minute] = clock.local(instant).strftime("%Y-%m-%d %H:%M")
        return words
