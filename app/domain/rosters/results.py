"""What stays of a file after it was applied: the lines that were not taken and why, sealed.

Of somebody possibly under 14 only the masked name stays, and whom on file the line meant.
"""

import json
import zlib
from dataclasses import dataclass, field

from sqlalchemy import select

from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.members import Person
from app.domain.orgs import Org
from app.domain.rosters.drafts import Said, Young
from app.domain.rosters.model import RosterFile
from app.domain.rosters.shapes import Words
from app.keys import seal, unseal
from app.text import mask_name

NOT_TAKEN = ("unknown_branch", "ambiguous", "broken")
MOST_ORGS = 40


@dataclass(frozen=True, slots=True)
class Untaken:
    """A line that was not taken: on which list of the plan it stood, and why."""

    list: str
    line: int
    name: str
    branch: str
    reasons: tuple[Words, ...]


@dataclass(frozen=True)
class Result:
    """`untaken` lines · `young`: possibly under 14, not stored · `said`: pasted words that were
    nobody · `org_ids`: the branches that were named, the first forty."""

    untaken: tuple[Untaken, ...] = ()
    young: tuple[Young, ...] = ()
    said: tuple[Said, ...] = ()
    org_ids: tuple[int, ...] = ()
    on_file: dict[int, str] = field(default_factory=dict)  # person id → code, those still there

    @property
    def orgs(self) -> list[Org]:
        """The branches the file was about, in tree order."""
        query = select(Org).where(Org.id.in_(self.org_ids)).order_by(Org.path)
        return list(db.session.scalars(query))


def sealed_result(plan, draft) -> bytes:
    """The result of a plan that is being applied, of a draft (None: the command line's rows)."""
    said = {
        "untaken": [
            [name, e.line, e.name, e.branch, [[r.text, r.facts] for r in e.reasons]]
            for name in NOT_TAKEN
            for e in getattr(plan, name)
        ],
        "young": _young(plan, draft),
        "said": [list(one) for one in draft.said if one[2]] if draft else [],
        "org_ids": sorted({e.org_id for e in (*plan.new, *plan.moved, *plan.changed) if e.org_id}),
    }
    said["org_ids"] = said["org_ids"][:MOST_ORGS]
    return seal(zlib.compress(json.dumps(said, ensure_ascii=False).encode(), 3))


def result_of(file: RosterFile) -> Result:
    """The Result of an applied file; an empty one when nothing is kept (any more)."""
    if file.result is None:
        return Result()
    try:
        said = json.loads(zlib.decompress(unseal(file.result)))
    except ValueError:
        return Result()
    young = tuple(Young(*one) for one in said["young"])
    return Result(
        tuple(
            Untaken(name, line, who, branch, tuple(Words(*reason) for reason in reasons))
            for name, line, who, branch, reasons in said["untaken"]
        ),
        young,
        tuple(Said(*one) for one in said["said"]),
        tuple(said["org_ids"]),
        _on_file(young),
    )


def export_untaken(file: RosterFile, *, by: Actor) -> Result:
    """The result, to be taken out of the house: that is written down."""
    result = result_of(file)
    with transaction():
        audit.record(
            "exported", by=by, org_id=file.org_id, subject=f"roster:{file.id}",
            what=f"{file.filename} untaken.csv", rows=len(result.untaken) + len(result.said),
        )  # fmt: skip
    return result


def _young(plan, draft):
    """A draft masked the names already; rows of the command line are masked here."""
    kept = {young.line: young for young in draft.young} if draft else {}
    found = []
    for entry in plan.possibly_under_14:
        known = kept.get(entry.line)
        person_id = known.person_id if known else getattr(entry.was, "id", None)
        name = known.masked_name if known else mask_name(entry.name)
        found.append([entry.line, name, entry.branch, person_id])
    return found


def _on_file(young):
    ids = {one.person_id for one in young} - {None}
    query = select(Person.id, Person.code).where(Person.id.in_(ids))
    return dict(db.session.execute(query).all()) if ids else {}
