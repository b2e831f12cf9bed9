"""The seal of a signed report: SHA-256 over every word and number of it, in one spelling, so that
anybody with the file can compute it again (sha256sum)."""

import hashlib
import json
from datetime import UTC

from app.db import transaction
from app.domain import audit
from app.domain.audit import Actor
from app.domain.closings.model import FrozenReport

FORM = "furong-frozen-report-1"


def canonical(report: FrozenReport) -> bytes:
    """All that was signed as JSON: keys sorted, no blanks, UTF-8."""
    content = {
        "form": FORM, "code": report.code, "org": report.org.code, "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(), "cut_at": report.cut_at.astimezone(UTC).isoformat(),
        "figures": report.figures, "rules": report.rules, "unsigned": report.unsigned,
        "rows": report.rows, "note": report.note,
    }  # fmt: skip
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()  # fmt: skip


def digest_of(report: FrozenReport) -> str:
    """64 hex characters."""
    return hashlib.sha256(canonical(report)).hexdigest()


def verify(report: FrozenReport) -> bool:
    """Whether the report still is what was signed, to the last character."""
    return digest_of(report) == report.digest


def export_content(report: FrozenReport, *, what: str, by: Actor) -> bytes:
    """canonical(), with a line in the trail that somebody took it away as `what`."""
    with transaction():
        audit.record(
            "exported", by=by, org_id=report.org_id, subject=f"org:{report.org_id}",
            rows=len(report.figures["orgs"]), what=f"{what} {report.code}",
        )  # fmt: skip
    return canonical(report)
