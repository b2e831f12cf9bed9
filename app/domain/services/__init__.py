"""Services given, by kind and number: the 12355 desk's own figures."""

from app.domain.services.model import CHANNELS, KINDS, ServiceRecord
from app.domain.services.questions import ServiceRow, find_service, served, services_in
from app.domain.services.verbs import MOST_SERVICES, Given, correct, give, take_back

__all__ = [
    "CHANNELS", "KINDS", "MOST_SERVICES", "Given", "ServiceRecord", "ServiceRow", "correct", "find_service", "give", "served",
    "services_in", "take_back",
]  # fmt: skip
