"""Services given, by kind and number: the 12355 desk's own figures."""

from app.domain.services.model import CHANNELS, KINDS, ServiceRecord
from app.domain.services.questions import served

__all__ = ["CHANNELS", "KINDS", "ServiceRecord", "served"]
