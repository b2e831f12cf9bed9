"""Read a list in, say whom one of its lines means, take a list back."""

from datetime import date

from sqlalchemy import insert, select

from app import clock
from app.db import db, lock_words, transaction
from app.domain import audit
from app.domain.members import open_on
from app.domain.orgs import Org, OrgLine
from app.domain.staff import Staff
from app.domain.studies.drafts import Draft, Plan, plan_of
from app.domain.studies.matching import ELSEWHERE, FOUND, HAND, NAME, NONE, SEVERAL, Known, Roll
from app.domain.studies.model import StudyIssue, StudyList, StudyRecord
from app.domain.studies.questions import due_day_of, find_line, org_of
from app.domain.studies.reading import Line
from app.domain.studies.splitting import split
from app.errors import Conflict, Invalid, NotFound
from app.keys import new_code
from app.text import tidy
from app.words import N_


def read_in(
    draft: Draft, scope: Org, *, shown: str, by: Staff, elsewhere: bool = False
) -> StudyList:
    """Write down the draft's lines. `shown` is Plan.print of what was looked at; `elsewhere`: take
    those too whose branch on the roster is another than the list's. Raises Conflict, Invalid."""
    with transaction() as session:
        lock_words(session, "studies", draft.series, draft.name)
        plan = plan_of(draft, scope)
        if plan.was_read:
            raise Conflict(N_("这份名单已经读过了，没有改动。"))
        if plan.print != shown:
            raise Conflict(N_("花名册刚刚有改动，请看过新的结果再确认。"))
        listing = StudyList(
            code=new_code(8), issue_id=_issue(session, draft, by).id, file_name=draft.file_name,
            digest=draft.digest, org_id=scope.id, rows=len(draft.lines), made_at=clock.now(),
            made_by_id=by.id,
        )  # fmt: skip
        session.add(listing)
        session.flush()
        session.execute(insert(StudyRecord), list(_records(plan, listing, elsewhere)))
        audit.record(
            "study_list_read", by=by.actor, org_id=scope.id, subject=f"study_list:{listing.id}",
            issue=draft.name, file=draft.file_name, rows=len(draft.lines),
            people=len([m for m in plan.matches if _person(m, elsewhere)]),
        )  # fmt: skip
    return listing


def say_who(listing: StudyList, row: int | str, code: str, *, by: Staff) -> None:
    """This line means the person of this code ("" = nobody that is known). Raises NotFound for
    somebody who was not on the roster of the due day, Conflict for a list that was taken back."""
    with transaction():
        _check_valid(listing)
        record, person = find_line(listing, row), None
        if code:
            roll = Roll(org_of(listing), due_day_of(listing))
            person = next((p for p in roll.people.values() if p.code == code.strip().upper()), None)
            if person is None:
                raise NotFound
        if record.person_id == (person.id if person else None):
            return
        if record.person_id is not None and record.match != HAND:
            raise Conflict(N_("这一行已经对上了。"))
        record.person_id, record.match = (person.id, HAND) if person else (None, NONE)
        lines = _lines_on(due_day_of(listing), {person.org_id} if person else set())
        record.line_id = lines.get(person.org_id) if person else None
        audit.record(
            "study_line_matched", by=by.actor, org_id=listing.org_id,
            subject=f"study_list:{listing.id}", issue=listing.issue.name, row=record.row,
            person=person.code if person else "",
        )  # fmt: skip


def take_back(listing: StudyList, reason: str, *, by: Staff) -> None:
    """The list counts no more; its lines stay. Raises Invalid without a reason, Conflict."""
    reason = tidy(reason)[:200]
    if not reason:
        raise Invalid(N_("请写撤销的原因。"), field="reason")
    with transaction():
        _check_valid(listing)
        listing.voided_at, listing.voided_by_id = clock.now(), by.id
        listing.void_reason = reason
        audit.record(
            "study_list_voided", by=by.actor, org_id=listing.org_id,
            subject=f"study_list:{listing.id}", issue=listing.issue.name, file=listing.file_name,
            reason=reason,
        )  # fmt: skip


def may_mean(listing: StudyList, records, words: str = "") -> dict[int, list[Known]]:
    """Row → whom each of these lines may mean; with words, also who is called so."""
    roll = Roll(org_of(listing), due_day_of(listing))
    found = roll.called(words) if words else []
    lines = {r.row: Line(r.row, r.told, r.told_org, *split(r.told)) for r in records}
    return {row: list(dict.fromkeys([*roll.alike(line), *found])) for row, line in lines.items()}


def _check_valid(listing):
    db.session.refresh(listing)
    if listing.voided_at:
        raise Conflict(N_("这份名单已经撤销了。"))


def _issue(session, draft, by):
    query = select(StudyIssue).where(
        StudyIssue.series == draft.series, StudyIssue.name == draft.name
    )
    issue = session.scalar(query)
    if issue is None:
        issue = StudyIssue(
            code=new_code(8), series=draft.series, name=draft.name, due_on=draft.due_on,
            made_at=clock.now(), made_by_id=by.id,
        )  # fmt: skip
        session.add(issue)
    issue.due_on = draft.due_on  # of an issue without a valid list the day was nobody's
    session.flush()
    return issue


def _person(match, elsewhere):
    return match.person if match.how in FOUND and (match.how != ELSEWHERE or elsewhere) else None


def _records(plan: Plan, listing, elsewhere):
    """The rows as one statement takes them: a list holds the write gate as shortly as it can."""
    people = [one for m in plan.matches if (one := _person(m, elsewhere))]
    lines = _lines_on(plan.draft.due_on, {one.org_id for one in people})
    for match in plan.matches:
        person, line = _person(match, elsewhere), match.line
        how = match.how if match.how != ELSEWHERE else (NAME if person else SEVERAL)
        yield {
            "list_id": listing.id, "row": line.row, "told": line.told, "told_org": line.told_org,
            "match": how, "person_id": person.id if person else None,
            "line_id": lines.get(person.org_id) if person else None, "studied_at": line.studied_at,
        }  # fmt: skip


def _lines_on(day: date, org_ids: set[int]) -> dict[int, int]:
    """Org → its line on a local day."""
    query = select(OrgLine.org_id, OrgLine.id).where(open_on(day, OrgLine))
    return {org: line for org, line in db.session.execute(query) if org in org_ids}
