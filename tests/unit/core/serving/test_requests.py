"""Where a request comes from."""

from __future__ import annotations

import pytest

from forumapp.core.serving.request_facts import client_of

BALANCER, CLIENT, CLAIMED = "10.0.0.5", "203.0.113.7", "198.51.100.1"


@pytest.mark.parametrize(
    ("reason", "forwarded", "remote", "proxies", "client"),
    [
        ("nothing in front", "", CLIENT, 0, CLIENT),
        ("a client that claims another address", CLAIMED, CLIENT, 0, CLIENT),
        ("a proxy on this machine", CLIENT, "127.0.0.1", 0, CLIENT),
        ("which adds to what the client claims", f"{CLAIMED}, {CLIENT}", "::1", 0, CLIENT),
        ("a balancer that is not trusted", CLIENT, BALANCER, 0, BALANCER),
        ("one that is", CLIENT, BALANCER, 1, CLIENT),
        ("one that adds to what the client claims", f"{CLAIMED}, {CLIENT}", BALANCER, 1, CLIENT),
        ("two proxies", f"{CLAIMED}, {CLIENT}, 10.0.0.9", BALANCER, 2, CLIENT),
        ("two, one of them on this machine", f"{CLIENT}, 10.0.0.9", "127.0.0.1", 2, CLIENT),
        ("fewer than are trusted", CLIENT, BALANCER, 3, CLIENT),
        ("a health check of the balancer itself", "", BALANCER, 1, BALANCER),
        ("with a port", f"{CLIENT}:4711", BALANCER, 1, CLIENT),
        ("IPv6 with a port", "[2001:db8::7]:4711", BALANCER, 1, "2001:db8::7"),
        ("IPv6", "2001:db8::7", BALANCER, 1, "2001:db8::7"),
    ],
)
def test_the_client_behind_proxies(reason: str, forwarded: str, remote: str, proxies: int, client: str) -> None:
    assert client_of(forwarded, remote, proxies) == client, reason
