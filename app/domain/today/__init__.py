"""What today asks of staff, and what a stranger at the front door may see."""

from app.domain.today.folds import Fold, Folded
from app.domain.today.page import Today, today_of
from app.domain.today.sittings import Ended, Running, public_sittings

__all__ = ["Ended", "Fold", "Folded", "Running", "Today", "public_sittings", "today_of"]
