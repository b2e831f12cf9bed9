"""What a row of an org table wants an organization to be, and how that differs from what it is."""

from app.domain.orgs import DOMAINS, KINDS
from app.domain.rosters.cells import domain_of, kind_of
from app.domain.rosters.shapes import Change

MOST_SHORT, MOST_FULL = 60, 120
CODES = {"kind": KINDS, "domain": DOMAINS}
COMPARED = ("full_name", "short_name", "kind", "domain", "opened_on")


def wanted(row, org) -> dict:
    """The columns an OrgRow fills; where a cell is blank, what the organization has already."""
    kind = kind_of(row.kind, row.full_name) if row.kind or org is None else org.kind
    return {
        "full_name": row.full_name[:MOST_FULL],
        "short_name": (row.short_name or (org.short_name if org else row.full_name))[:MOST_SHORT],
        "kind": kind,
        "domain": domain_of(row.domain) or (org.domain if org else "other"),
        "opened_on": row.opened_on or (org.opened_on if org else None),
    }


def changes_of(org, values: dict) -> tuple[Change, ...]:
    """The changes that make `org` what `values` want, its parent apart."""
    return tuple(
        Change(field, _shown(field, getattr(org, field)), _shown(field, after), field)
        if field in CODES
        else Change(field, _shown(field, getattr(org, field)), _shown(field, after))
        for field, after in values.items()
        if field in COMPARED and getattr(org, field) != after
    )


def _shown(field, value):
    if field in CODES:
        return CODES[field][value]
    return value.isoformat() if hasattr(value, "isoformat") else (value or "")
