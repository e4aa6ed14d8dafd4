"""Facts of a request: the client's address, and the id in the logs."""

from __future__ import annotations

import re
import secrets
from ipaddress import ip_address

from flask import current_app, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

REQUEST_ID = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


def client_of(forwarded: str, remote: str, proxies: int) -> str:
    """The address of the client behind so many trusted proxies, each of which adds the address it was asked from.

    Addresses further left were written by the client itself, so they are ignored. A proxy on this machine is trusted in
    any case.
    """
    chain = [address.strip() for address in forwarded.split(",") if address.strip()]
    steps = min(max(proxies, int(is_loopback(remote))), len(chain))
    if not steps:
        return remote
    client = chain[-steps]
    match = _WITH_PORT.fullmatch(client)
    return (match[1] or match[2]) if match else client


def begin_request() -> None:
    """Name the request in all that is logged. A trusted proxy may have named it before us."""
    sent = request.headers.get(REQUEST_ID, "")
    has_proxy = "X-Forwarded-For" in request.headers
    is_trusted = has_proxy and (trusted_proxies() > 0 or is_loopback(request.remote_addr or ""))
    g.request_id = sent if is_trusted and _ID.fullmatch(sent) else secrets.token_hex(8)
    clear_contextvars()
    bind_contextvars(request_id=g.request_id)


def request_id() -> str:
    """Empty outside a request, and where one failed before it began."""
    return str(g.get("request_id", "")) if request else ""


def trusted_proxies() -> int:
    return int(current_app.extensions["forumapp.config"].trusted_proxies)


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
