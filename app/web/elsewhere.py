"""WeChat's own browser loses downloads: the page that says where to open the address instead.

The address on it is the download's own, without any secret: see decision 0013.
"""

from flask import current_app, render_template, request

from app.web import guards


def in_wechat() -> bool:
    """Whether WeChat's browser asks."""
    return "MicroMessenger" in request.user_agent.string


def elsewhere(back: str, words: str, *, needs_account: bool = True, look: str = ""):
    """The page, with the way back (address and words); `look`: where it can be seen all the same. A
    phone without an account gets the phone's page."""
    base = current_app.extensions["settings"].base_url
    is_staff = guards.staff_or_none() is not None
    return render_template(
        "elsewhere.html", layout="staff.html" if is_staff else "phone.html", back=back,
        back_words=words, address=base + request.full_path.rstrip("?"),
        needs_account=needs_account, look=look,
    )  # fmt: skip
