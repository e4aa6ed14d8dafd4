"""The networks that an IP address belongs to. Pure."""

from __future__ import annotations

from ipaddress import IPv6Network, ip_address

# The prefix of a household or office, the largest it may get from a provider, and what anyone can rent.
IPV6_NETWORKS = (64, 56, 48)


def networks_of(address: str) -> tuple[str, ...]:
    """Itself alone, or the networks it is in, the smallest first, where everyone has as many addresses as they like."""
    try:
        ip = ip_address(address)
    except ValueError:
        return (address,)
    if ip.version == 4:  # noqa: PLR2004 (IPv4)
        return (str(ip),)
    if ip.ipv4_mapped:
        return (str(ip.ipv4_mapped),)
    return tuple(str(IPv6Network((int(ip), length), strict=False)) for length in IPV6_NETWORKS)
