"""How often a password or a code may be tried. Pure.

A bucket holds so many tries, and each that is taken comes back after a while. Whoever guesses an account's password
must not keep its owner out, so that a try is looked for in one of several ways, each with buckets of its own:

- A browser that has signed in to the account before has a bucket that nobody else can empty.
- The first try of an address at an account in a day is free of what other addresses have spent there.
- All other tries at an account share one bucket.

Whoever has a whole network of addresses is counted by it as well, with more tries the larger it is, but far fewer than
it has addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many tries for `key`, of which one comes back after each `refill`."""

    key: str
    size: int
    refill: timedelta


@dataclass(frozen=True, slots=True)
class Spent:
    """What has been taken from a bucket, as it stood at `since`."""

    tries: int
    since: datetime


# Buckets that must all have a try left, and the ways of which the first that can be gone is gone.
Way = tuple[Bucket, ...]
Ways = tuple[Way, ...]


def ways_to_sign_in(account: str, networks: Sequence[str], browser: str | None) -> Ways:
    """`account` and `networks`, from the smallest, are hashes; `browser` is that of one that has signed in to this
    account before.
    """
    if browser:
        return ((Bucket(f"device:{browser}", 10, timedelta(minutes=5)),),)
    # Spraying over many accounts.
    at_address = _of_networks("address", networks, 60, timedelta(minutes=1))
    first = _of_networks(f"pair:{account}", networks, 1, timedelta(hours=24))
    fresh = Bucket(f"fresh:{account}", 100, timedelta(days=1) / 100)
    shared = Bucket(f"shared:{account}", 30, timedelta(minutes=15))
    return ((*at_address, *first, fresh), (*at_address, shared))


def _of_networks(kind: str, networks: Sequence[str], size: int, refill: timedelta) -> Way:
    """A bucket for each, of twice as many tries as that of the network within it."""
    return tuple(Bucket(f"{kind}:{network}", size * 2**step, refill / 2**step) for step, network in enumerate(networks))


def ways_to_confirm(account: str) -> Ways:
    """Typing the password once more, by someone who is signed in."""
    return ((Bucket(f"confirm:{account}", 10, timedelta(minutes=5)),),)


def ways_to_try_code(account: str, browser: str | None) -> Ways:
    """Whoever has learned the password guesses a code in three years on average, and cannot keep its owner from the
    second step in a browser that is known to the account.
    """
    if browser:
        return ((Bucket(f"totp-device:{browser}", 5, timedelta(minutes=5)),),)
    return ((Bucket(f"totp:{account}", 5, timedelta(minutes=5)),),)


def ways_to_ask_for_mail(account: str) -> Ways:
    return ((Bucket(f"mail:{account}", 3, timedelta(minutes=20)),),)


LONGEST_REFILL = timedelta(hours=24)  # after which every bucket above is full again, whatever was taken


def now_spent(bucket: Bucket, spent: Spent | None, *, now: datetime) -> Spent:
    """What is still missing of a bucket. The part of a refill that has passed already counts towards the next one."""
    if spent is None:
        return Spent(0, now)
    back = max(0, (now - spent.since) // bucket.refill)
    if back >= spent.tries:
        return Spent(0, now)
    return Spent(spent.tries - back, spent.since + back * bucket.refill)


def chosen(ways: Ways, spent: Mapping[str, Spent], *, now: datetime) -> Way | None:
    """The first way whose buckets all have a try left."""
    return next(
        (
            way
            for way in ways
            if all(now_spent(bucket, spent.get(bucket.key), now=now).tries < bucket.size for bucket in way)
        ),
        None,
    )


def taken(way: Way, spent: Mapping[str, Spent], *, now: datetime) -> dict[str, Spent]:
    """How the buckets of a way stand when one try has been taken from each."""
    return {bucket.key: _changed(bucket, spent, 1, now=now) for bucket in way}


def given_back(way: Way, spent: Mapping[str, Spent], *, now: datetime) -> dict[str, Spent]:
    """How they stand when that try is put back, because it was no guess."""
    return {bucket.key: _changed(bucket, spent, -1, now=now) for bucket in way}


def _changed(bucket: Bucket, spent: Mapping[str, Spent], by: int, *, now: datetime) -> Spent:
    stands = now_spent(bucket, spent.get(bucket.key), now=now)
    return Spent(max(0, stands.tries + by), stands.since)
