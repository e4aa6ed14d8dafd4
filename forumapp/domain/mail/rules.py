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
# A server's refusal of an address, and not of us or of what we wrote (RFC 3463: 5.7 is about the sender).
NO_SUCH_ADDRESS = frozenset({550, 551, 552, 553, 554, 556})
ABOUT_US = ("5.7.", "5.3.", "5.5.")
LINK_SIGNS = ("://", "www.")


def next_try(attempts: int, *, permanent: bool) -> timedelta | None:
    """How long to wait after the failed try number `attempts` (from 1); None when it has failed for good."""
    if permanent or attempts > len(DELAYS):
        return None
    return DELAYS[attempts - 1]


def is_dead(code: int, reply: str) -> bool:
    """Whether a server's refusal of a recipient says that nobody can be reached there."""
    return code in NO_SUCH_ADDRESS and not reply.lstrip().startswith(ABOUT_US)


def greeted(name: str) -> str:
    """The name as a mail greets by it. Whoever fills in a form chooses it and the address, so that a name with an
    address of the web in it would send strangers there in our name: it is left out.
    """
    return "" if any(sign in name.lower() for sign in LINK_SIGNS) else name
