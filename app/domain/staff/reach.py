"""What an account may change: of the tree all below its own org, its own only the district; of the
accounts those below it, and at its own org those of a lower role (the district: all)."""

from datetime import date

from sqlalchemy import select

from app import clock
from app.db import db
from app.domain import orgs
from app.domain.orgs import Org
from app.domain.staff.model import RANK, Invitation, Staff
from app.errors import Forbidden, Invalid
from app.words import N_


def may_reshape(staff: Staff, org: Org) -> bool:
    """Whether this account may rename, move or close the org. A secretary does not rename or move
    the org that the account itself hangs on: its parent answers for it."""
    if not staff.may("manager") or not orgs.is_within(staff.org, org):
        return False
    return org.id != staff.org_id or staff.role == "district"


def must_reshape(staff: Staff, org: Org) -> None:
    """Raise Forbidden unless the account may rename, move or close the org."""
    if not may_reshape(staff, org):
        raise Forbidden(N_("自己所在的组织由上级来改名、移动或撤销，你可以改它下面的。"))


def may_tend(by: Staff, staff: Staff) -> bool:
    """Whether `by` may send a new link to this account, hand it over or close it. Two secretaries
    of one org do not: their parent answers for both. An account that nobody opened yet is nobody's,
    so whoever may invite to it may tend it; not a successor's, whose link closes somebody's."""
    if not by.may("manager") or not orgs.is_within(by.org, staff.org):
        return False
    if RANK[staff.role] > RANK[by.role]:
        return False
    if by.role == "district" or staff.org_id != by.org_id or RANK[staff.role] < RANK[by.role]:
        return True
    return not staff.is_opened and not _succeeds_another(staff, by)


def _succeeds_another(staff, by):
    """Whether a link is out that hands somebody else's account over to this one."""
    query = select(Invitation.id).where(
        Invitation.staff_id == staff.id, Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None), Invitation.predecessor_id.is_not(None),
        Invitation.predecessor_id != by.id,
    )  # fmt: skip
    return db.session.scalar(query.limit(1)) is not None


def must_tend(by: Staff, staff: Staff) -> None:
    """Raise Forbidden unless `by` may tend the account."""
    if not may_tend(by, staff):
        raise Forbidden(N_("同级的账号由上级团组织来管：重发链接、移交、停用都找上级。"))


def must_hold_or_tend(by: Staff, staff: Staff) -> None:
    """Raise Forbidden unless the account is one's own or `by` may tend it."""
    if by.id != staff.id:
        must_tend(by, staff)


def open_org(staff: Staff, words: str) -> Org:
    """An open org of the account's scope by its code or by a name that fits exactly one.
    Raises Invalid for the field `parent`."""
    found = orgs.org_or_none(words)
    if found is not None and orgs.is_within(staff.org, found) and not found.is_closed:
        return found
    try:
        return orgs.one_org_named(staff.org, words)
    except Invalid as refusal:
        raise Invalid(refusal.words, field="parent", **refusal.facts) from None


def day_of_change(on: date | None) -> date:
    """The day a change of the tree holds from: today unless said; raises Invalid for a later one
    (the page shows today's tree, so a change cannot wait)."""
    if on is not None and on > clock.today():
        raise Invalid(N_("这一天还没到，到时候再改。"), field="on")
    return on or clock.today()
