"""Evidence: pictures of signed sheets, and where the originals lie."""

from app.domain.evidence.model import Attachment

__all__ = ["Attachment"]
