"""扫码枪: machines that check people in over /api/v1, each with a token of its own."""

from app.domain.scanners.model import Scanner

__all__ = ["Scanner"]
