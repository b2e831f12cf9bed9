"""Services given, by kind and number: the 12355 desk's own figures."""

from app.domain.services.model import ServiceRecord

__all__ = ["ServiceRecord"]
