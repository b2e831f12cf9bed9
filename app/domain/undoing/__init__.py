"""撤回导入: taking a whole import back, as long as nothing later touched the same rows."""

from app.domain.undoing.preview import Preview, Sitting, preview
from app.domain.undoing.verb import (
    NotUndoable,
    OrgInUse,
    TouchedLater,
    is_noted,
    undo_import,
    who_undid,
)

__all__ = [
    "NotUndoable", "OrgInUse", "Preview", "Sitting", "TouchedLater", "is_noted", "preview",
    "undo_import", "who_undid",
]  # fmt: skip
