"""Study records: the platform's completion lists, reconciled with the roster."""

from app.domain.studies.model import StudyIssue, StudyList, StudyRecord

__all__ = ["StudyIssue", "StudyList", "StudyRecord"]
