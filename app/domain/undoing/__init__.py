"""撤回导入: taking a whole import back, as long as nothing later touched the same rows."""

from app.domain.undoing.preview import Preview, Sitting, preview
from app.domain.undoing.verb import NotUndoable, OrgInUse, TouchedLater, undo_import

__all__ = [
    "NotUndoable", "OrgInUse", "Preview", "Sitting", "TouchedLater", "preview", "undo_import",
]  # fmt: skip
