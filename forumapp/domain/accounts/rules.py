"""What an account's own values must be like. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from forumapp.domain.accounts.common_passwords import folded, is_common
from forumapp.domain.accounts.permissions import Role, Scope

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

SHORTEST_PASSWORD = 12
NOTE_USE_EVERY = timedelta(hours=1)
LONGEST_LIFE = timedelta(days=2 * 366)  # of a token that an owner makes
LONGEST_PASSWORD = 1024  # hashing cost grows with length, so an outsider must not choose it freely


def password_fault(password: str, email: str = "") -> str | None:
    """The code of what is wrong with a new password of the account with this address, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return "too-short"
    if len(password) > LONGEST_PASSWORD:
        return "too-long"
    if is_common(password) or len(set(folded(password))) == 1 or folded(password) == folded(email):
        return "too-common"
    return None


def is_use_worth_noting(last: datetime | None, *, now: datetime) -> bool:
    """At most once an hour, so that reading does not become writing."""
    return last is None or now - last >= NOTE_USE_EVERY


def access_faults(roles: Collection[str], delegations: Collection[str]) -> dict[str, str]:
    """What is wrong with giving these roles and binding to these delegations, by field.

    Only liaisons are bound, and a liaison who is bound to nothing would reach nothing.
    """
    if not roles:
        return {"roles": "required"}
    if not set(roles) <= set(Role):
        return {"roles": "unknown"}
    if Role.DELEGATION_LIAISON in roles:
        return {} if delegations else {"delegations": "liaison-of-none"}
    return {"delegations": "only-for-liaisons"} if delegations else {}


def token_faults(name: str, scopes: Collection[str], expires_at: datetime | None, *, now: datetime) -> dict[str, str]:
    """What is wrong with a token that an owner makes: it has a name, known scopes, and an end in sight."""
    faults = {} if name.strip() else {"name": "required"}
    if not scopes or not set(scopes) <= set(Scope):
        faults["scopes"] = "unknown" if scopes else "required"
    if expires_at is None:
        faults["expires_at"] = "required"
    elif not now < expires_at <= now + LONGEST_LIFE:
        faults["expires_at"] = "in-the-past" if expires_at <= now else "too-far-off"
    return faults


def may_revoke(editions: Collection[int], managed: Collection[int], *, is_own: bool) -> bool:
    """Whether someone who manages access in `managed` may revoke a token that acts in `editions`.

    A token of someone else's that also acts elsewhere is the business of others too.
    """
    return is_own or set(editions) <= set(managed)
