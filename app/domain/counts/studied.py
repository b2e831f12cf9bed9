"""参学率: how many of a node's members finished an issue of 青年大学习, and who did not.

Both numbers are people of one roster, that of the issue's due day: members of counted standing whose
home branch that day lay under the node by the line of that day. So the rate never passes 100 %, a
move afterwards changes nothing, and a correction of the roster corrects both.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db, transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.members import COUNTED, Membership, Person, open_on, resolved
from app.domain.orgs import Org, OrgLine, OrgLineAncestor, subtree_lines, subtree_of
from app.domain.studies import StudyIssue, StudyList, StudyRecord
from app.words import N_

STUDY_DEFINITIONS = (
    N_("应学：截止日那天组织关系在这里的团员（含保留团籍党员），含下级。"),
    N_("参学：应学的人里名单上有的，一个人算一次，不管在几份名单里。"),
    N_("参学率：参学 ÷ 应学。按截止日那天的花名册和隶属关系算，以后调动不改。"),
)


@dataclass(frozen=True)
class StudyCounts:
    """An org's whole subtree in one issue: people due, and those of them who studied."""

    org: Org
    depth: int
    due: int
    studied: int

    @property
    def missing(self) -> int:
        return self.due - self.studied


@dataclass(frozen=True)
class IssueCounts:
    """One issue for a scope; `recent` are (studied, due) of this and the three issues before."""

    issue: StudyIssue
    due: int
    studied: int
    recent: tuple[int, int]


@dataclass(frozen=True)
class Unstudied:
    """A branch's members who did not study, by pinyin. Without org: so many of branches that are
    not the reader's today."""

    org: Org | None
    people: tuple[Person, ...]
    number: int


def study_counts(issue: StudyIssue, scope: Org) -> list[StudyCounts]:
    """Every org of today's subtree that had anybody due, the scope first, in tree order."""
    due, studied = _by_org(issue), _by_org(issue, _studied(issue.id))
    return [
        StudyCounts(node, node.depth - scope.depth, due.get(node.id, 0), studied.get(node.id, 0))
        for node in subtree_of(scope)
        if node.id == scope.id or due.get(node.id)
    ]


def issue_counts(issues: list[StudyIssue], scope: Org) -> list[IssueCounts]:
    """The scope's figures of each of these issues (newest first)."""
    found = [(one, *_of_scope(one, scope)) for one in issues]
    answer = []
    for at, (issue, due, studied) in enumerate(found):
        before = [row for row in found[at:] if row[0].series == issue.series][:4]
        recent = (sum(row[2] for row in before), sum(row[1] for row in before))
        answer.append(IssueCounts(issue, due, studied, recent))
    return answer


def unstudied(issue: StudyIssue, org: Org, reader: Org) -> list[Unstudied]:
    """未学名单 of an org, by branch: names of branches in the reader's subtree of today, of others
    only how many."""
    query = (
        select(Org, Person)
        .join(Membership, Membership.org_id == Org.id)
        .join(Person, Person.id == Membership.person_id)
        .where(*_due(issue, org.id), Person.id.not_in(_studied(issue.id)))
        .order_by(Org.path, Person.pinyin, Person.id)
    )
    mine, others = {}, 0
    for branch, person in db.session.execute(query):
        if branch.path.startswith(reader.path):
            mine.setdefault(branch, []).append(person)
        else:
            others += 1
    found = [Unstudied(branch, tuple(people), len(people)) for branch, people in mine.items()]
    return found + ([Unstudied(None, (), others)] if others else [])


def export_study(issue: StudyIssue, scope: Org, *, what: str, by: Actor) -> list[StudyCounts]:
    """study_counts(), with a line in the trail that somebody took them away."""
    with transaction():
        rows = study_counts(issue, scope)
        audit.record(
            "exported", by=by, org_id=scope.id, subject=f"org:{scope.id}", rows=len(rows),
            what=f"{what} {issue.series} {issue.name}",
        )  # fmt: skip
    return rows


def _studied(issue_id):
    """A select of the final ids of those on a valid list of the issue."""
    return (
        select(resolved())
        .join(StudyRecord, StudyRecord.person_id == Person.id)
        .join(StudyList, StudyList.id == StudyRecord.list_id)
        .where(StudyList.issue_id == issue_id, StudyList.voided_at.is_(None))
    )


def _due(issue, org_id):
    """The conditions on Membership and Person of those due under an org."""
    lines = select(OrgLine.org_id).where(
        OrgLine.id.in_(subtree_lines(org_id)), open_on(issue.due_on, OrgLine)
    )
    return (
        Membership.org_id.in_(lines), open_on(issue.due_on), Membership.home,
        Membership.standing.in_(COUNTED), Person.merged_into_id.is_(None),
    )  # fmt: skip


def _of_scope(issue, scope):
    """(due, studied) of one org."""
    query = (
        select(func.count(Membership.person_id.distinct()))
        .join(Person, Person.id == Membership.person_id)
        .where(*_due(issue, scope.id))
    )
    return db.session.scalar(query), db.session.scalar(
        query.where(Membership.person_id.in_(_studied(issue.id)))
    )


def _by_org(issue, who=None):
    """Org id → distinct members due of its subtree, of `who` alone if given."""
    query = (
        select(OrgLineAncestor.org_id, func.count(Membership.person_id.distinct()))
        .join(OrgLine, OrgLine.id == OrgLineAncestor.line_id)
        .join(Membership, Membership.org_id == OrgLine.org_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            open_on(issue.due_on, OrgLine), open_on(issue.due_on), Membership.home,
            Membership.standing.in_(COUNTED), Person.merged_into_id.is_(None),
        )
        .group_by(OrgLineAncestor.org_id)
    )  # fmt: skip
    if who is not None:
        query = query.where(Membership.person_id.in_(who))
    return dict(db.session.execute(query).all())
