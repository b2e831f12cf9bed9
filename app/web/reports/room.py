"""The room's blueprint, and what every view of it is asked: a period, a node, a breakdown, a key."""

from dataclasses import dataclass

from flask import Blueprint, request
from flask_babel import gettext as _

from app.domain import counts, periods
from app.domain.orgs import Org
from app.web import guards

bp = Blueprint("reports", __name__)

PAGE = 100
NO_KEY = "-"  # the rows that bear no key: without a 活动类型, a series …


@dataclass(frozen=True)
class Asked:
    """What the query names; args() is the query that names it again."""

    period: periods.Period
    org: Org
    by: str = "org"
    against: str = ""
    key: counts.Key | None = None

    @property
    def args(self) -> dict:
        found = {"from": self.period.from_on.isoformat(), "to": self.period.to_on.isoformat()}
        found["org"] = self.org.code
        if self.by != "org":
            found["by"] = self.by
        if self.against:
            found["against"] = self.against
        return found

    @property
    def row_args(self) -> dict:
        """The same with the key."""
        return self.args | ({"key": self.key.code or NO_KEY} if self.key else {})

    @property
    def choice(self) -> dict:
        return {"by": self.by, "against": self.against}


def asked(period: periods.Period | None = None) -> Asked:
    """What this request asks for; a choice that does not exist is none. Raises Invalid, NotFound."""
    period = period or periods.parse_period(request.args.get("from"), request.args.get("to"))
    org = guards.org_in_scope(request.args.get("org"))
    by, against = request.args.get("by", ""), request.args.get("against", "")
    by = by if by in counts.BREAKDOWNS else "org"
    code = request.args.get("key", "")
    key = counts.find_key(by, None if code == NO_KEY else code) if code and by != "org" else None
    return Asked(period, org, by, against if against in counts.COMPARISONS else "", key)


def period_words(period: periods.Period) -> str:
    """What people call the period."""
    words, facts = period.words
    return _(words, **facts)


def reader() -> Org | None:
    """Whose names are shown whole; nobody's to an auditor."""
    return guards.my_org() if guards.me().may("organizer") else None


def turned() -> dict:
    """The limit and offset of the page of rows asked for."""
    return {"limit": PAGE, "offset": (page_number() - 1) * PAGE}


def sheet(what: Asked, total: int, seen: int, kept: dict) -> dict:
    """What every page of rows says of itself; `kept`: what the next page's address needs besides."""
    return {
        "period": what.period, "org": what.org, "key": what.key, "total": total,
        "hidden": total - seen, "page": page_number(), "pages": max(1, -(-seen // PAGE)),
        "key_name": row_name, "asked": what.args, "kept": what.row_args | kept, "endpoint": request.endpoint,
    }  # fmt: skip


def row_name(row) -> str:
    """What a row or key of a breakdown is called."""
    return counts.name_of(row, _)


def page_number() -> int:
    """The page asked for; anything that is no page number is the first."""
    return min(max(request.args.get("page", 1, type=int), 1), 100_000)
