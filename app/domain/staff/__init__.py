"""Accounts, sessions, invitations and the throttle on guessing."""

from app.domain.staff.access import (
    PARTS,
    Access,
    access_in,
    access_of,
    access_of_one,
    waiting_in,
)
from app.domain.staff.accounts import (
    add_staff,
    all_staff,
    change_password,
    close_staff,
    find_staff,
    free_username,
    set_language,
    staff_exists,
    staff_in,
)
from app.domain.staff.handovers import start_handover, successor_of, withdraw_handover
from app.domain.staff.invitations import (
    Link,
    accept_invitation,
    find_invitation,
    invite_staff,
    renew_links,
    reset_staff,
    revoke_links,
    roles_below,
)
from app.domain.staff.model import RANK, ROLES, Invitation, Staff, StaffSession, TokenBucket
from app.domain.staff.posts import (
    MOST_AT_ONCE,
    Seat,
    is_secretary,
    open_from_posts,
    post_titles,
    seats_without_account,
)
from app.domain.staff.sessions import (
    is_fresh,
    live_session,
    revoke_other_sessions,
    revoke_session,
    sessions_of,
    sign_in,
    sign_out,
    start_session,
    type_again,
)
from app.domain.staff.setup import (
    finish_setup,
    setup_token,
    setup_token_holds,
    was_setup_token,
)
from app.domain.staff.throttle import known_browser

__all__ = [
    "MOST_AT_ONCE", "PARTS", "RANK", "ROLES", "Access", "Invitation", "Link", "Seat", "Staff",
    "StaffSession", "TokenBucket", "accept_invitation", "access_in", "access_of", "access_of_one",
    "add_staff", "all_staff", "change_password", "close_staff", "find_invitation", "find_staff",
    "finish_setup", "free_username", "invite_staff", "is_fresh", "is_secretary", "known_browser",
    "live_session", "open_from_posts", "post_titles", "renew_links", "reset_staff",
    "revoke_links", "revoke_other_sessions", "revoke_session", "roles_below",
    "seats_without_account",
    "sessions_of", "set_language", "setup_token", "setup_token_holds", "sign_in", "sign_out",
    "staff_exists", "staff_in", "start_handover", "start_session", "successor_of", "type_again",
    "waiting_in", "was_setup_token", "withdraw_handover",
]  # fmt: skip
