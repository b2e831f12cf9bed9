"""What a row says differently from the person on file. Blank cells say nothing."""

from app.domain.members import STANDINGS
from app.domain.rosters.cells import posts_of, standing_of
from app.domain.rosters.shapes import Change
from app.keys import match_key
from app.text import mask_phone


def shown(field: str, before, after, family: str = "") -> Change:
    """A Change of texts; None is nothing."""
    return Change(field, before or "", after or "", family)


def differences(row, was, has_posts: bool, consent: str | None) -> tuple[Change, ...]:
    """The changes of a PersonRow against an OnFile, branch apart.

    Phones are masked. Posts count only when the file has such a column (`has_posts`).
    """
    changes = []
    if row.name != was.name:
        changes.append(shown("name", was.name, row.name))
    if row.admission_number and row.admission_number != was.admission_number:
        changes.append(shown("admission_number", was.admission_number, row.admission_number))
    if row.phone and match_key("phone", row.phone) != was.phone_hash:
        changes.append(shown("phone", mask_phone(was.phone_tail), mask_phone(row.phone)))
    if row.birth_month and row.birth_month != was.birth_month:
        changes.append(shown("birth_month", was.birth_month, row.birth_month))
    standing = standing_of(row.political_status)
    if standing and was.standing and standing != was.standing:
        changes.append(shown("standing", STANDINGS[was.standing], STANDINGS[standing], "standing"))
    if has_posts and was.org_id is not None and posts_of(row.post) != was.posts:
        changes.append(shown("posts", "、".join(was.posts), "、".join(posts_of(row.post))))
    if consent:
        changes.append(shown("consent", "", consent))
    return tuple(changes)
