"""定稿: a period's figures signed off, what changed since, and rows drawn by chance to look at."""

from app.domain.closings.beside import TOLD, besides, months_as_signed, summary_as_signed
from app.domain.closings.changes import (
    CHANGES,
    FIGURES,
    Changes,
    FigureChange,
    SittingChange,
    TallyChange,
    acts_since,
    changes_since,
    events_hosted_in,
    figure_changes,
)
from app.domain.closings.model import FrozenReport, SpotCheck
from app.domain.closings.others import GROUPS, PARTS, OtherChange, ToldChange, key_changes, key_name
from app.domain.closings.questions import (
    find_closing,
    reports_of,
    standing_of,
    unsigned_below,
)
from app.domain.closings.samples import (
    MOST_ROWS,
    Drawn,
    draw,
    drawn_rows,
    find_sample,
    open_sample,
    samples_of,
)
from app.domain.closings.seal import canonical, export_content, verify
from app.domain.closings.verbs import reopen, sign

__all__ = [
    "CHANGES", "FIGURES", "GROUPS", "MOST_ROWS", "PARTS", "TOLD", "Changes", "Drawn", "FigureChange",
    "FrozenReport", "OtherChange", "SittingChange", "SpotCheck", "TallyChange", "ToldChange",
    "acts_since", "besides", "canonical", "changes_since", "draw", "drawn_rows", "events_hosted_in",
    "export_content", "figure_changes", "find_closing", "find_sample", "key_changes", "key_name", "months_as_signed", "open_sample",
    "reopen", "reports_of", "samples_of", "sign", "standing_of", "summary_as_signed", "unsigned_below",
    "verify",
]  # fmt: skip
