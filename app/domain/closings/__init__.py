"""Close of a period: signed figures that stay as they were handed in."""

from app.domain.closings.model import FrozenReport, SpotCheck

__all__ = ["FrozenReport", "SpotCheck"]
