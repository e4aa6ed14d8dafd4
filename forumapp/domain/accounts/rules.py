"""What an account's own values must be like. Pure."""

from __future__ import annotations

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024  # hashing cost grows with length, so an outsider must not choose it freely


def password_fault(password: str) -> str | None:
    """The code of what is wrong with a new password, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return "too-short"
    if len(password) > LONGEST_PASSWORD:
        return "too-long"
    return None
