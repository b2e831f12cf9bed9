"""合并两个人: one person was on file twice. Lines and standing of each day stay as they were."""

from app.domain.corrections.absorb import both_now, rows_of_both, take_in, void_doubles
from app.domain.corrections.model import Correction
from app.domain.corrections.record import correcting
from app.domain.corrections.stage import home_orgs, rows_of, staged
from app.domain.members import Person
from app.domain.staff import Staff
from app.errors import Invalid
from app.words import N_


def merge_people(
    kept: Person, gone: Person, *, by: Staff, reason: str = "", preview: bool = False
) -> Correction:
    """Everything of `gone` becomes `kept`'s. A sitting both checked in to keeps one valid row, the
    other is voided as 重复. Figures move by those, and 人数. Raises Conflict when one of the two
    was merged meanwhile, Invalid."""
    if kept.id == gone.id:
        raise Invalid(N_("要选两个不同的人。"), field="other")
    rows = [*rows_of(kept), *rows_of(gone)]
    stage = staged(by.org, rows=rows, orgs=home_orgs(kept, gone))
    stage["occurrences"] = _both_came(rows_of(kept), rows_of(gone))
    with correcting(
        "people_merged", subject=f"person:{kept.id}", reason=reason, by=by, preview=preview,
        kept=kept.code, gone=gone.code, **stage,
    ) as work:  # fmt: skip
        kept, gone = both_now(work, kept, gone)
        rows = rows_of_both(work, kept, gone)
        doubles = void_doubles(work, rows, by=by)
        for row in rows:
            row.person_id = kept.id
        take_in(work, gone, kept)
        work.correction.facts = {**work.correction.facts, "doubles": doubles, "rows": len(rows)}
    return work.correction


def _both_came(one, other):
    sittings = {row.occurrence_id for row in other if row.voided_at is None}
    found = {r.occurrence_id: r.occurrence for r in one if r.voided_at is None and r.occurrence_id in sittings}  # fmt: skip
    return list(found.values())
