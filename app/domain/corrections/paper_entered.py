"""补录纸质名单: a whole signed sheet, entered later. Each row keeps the sheet's date for ever."""

from datetime import date

from sqlalchemy import select

from app import clock
from app.domain.checkins import must_be_on, record_check_in
from app.domain.corrections.model import Correction
from app.domain.corrections.paper_lines import PaperLine
from app.domain.corrections.record import correcting
from app.domain.corrections.stage import staged
from app.domain.events import Occurrence
from app.domain.members import Person, make_person
from app.domain.orgs import is_within
from app.domain.staff import Staff
from app.errors import Invalid, NotFound
from app.keys import match_key
from app.words import N_


def enter_paper(
    occurrence: Occurrence, lines: list[PaperLine], paper_on: date, *, by: Staff, reason: str = "",
    preview: bool = False,
) -> Correction:  # fmt: skip
    """Write a valid check-in (how: paper, paper_on) for each line that is to be written; a line
    the roster does not know is a guest of the host's, in review. Raises Invalid, NotFound, and
    Conflict for a sitting that counts nowhere: a draft, called off, taken back or merged away."""
    if not is_within(by.org, occurrence.event.host):
        raise NotFound
    if paper_on > clock.today():
        raise Invalid(N_("纸上的日期不能晚于今天。"), field="paper_on")
    written = [line for line in lines if line.is_written]
    if not written:
        raise Invalid(N_("这些名字都不用再录：已经签到，或不能逐人录。"), field="names")
    homes = [row.org for row in occurrence.event.invitations if is_within(by.org, row.org)]
    stage = staged(by.org, orgs=[occurrence.event.host, *homes], occurrences=[occurrence])
    stage["org"] = occurrence.event.host
    with correcting(
        "paper_entered", subject=f"event:{occurrence.event_id}", reason=reason, by=by,
        preview=preview, sitting=occurrence.code, paper_on=paper_on.isoformat(), **stage,
    ) as work:  # fmt: skip
        must_be_on(occurrence)
        for line in written:
            _write(work, occurrence, line, paper_on, by)
        guests = sum(1 for line in written if line.is_guest)
        work.correction.facts = {
            **work.correction.facts, "rows": len(written), "guests": guests,
            "skipped": _skipped(lines),
        }  # fmt: skip
    return work.correction


def _skipped(lines):
    """State → how many lines were not written."""
    found = {}
    for line in lines:
        if not line.is_written:
            found[line.state] = found.get(line.state, 0) + 1
    return found


def _write(work, occurrence, line, paper_on, by):
    person = line.person or _guest(work, line)
    row = record_check_in(
        occurrence, person, at=occurrence.starts_at, how="paper", by=by.actor,
        reasons=("identity",) if line.person is None else (),
    )  # fmt: skip
    row.paper_on = paper_on
    if line.person is None:
        row.typed_tail = line.tail or None
        row.typed_phone_hash = match_key("phone", line.phone) if line.phone else None
        row.suspected_person_id = line.candidates[0].person.id if line.candidates else None
    work.session.flush()
    work.add("check_in", row.id)


def _guest(work, line):
    """The guest of this name and phone, made when nobody was; without a phone one per line."""
    made = make_person(line.name, phone=line.phone)
    if line.phone:
        made.guest_key = match_key("guest", f"{made.name_key}|{line.phone}")
        known = work.session.scalar(select(Person).where(Person.guest_key == made.guest_key))
        if known is not None:
            final = known.merged_into_id or known.id
            return work.session.get(Person, final)
    made.is_unidentified, made.phone_tail = not line.phone, line.tail or None
    work.session.add(made)
    work.session.flush()
    work.add("person", made.id)
    return made
