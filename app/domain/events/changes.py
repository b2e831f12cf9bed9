"""What changed, in words the trail can keep."""

from datetime import datetime

from app import clock


def changed(before: dict, after: dict) -> dict[str, list]:
    """Name → [before, after] of every value that differs, as plain text, numbers or truth values."""
    return {
        name: [_plain(before[name]), _plain(after[name])]
        for name in before
        if before[name] != after[name]
    }


def _plain(value):
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, (list, tuple)):
        return "、".join(str(_plain(one)) for one in value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return getattr(value, "full_name", None) or value.name
