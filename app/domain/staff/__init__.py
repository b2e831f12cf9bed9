"""Accounts, sessions, invitations and the throttle on guessing."""

from app.domain.staff.accounts import (
    accept_invitation,
    add_staff,
    all_staff,
    change_password,
    close_staff,
    find_invitation,
    find_staff,
    invite_staff,
    reset_staff,
    set_language,
    staff_exists,
    staff_in,
)
from app.domain.staff.model import ROLES, Invitation, Staff, StaffSession, TokenBucket
from app.domain.staff.sessions import (
    live_session,
    revoke_other_sessions,
    sessions_of,
    sign_in,
    sign_out,
)
from app.domain.staff.setup import (
    finish_setup,
    setup_token,
    setup_token_holds,
    was_setup_token,
)

__all__ = [
    "ROLES", "Invitation", "Staff", "StaffSession", "TokenBucket", "accept_invitation",
    "add_staff", "all_staff", "change_password", "close_staff", "find_invitation", "find_staff",
    "finish_setup", "invite_staff", "live_session", "reset_staff", "revoke_other_sessions",
    "sessions_of", "set_language", "setup_token", "setup_token_holds", "sign_in", "sign_out",
    "staff_exists", "staff_in", "was_setup_token",
]  # fmt: skip
