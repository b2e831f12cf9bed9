"""A blank is kept once, filled for as many periods as wanted, and taken out of use; never deleted."""

import hashlib
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db, transaction
from app.domain import audit
from app.domain.blanks import filling, marks
from app.domain.blanks.model import Blank
from app.domain.blanks.package import Package
from app.domain.orgs import Org
from app.domain.periods import Period
from app.domain.staff import Staff
from app.errors import Conflict, Invalid, NotFound
from app.keys import new_code
from app.words import N_

UNNAMED = "套表.xlsx"


class UnknownMarks(Invalid):
    """The file asks for what nobody counts; `unknown` says what, where, and what was meant."""

    code, field = "unknown_marks", "file"
    words = N_("文件里有 %(n)s 个标记不认识，改好再传。")

    def __init__(self, unknown):
        super().__init__(n=len(unknown))
        self.unknown = unknown


def keep(content: bytes, name: str, *, org: Org, by: Staff) -> Blank:
    """Keep a superior's form for the org. Raises UnreadableFile, UnknownMarks, Invalid for a file
    without marks, Conflict for one that is kept already."""
    found, unknown = filling.marks_of(Package(content), marks.known_marks())
    if unknown:
        raise UnknownMarks(unknown)
    if not found:
        raise Invalid(marks.NO_MARKS, field="file")
    digest = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        same = select(Blank.id).where(
            Blank.org_id == org.id, Blank.digest == digest, Blank.voided_at.is_(None)
        )
        if session.scalar(same) is not None:
            raise Conflict(N_("这份套表已经留着了。"))
        blank = Blank(
            code=new_code(), org_id=org.id, name=name[:80] or UNNAMED, digest=digest, marks=found, body=content,
            made_at=clock.now(), made_by_id=by.id,
        )  # fmt: skip
        session.add(blank)
        session.flush()
        audit.record(
            "blank_kept", by=by.actor, org_id=org.id, subject=f"blank:{blank.id}", file=blank.name
        )
    return blank


def void(blank: Blank, *, by: Staff) -> None:
    """Take it out of use; idle when it is."""
    with transaction() as session:
        session.refresh(blank)
        if blank.voided_at is None:
            blank.voided_at = clock.now()
            audit.record(
                "blank_voided", by=by.actor, org_id=blank.org_id, subject=f"blank:{blank.id}",
                file=blank.name,
            )  # fmt: skip


def fill(
    blank: Blank, period: Period, org: Org, *, by: Staff, say: Callable[[str], str] = str
) -> bytes:
    """A copy of the file with the period's figures of the org in its marks. A mark of a programme that
    has another name by now is refused by name, as when the file came; a form out of use is a Conflict."""
    if blank.voided_at is not None:
        raise Conflict(N_("这份套表已经停用了。"))
    package, known = Package(blank.body), marks.known_marks()
    _found, unknown = filling.marks_of(package, known)
    if unknown:
        raise UnknownMarks(unknown)
    with transaction():
        told = marks.values(period, org, say)
        audit.record(
            "exported", by=by.actor, org_id=org.id, subject=f"org:{org.id}", rows=len(blank.marks),
            what=f"{blank.name} {period.from_on} – {period.to_on}",
        )  # fmt: skip
    return filling.filled(package, told)


def blanks_of(scope: Org) -> list[Blank]:
    """The blanks in use of the scope's subtree, newest first."""
    query = (
        select(Blank)
        .join(Org, Org.id == Blank.org_id)
        .where(Org.path.like(scope.path + "%"), Blank.voided_at.is_(None))
        .options(joinedload(Blank.org))
        .order_by(Blank.id.desc())
    )
    return list(db.session.scalars(query))


def find_blank_in(scope: Org, code: str) -> Blank:
    """The blank of a code, taken out of use or not; NotFound outside the scope's subtree."""
    query = select(Blank).join(Org, Org.id == Blank.org_id)
    query = query.where(Blank.code == str(code)[:12], Org.path.like(scope.path + "%"))
    blank = db.session.scalar(query)
    if blank is None:
        raise NotFound
    return blank
