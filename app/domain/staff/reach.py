"""What of the tree an account may change: all below its own org; its own only the district."""

from datetime import date

from app import clock
from app.domain import orgs
from app.domain.orgs import Org
from app.domain.staff.model import Staff
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
