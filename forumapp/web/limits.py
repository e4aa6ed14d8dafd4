"""How often one address may send a form. Generous: a whole delegation may register from one office."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import request
from flask_limiter import Limiter

if TYPE_CHECKING:
    from flask import Flask

FORMS = "60 per minute; 1000 per hour"


def client_address() -> str:
    """Whoever asks: behind a proxy on this machine, the address that the proxy itself has added last."""
    address = request.remote_addr or "0.0.0.0"  # noqa: S104 (an address that is nobody's)
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and ip_address(address).is_loopback:
        return forwarded.rpartition(",")[2].strip()
    return address


def is_local() -> bool:
    """Asked from this very machine, by someone who is no proxy."""
    try:
        return ip_address(client_address()).is_loopback
    except ValueError:
        return False


limiter = Limiter(client_address, storage_uri="memory://")


def set_up(app: Flask) -> None:
    limiter.init_app(app)
