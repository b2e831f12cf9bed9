"""The frame of every correction: a reason, the figures before and after, the journal, the trail.

A preview runs the very same correction and rolls it back, so what was shown is what will be done.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock, keys
from app.db import db, lock_words, transaction
from app.domain import audit, journal
from app.domain.corrections.figures import figures_of
from app.domain.corrections.model import PERSONAL, Correction
from app.domain.events import Occurrence
from app.domain.orgs import Org, is_within
from app.domain.periods import Period
from app.domain.staff import Staff
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.words import N_

ACT = "correction"
MOST_REASON = 200
UNDONE = N_("撤回更正")
MET = N_("刚刚有人改了其中的签到或人员，什么也没有改。请再看一遍。")
TAKEN = N_("这之后又有人签到或改了人员，原来的位置已经有一条。先处理那一条，再来撤回。")


class _PreviewOver(Exception):
    """Ends the transaction of a preview without a trace."""


@dataclass
class Work:
    """A correction being done. `touch` rows before changing them, `add` rows after adding them."""

    session: object
    correction: Correction
    _touched: dict[str, dict] = field(default_factory=dict)
    _added: dict[str, list] = field(default_factory=dict)

    def touch(self, table: str, ids: Iterable[int]) -> None:
        """Remember rows as they stand; what is changed in them afterwards can be taken back."""
        known = self._touched.setdefault(table, {})
        fresh = set(ids) - known.keys() - set(self._added.get(table, ()))
        fresh = journal.snapshot(self.session, table, fresh)
        known.update(fresh)

    def hold(self, model, *where) -> list:
        """The rows of a model as they are now, locked until the end, and touched."""
        query = select(model).where(*where).order_by(model.id)
        query = query.with_for_update().execution_options(populate_existing=True)
        rows = list(self.session.scalars(query))
        self.touch(model.__tablename__, [row.id for row in rows])
        return rows

    def add(self, table: str, *ids: int) -> None:
        """Rows this correction added: undoing makes them count for nothing, it deletes none."""
        self._added.setdefault(table, []).extend(ids)

    def note(self) -> int:
        """Write all of it into the journal; how many rows changed."""
        tables = {**self._touched, **{name: {} for name in self._added.keys() - self._touched}}
        return sum(
            journal.note(
                self.session, ACT, self.correction.id, table, before, self._added.get(table, ())
            )
            for table, before in tables.items()
        )


@contextmanager
def correcting(
    kind: str, *, org: Org, subject: str, reason: str, by: Staff, counted: Iterable[Org],
    period: Period, occurrences: Iterable[Occurrence] = (), preview: bool = False, **facts,
):  # fmt: skip
    """One correction as a transaction; yields its Work, whose correction holds figures_before and,
    afterwards, figures_after. preview: everything is done, looked at and rolled back.

    org: whose scope it belongs to; counted: the orgs whose figures of `period` are shown. Raises
    Invalid without a reason (not for a preview), Conflict when nothing changes or somebody was
    faster.
    """
    reason = reason.strip()
    if not preview and not 1 <= len(reason) <= MOST_REASON:
        raise Invalid(N_("请写更正的原因，200 字以内。"), field="reason")
    counted, occurrences = list(counted), list(occurrences)
    try:
        with transaction() as session:
            lock_words(session, ACT)
            correction = Correction(
                code=keys.new_code(8), kind=kind, org_id=org.id, subject=subject, reason=reason,
                facts=facts, made_at=clock.now(), made_by_id=by.id,
                figures_before=figures_of(counted, period, occurrences), figures_after={},
            )  # fmt: skip
            session.add(correction)
            session.flush()
            work = Work(session, correction)
            yield work
            if not work.note():
                raise Conflict(N_("没有什么要改的，刷新后再看。"))
            correction.figures_after = figures_of(counted, period, occurrences)
            _say("corrected", correction, by, reason)
            session.flush()
            if preview:
                raise _PreviewOver
    except _PreviewOver:
        return
    except IntegrityError:
        raise Conflict(MET) from None


def undo(correction: Correction, *, by: Staff, reason: str) -> None:
    """Take a correction back: every row as it was before. Raises Invalid without a reason, Conflict
    when it is taken back already, journal.ChangedSince when something later changed its rows."""
    reason = reason.strip()
    if not 1 <= len(reason) <= MOST_REASON:
        raise Invalid(N_("请写撤回的原因，200 字以内。"), field="reason")
    with transaction() as session:
        lock_words(session, ACT)
        correction = session.get(Correction, correction.id, with_for_update=True)
        if correction.undone_at is not None:
            raise Conflict(N_("这次更正已经撤回了。"))
        try:
            journal.take_back(
                session, ACT, correction.id, neutralise=_neutralise(by), last=_counts_again
            )
        except IntegrityError:
            raise Conflict(TAKEN) from None
        correction.undone_at, correction.undone_by_id = clock.now(), by.id
        correction.undo_reason = reason
        _say("correction_undone", correction, by, reason)


def find_correction(scope: Org, code: str, *, by: Staff | None = None) -> Correction:
    """A correction of the scope's subtree by its code; raises NotFound, Forbidden for one about
    people when `by` is no manager."""
    found = db.session.scalar(select(Correction).where(Correction.code == str(code).upper()[:12]))
    if found is None or not is_within(scope, found.org):
        raise NotFound
    if by is not None and found.kind in PERSONAL and not by.may("manager"):
        raise Forbidden
    return found


def corrections_in(scope: Org, *, personal: bool = True, limit: int = 100) -> list[Correction]:
    """The corrections of today's subtree, newest first; without those about people unless
    personal."""
    query = select(Correction).join(Org, Org.id == Correction.org_id)
    query = query.where(Org.path.like(scope.path + "%"))
    if not personal:
        query = query.where(Correction.kind.not_in(PERSONAL))
    return list(db.session.scalars(query.order_by(Correction.id.desc()).limit(limit)))


def _counts_again(change):
    """A row that was voided counts again: only after its double has gone back to whom it was."""
    return change.before is not None and change.before.get("voided_at", "") is None


def _neutralise(by):
    """What undoing makes of a row the correction added: it stays, and counts for nothing."""

    def neutralise(session, table_name, row_id):
        table, now = db.metadata.tables[table_name], clock.now()
        values = {
            "check_in": {
                "voided_at": now, "void_reason": UNDONE, "voided_by_kind": "staff",
                "voided_by_id": by.id,
            },
            "headcount": {"voided_at": now},
            "event": {"withdrawn_at": now},
        }.get(table_name)  # fmt: skip
        if (
            table_name == "membership"
        ):  # a membership of no days: from_on <= day < to_on never holds
            on = (
                session.scalar(select(table.c.from_on).where(table.c.id == row_id)) or clock.today()
            )
            values = {"from_on": on, "to_on": on}
        if values:
            session.execute(table.update().where(table.c.id == row_id).values(values))

    return neutralise


def _say(act, correction, by, reason):
    audit.record(
        act, by=by.actor, org_id=correction.org_id, subject=correction.subject,
        kind=correction.kind, correction=correction.code, reason=reason,
    )  # fmt: skip
