"""People and their dated memberships."""

from app.domain.members.edits import edit_person, may_be_child, posts_of, show_phone
from app.domain.members.model import (
    COUNTED,
    STANDINGS,
    Membership,
    Person,
    Post,
    lasted,
    open_on,
    resolved,
)
from app.domain.members.questions import (
    MemberRow,
    find_person_in,
    home_of,
    is_at_home_in,
    member_counts,
    members_of,
    memberships_of,
    person_or_none,
    search_people,
)
from app.domain.members.verbs import end_membership, join_branch, make_person, record_consent

__all__ = [
    "COUNTED", "STANDINGS", "MemberRow", "Membership", "Person", "Post", "edit_person",
    "end_membership", "find_person_in", "home_of", "is_at_home_in", "join_branch", "lasted", "make_person", "may_be_child",
    "member_counts", "members_of", "memberships_of", "open_on", "person_or_none", "posts_of",
    "record_consent", "resolved", "search_people", "show_phone",
]  # fmt: skip
