"""A whole paper list, read: each line's name against the roster of the invited orgs that day."""

import re
from dataclasses import dataclass, replace

from sqlalchemy import and_, select

from app.db import db
from app.domain.checkins import CheckIn
from app.domain.events import Occurrence
from app.domain.members import Membership, Person, may_be_child, open_on, resolved
from app.domain.orgs import Org
from app.errors import Invalid
from app.text import name_key, normalise_name, phone_digits, phone_tail
from app.words import N_

MOST = 400
CUTS = re.compile(r"[\t,，;；|]+|\s{1,}")
NUMBERED = re.compile(r"^\s*\d{1,3}\s*[.、．)）]\s*")
LETTERS = re.compile(r"[^\W\d_]")
STATES = {
    "certain": N_("名册里的人"), "picked": N_("选定的人"), "ambiguous": N_("有几个像的"),
    "guest": N_("名册里没有"), "already": N_("已经签到"), "twice": N_("纸上写了两遍"),
    "child": N_("可能未满14周岁"), "unread": N_("看不出姓名"),
}  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """Somebody of the roster whom a line may mean."""

    person: Person
    org: Org
    standing: str


@dataclass(frozen=True)
class PaperLine:
    """One line: state of STATES; person is whom it means (None: a guest is written, or nobody);
    candidates are offered where it is ambiguous."""

    number: int
    name: str
    phone: str  # 11 digits, or ""
    tail: str  # last four, or ""
    state: str
    person: Person | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether a check-in comes of it."""
        return self.state in ("certain", "picked", "ambiguous", "guest")

    @property
    def is_guest(self) -> bool:
        return self.is_written and self.person is None


def roster_of(occurrence: Occurrence) -> list[Candidate]:
    """Whom a list of this sitting may name: the home members, on its day, of the invited orgs, of
    the host's subtree where nobody was invited."""
    day = occurrence.starts_on
    roots = [row.org for row in occurrence.event.invitations] or [occurrence.event.host]
    query = (
        select(Person, Org, Membership.standing)
        .join(Membership, and_(Membership.person_id == Person.id, Membership.home, open_on(day)))
        .join(Org, Org.id == Membership.org_id)
        .where(Person.merged_into_id.is_(None))
        .order_by(Org.path, Person.pinyin, Person.id)
    )
    return [Candidate(*row) for row in db.session.execute(query.where(_below(roots)))]


def read_paper(
    occurrence: Occurrence, text: str, ticked: list[str], picks: dict[int, str]
) -> list[PaperLine]:
    """The lines of a pasted list, then of ticked people (codes), as they would be written. picks:
    line number → the code of the person it means. Raises Invalid for none or too many lines."""
    roster = roster_of(occurrence)
    here = _present(occurrence)
    wanted = {code.strip().upper() for code in ticked}
    rows = [row for row in map(_cells, text.splitlines()) if row]
    if not rows and not wanted:
        raise Invalid(N_("把纸上的名字贴进来，一行一个；或者勾选名册里的人。"), field="names")
    if len(rows) + len(wanted) > MOST:
        raise Invalid(N_("一次最多 %(n)s 个名字，请分几次录。"), field="names", n=MOST)
    by_key = {}
    for one in roster:
        by_key.setdefault(one.person.name_key, []).append(one)
    lines = [_line(n, *row, by_key, picks) for n, row in enumerate(rows, 1)]
    known = [one for one in roster if one.person.code in wanted]
    lines += [
        PaperLine(n, c.person.name, "", c.person.phone_tail or "", "certain", c.person)
        for n, c in enumerate(known, len(rows) + 1)
    ]
    return _settled(lines, here, occurrence.starts_on)


def _below(roots):
    inside = Org.path.like(roots[0].path + "%")
    for root in roots[1:]:
        inside = inside | Org.path.like(root.path + "%")
    return inside


def _present(occurrence):
    """Whoever has a valid row: their ids, and (name key, last four) of each."""
    query = (
        select(resolved(), Person.name_key, Person.phone_tail)
        .join(CheckIn, CheckIn.person_id == Person.id)
        .where(CheckIn.occurrence_id == occurrence.id, CheckIn.voided_at.is_(None))
    )
    rows = db.session.execute(query).all()
    return {row[0] for row in rows} | {(row[1], row[2]) for row in rows}


def _cells(line):
    """(name, phone, tail) of a line; None for an empty one."""
    line = NUMBERED.sub("", line)
    if not line.strip():
        return None
    parts = [part for part in CUTS.split(line.strip()) if part]
    phone = next((p for part in parts if (p := phone_digits(part))), "")
    tail = phone[-4:] or next((t for part in parts if (t := phone_tail(part))), "")
    words = [part for part in parts if LETTERS.search(part) and not phone_tail(part)]
    # 王 芳: a name of two characters written with a gap, as on a printed sheet.
    together = len(words) > 1 and len(words[0]) == len(words[1]) == 1
    name = normalise_name("".join(words[:2]) if together else " ".join(words[:1]))
    return name[:40], phone, tail


def _line(number, name, phone, tail, by_key, picks):
    if not name:
        return PaperLine(number, name, phone, tail, "unread")
    named = by_key.get(name_key(name), [])
    fitting = [one for one in named if tail and one.person.phone_tail == tail]
    if not fitting:
        fitting = [one for one in named if not (tail and one.person.phone_tail)]
    if len(fitting) == 1:
        return PaperLine(number, name, phone, tail, "certain", fitting[0].person)
    if not named:
        return PaperLine(number, name, phone, tail, "guest")
    chosen = next((one.person for one in named if one.person.code == picks.get(number)), None)
    state = "picked" if chosen else "ambiguous"
    return PaperLine(number, name, phone, tail, state, chosen, tuple(named[:12]))


def _settled(lines, here, day):
    """Who is there already, who stands twice, who may be a child: nobody is written for them."""
    seen, found = set(), []
    for line in lines:
        person = line.person
        key = person.id if person else (name_key(line.name), line.tail)
        is_known = person is not None or bool(line.tail)  # without a number two may be two
        if line.state != "unread":
            if is_known and key in here:
                line = replace(line, state="already")
            elif is_known and key in seen:
                line = replace(line, state="twice")
            elif any(_is_barred(one, day) for one in _meant(line)):
                line = replace(line, state="child")
        seen.add(key)
        found.append(line)
    return found


def _meant(line):
    return [line.person] if line.person else [one.person for one in line.candidates]


def _is_barred(person, day):
    return person.guardian_consent_on is None and may_be_child(person, day)
