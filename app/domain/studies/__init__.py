"""Study records: the platform's completion lists, reconciled with the roster of the due day."""

from app.domain.studies.drafts import SERIES, Draft, Plan, draft_of, opened, plan_of, sealed
from app.domain.studies.matching import ELSEWHERE, HAND, NAME, NONE, NUMBER, SEVERAL, Known, Match
from app.domain.studies.model import StudyIssue, StudyList, StudyRecord
from app.domain.studies.questions import (
    ListRow,
    find_issue_in,
    find_line,
    find_list_in,
    issues_in,
    lists_of,
    mended_lines,
    open_lines,
    org_of,
)
from app.domain.studies.reading import MOST_MEGABYTES, Line, Reading, read_list, read_pasted
from app.domain.studies.splitting import Who, split
from app.domain.studies.verbs import may_mean, read_in, say_who, take_back

__all__ = [
    "ELSEWHERE", "HAND", "MOST_MEGABYTES", "NAME", "NONE", "NUMBER", "SERIES", "SEVERAL", "Draft", "Known",
    "Line", "ListRow", "Match", "Plan", "Reading", "StudyIssue", "StudyList", "StudyRecord", "Who",
    "draft_of", "find_issue_in", "find_line", "find_list_in", "issues_in", "lists_of", "may_mean",
    "mended_lines", "open_lines", "opened", "org_of", "plan_of", "read_in", "read_list", "read_pasted",
    "say_who", "sealed", "split", "take_back",
]  # fmt: skip
