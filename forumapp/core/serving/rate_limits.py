"""How often one network may send a form or register, over all processes, and how many requests work at a time.

Generous: a whole delegation may register from one office.
"""

from __future__ import annotations

import time
from functools import wraps
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import current_app, request
from flask_limiter import Limiter

from forumapp.core.database.transactions import turn
from forumapp.core.serving.rate_counts import STORAGE_URI, STRATEGY
from forumapp.core.serving.request_facts import client_of, is_loopback, trusted_proxies
from forumapp.core.values.networks import networks_of
from forumapp.core.values.text import email_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from flask import Flask

    from forumapp.core.sealed_fields import Seals

NOBODY = "0.0.0.0"  # noqa: S104 (an address that is nobody's)
PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
FORMS = "60 per minute; 1000 per hour"
# A badge that is drawn takes a moment of a processor.
DRAWINGS = "20 per minute; 200 per hour"
SUGGESTIONS = "240 per minute; 3000 per hour"


class SharedLimit(NamedTuple):
    """A limit that several views count together. `wide_rate` is the limit of the widest network of an IPv6 address;
    `cost` is how many times one request counts.
    """

    rate: str
    scope: str
    wide_rate: str = ""
    cost: int | Callable[[], int] = 1

    def counting(self, cost: Callable[[], int]) -> SharedLimit:
        """The same limit, counted together with this one, where a request counts as several."""
        return self._replace(cost=cost)


# Asking for the link that confirms an email address to be mailed again.
RESENDING = SharedLimit("20 per minute; 100 per hour", "resending")
# The same for each address, whatever the network.
RESENDING_TO_ADDRESS = SharedLimit("5 per hour", "resending-to-address")
# By form and by program, alone and as a group: else one address could take the spots of each way in turn. Each person
# counts, so that a full group of 30 fits into a minute. Four times as many from a network of 65,536 such networks.
REGISTERING = SharedLimit(FORMS, "registering", wide_rate="240 per minute; 4000 per hour")


def client_address() -> str:
    """The address of the client, behind the proxies that are trusted."""
    remote = request.remote_addr or NOBODY
    return client_of(request.headers.get("X-Forwarded-For", ""), remote, trusted_proxies())


def is_local() -> bool:
    """Asked from this very machine, and not through a proxy: anyone can write a proxy's header."""
    if any(name in request.headers for name in PROXY_HEADERS):
        return False
    return is_loopback(request.remote_addr or NOBODY)


def seconds_left() -> int:
    """The seconds until a rate-limited client may ask again."""
    limit = limiter.current_limit
    return max(1, ceil(limit.reset_at - time.time())) if limit else 1


def network_key() -> str:
    """A keyed hash of the client's network: not each of the addresses that one household has is counted alone.

    Neither the database nor the limiter's log holds the address.
    """
    return _key_of(networks_of(client_address())[0])


def wide_network_key() -> str:
    """The same for the widest network it is in."""
    return _key_of(networks_of(client_address())[-1])


def _key_of(network: str) -> str:
    seals: Seals = current_app.extensions["forumapp.seals"]
    return seals.fingerprint("rate-limit", network)


class _Limiter(Limiter):
    """Counts where a view is called that says how often; nothing is counted for all views, so nothing is looked up
    before each of them.
    """

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = _Limiter(network_key, storage_uri=STORAGE_URI, strategy=STRATEGY)


def limited(
    limit: str | SharedLimit, *, exempt_when: Callable[[], bool] = is_local
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a view that each network may call only so often."""
    if not isinstance(limit, SharedLimit):
        return limiter.limit(limit, exempt_when=exempt_when)
    narrow = limiter.shared_limit(limit.rate, limit.scope, exempt_when=exempt_when, cost=limit.cost)
    if not limit.wide_rate:
        return narrow
    wide = limiter.shared_limit(
        limit.wide_rate,
        f"{limit.scope}-wide",
        key_func=wide_network_key,
        exempt_when=lambda: exempt_when() or len(networks_of(client_address())) == 1,
        cost=limit.cost,
    )
    # What the narrow limit refuses is not counted by the wide one.
    return lambda view: wide(narrow(view))


def address_key(email: str) -> str:
    """A keyed hash of an email address, by which requests for it are counted."""
    seals: Seals = current_app.extensions["forumapp.seals"]
    return seals.fingerprint("rate-limit-address", email_key(email))


def limited_for(limit: SharedLimit, email: Callable[[], str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates a view that may be called only so often for each email address, which `email` reads."""
    return limiter.shared_limit(limit.rate, limit.scope, key_func=lambda: address_key(email()))


def limit_for(limit: SharedLimit, email: str) -> AbstractContextManager[Any]:
    """The same for a part of a view."""
    return limiter.shared_limit(limit.rate, limit.scope, key_func=lambda: address_key(email))


def in_turn(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a view that hundreds may call at once: only a few requests work at a time."""

    @wraps(view)
    def taking_turns(**parts: Any) -> Any:
        # Read the body first, so that a slow connection does not hold the admission.
        request.get_data(parse_form_data=not request.is_json)
        with turn():
            return view(**parts)

    return taking_turns


def set_up(app: Flask) -> None:
    limiter.init_app(app)
