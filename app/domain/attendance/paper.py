"""The 签到表 on paper: empty to sign before the event, with times for the file after it."""

from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.domain.attendance.roll import Entry, Roll
from app.domain.events import Occurrence
from app.domain.members import Post, open_on

FIRST_PAGE = 21  # rows of an A4 sheet below its heading
LONG_TITLE = 26  # characters of the heading's first line, 签到表 not counted
LONG_PLACE = 19  # characters of the first line of a place
WALK_INS = 5  # empty rows for people nobody expected, at least


@dataclass(frozen=True)
class PaperLine:
    """A numbered row; entry None: left empty. post is the League post in the entry's org."""

    number: int
    entry: Entry | None = None
    post: str = ""


@dataclass(frozen=True)
class Paper:
    """The rows of the sheet. with_times: it lists who came and when; else who is to sign."""

    lines: tuple[PaperLine, ...]
    named: int
    with_times: bool


def paper_of(occurrence: Occurrence, roll: Roll, *, blank: bool = False) -> Paper:
    """The sheet of a roll: with times as soon as somebody has checked in, unless blank is asked."""
    came = [entry for entry in (*roll.entries, *roll.guests) if entry.check_in]
    with_times = bool(came) and not blank
    entries = came if with_times else [entry for entry in roll.entries if entry.is_expected]
    posts = _posts(entries, occurrence.starts_on)
    lines = [
        PaperLine(n, entry, posts.get((entry.person.id, entry.org.id if entry.org else 0), ""))
        for n, entry in enumerate(entries, 1)
    ]
    longest = max(_room(occurrence), len(lines) + (0 if with_times else WALK_INS))
    empty = [PaperLine(n) for n in range(len(lines) + 1, longest + 1)]
    return Paper(tuple(lines + empty), len(lines), with_times)


def _room(occurrence):
    """Rows of page one: a heading or a place that takes a second line takes a row."""
    title, place = occurrence.event.title, occurrence.place or ""
    return FIRST_PAGE - (len(title) > LONG_TITLE) - (len(place) > LONG_PLACE)


def _posts(entries, day):
    """(person id, org id) → title of the posts held on a day."""
    ids = {entry.person.id for entry in entries}
    rows = db.session.scalars(select(Post).where(open_on(day, Post)).order_by(Post.id.desc()))
    return {(post.person_id, post.org_id): post.title for post in rows if post.person_id in ids}
