"""Two records of one person belong where either did; on days both did, the one that stays wins."""

from datetime import date

from app import clock
from app.domain.members import Membership

FIRST, LAST = date.min, date.max


def take_memberships(work, gone, kept) -> None:
    """The memberships of `gone` become `kept`'s for the days on which `kept` has none of the kind
    (home: one anywhere; functional: one in the same org). What is left over gets no days."""
    rows = work.hold(Membership, Membership.person_id.in_([gone.id, kept.id]))
    theirs = [row for row in rows if row.person_id == kept.id]
    for row in [row for row in rows if row.person_id == gone.id and _has_days(row)]:
        rivals = [t for t in theirs if t.home == row.home and (t.home or t.org_id == row.org_id)]
        free = free_days(row, rivals)
        if not free:
            day = row.from_on or row.to_on or clock.today()
            row.from_on = row.to_on = day
            continue
        row.person_id, (row.from_on, row.to_on) = kept.id, free[0]
        theirs += [row, *(_another(work, row, piece) for piece in free[1:])]
    work.session.flush()


def free_days(row, rivals) -> list[tuple[date | None, date | None]]:
    """The stretches (from_on, to_on) of a dated row on which none of the rivals holds."""
    pieces = [_span(row)]
    for rival in rivals:
        start, end = _span(rival)
        if start < end:
            pieces = [
                piece
                for low, high in pieces
                for piece in ((low, min(high, start)), (max(low, end), high))
                if piece[0] < piece[1]
            ]
    return [(None if a == FIRST else a, None if b == LAST else b) for a, b in pieces]


def _span(row):
    return row.from_on or FIRST, row.to_on or LAST


def _has_days(row):
    start, end = _span(row)
    return start < end


def _another(work, row, piece):
    made = Membership(
        person_id=row.person_id, org_id=row.org_id, home=row.home, standing=row.standing,
        from_on=piece[0], to_on=piece[1],
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    work.add("membership", made.id)
    return made
