"""点名: a few names drawn by chance and called out, and the heads counted in the hall."""

from app.domain.rollcalls.model import CalledName, HallCount, RollCall

__all__ = ["CalledName", "HallCount", "RollCall"]
