"""When a mail is tried again, and when it has failed for good. Pure."""

from __future__ import annotations

from datetime import timedelta

# Short at first, since a server that does not know us often defers the first try; about 17 hours in all.
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
LINK_SIGNS = ("://", "www.")


def next_try(attempts: int, *, permanent: bool) -> timedelta | None:
    """How long to wait after the failed try number `attempts` (from 1); None when it has failed for good."""
    if permanent or attempts > len(DELAYS):
        return None
    return DELAYS[attempts - 1]


def greeted(name: str) -> str:
    """The name as a mail greets by it. Whoever fills in a form chooses it and the address, so that a name with an
    address of the web in it would send strangers there in our name: it is left out.
    """
    return "" if any(sign in name.lower() for sign in LINK_SIGNS) else name
