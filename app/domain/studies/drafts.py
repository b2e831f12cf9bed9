"""A list between preview and application. It travels sealed with the page, so that nothing of it is
kept of those who look and go away."""

import base64
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import date, datetime

from app import clock
from app.domain.orgs import Org
from app.domain.studies.matching import ELSEWHERE, NONE, SEVERAL, Match, Roll, settled
from app.domain.studies.model import StudyIssue
from app.domain.studies.questions import issue_named, known_people, list_with
from app.domain.studies.reading import Line, Reading
from app.errors import Gone, Invalid
from app.keys import seal, unseal
from app.text import tidy
from app.words import N_

SERIES = "青年大学习"
MOST_SERIES, MOST_NAME = 40, 60
LIFE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Draft:
    """What was read for an issue, and for which org's subtree."""

    series: str
    name: str
    due_on: date
    org_id: int
    file_name: str
    digest: str
    skipped: int
    courses: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Plan:
    """What a draft would do: the matches that would be kept; how many lines say somebody of this
    list again; how many of those found are on record for the issue already, from another list; the
    code of the list it was read as before, if it was."""

    draft: Draft
    issue: StudyIssue | None
    matches: tuple[Match, ...]
    again: int
    known: int
    was_read: str | None

    def of(self, *ways: str) -> list[Match]:
        return [one for one in self.matches if one.how in ways]

    @property
    def print(self) -> str:
        """What must still be so when it is applied."""
        counts = [len(self.of(how)) for how in ("number", "name", "hand", ELSEWHERE, SEVERAL, NONE)]
        return "-".join(str(n) for n in [*counts, self.again])


def draft_of(
    reading: Reading, *, series: str, name: str, due_on: date, org: Org, file: str
) -> Draft:
    """A draft of what was read. An issue without a name is called as the list's only course is.
    Raises Invalid."""
    series = tidy(series) or SERIES
    name = tidy(name) or (reading.courses[0] if len(reading.courses) == 1 else "")
    if not name:
        raise Invalid(N_("请写是哪一期。"), field="name")
    if len(name) > MOST_NAME or len(series) > MOST_SERIES:
        raise Invalid(N_("最多 %(n)s 个字。"), field="name", n=MOST_NAME)
    if due_on > clock.today():
        raise Invalid(N_("截止日还没有到。名单按截止那天的花名册对。"), field="due_on")
    file = tidy(file.replace("\\", "/").rsplit("/", 1)[-1])[-120:]
    return Draft(
        series, name, due_on, org.id, file, reading.digest, reading.skipped, reading.courses,
        reading.lines,
    )  # fmt: skip


def plan_of(draft: Draft, scope: Org) -> Plan:
    """Match the draft's lines with the roster of the due day. Raises Invalid when the issue is on
    file with another due day."""
    issue = issue_named(draft.series, draft.name)
    if issue is not None and issue.due_on != draft.due_on:
        raise Invalid(
            N_("这一期登记的截止日是 %(day)s，请写一样的。"), field="due_on",
            day=issue.due_on.isoformat(),
        )  # fmt: skip
    roll = Roll(scope, draft.due_on)
    people, told, kept, again = set(), set(), [], 0
    for one in settled([roll.match(line) for line in draft.lines]):
        said = (one.line.told, one.line.told_org)
        if one.person.id in people if one.person else said in told:
            again += 1
            continue
        people.add(one.person.id) if one.person else told.add(said)
        kept.append(one)
    known = len(people & known_people(issue))
    return Plan(draft, issue, tuple(kept), again, known, list_with(draft.digest, issue, scope))


def sealed(draft: Draft) -> str:
    """The draft as it travels with a page."""
    said = asdict(draft) | {"at": clock.now().timestamp()}
    packed = zlib.compress(json.dumps(said, ensure_ascii=False, default=str).encode(), 6)
    return base64.b64encode(seal(packed)).decode()


def opened(text: str, scope: Org) -> Draft:
    """The draft that a page brings back. Raises Gone when it is too old, of another org, or none."""
    try:
        said = json.loads(zlib.decompress(unseal(base64.b64decode(text, validate=True))))
    except (ValueError, zlib.error):
        raise Gone(N_("预览过期了，请把名单再传一次。")) from None
    fresh = clock.now().timestamp() - said.pop("at") < LIFE_SECONDS
    if not fresh or said["org_id"] != scope.id:
        raise Gone(N_("预览过期了，请把名单再传一次。"))
    lines = tuple(
        Line(**{**line, "studied_at": _instant(line["studied_at"])}) for line in said["lines"]
    )
    return Draft(
        **{**said, "due_on": date.fromisoformat(said["due_on"]), "lines": lines,
           "courses": tuple(said["courses"])}
    )  # fmt: skip


def _instant(text):
    return datetime.fromisoformat(text) if text else None
