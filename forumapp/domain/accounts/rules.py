"""What an account's own values must be like. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from forumapp.domain.accounts.passwords import folded, is_common

if TYPE_CHECKING:
    from datetime import datetime

SHORTEST_PASSWORD = 12
NOTE_USE_EVERY = timedelta(hours=1)
LONGEST_PASSWORD = 1024  # hashing cost grows with length, so an outsider must not choose it freely


def password_fault(password: str) -> str | None:
    """The code of what is wrong with a new password, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return "too-short"
    if len(password) > LONGEST_PASSWORD:
        return "too-long"
    if is_common(password) or len(set(folded(password))) == 1:
        return "too-common"
    return None


def is_use_worth_noting(last: datetime | None, *, now: datetime) -> bool:
    """At most once an hour, so that reading does not become writing."""
    return last is None or now - last >= NOTE_USE_EVERY
