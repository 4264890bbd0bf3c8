"""Hosts on the public internet: where a redirect may lead."""

import ipaddress
import socket
from collections.abc import Callable, Collection

Resolve = Callable[[str], Collection[str]]
"""Returns the addresses of a host name, such as ``93.184.216.34``."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def addresses_of(host: str) -> set[str]:
    """Return the addresses of a host by the system's resolver; raise OSError if the name has none."""
    return {str(address) for *_, (address, *_) in socket.getaddrinfo(host, None)}


def offence_of(host: str, resolve: Resolve) -> str | None:
    """Return why a host is not public, or None if all its addresses are."""
    try:
        addresses = resolve(host)
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        return "its name has no address"
    inside = sorted(address for address in addresses if not is_public(address))
    return f"its address {inside[0]} is not a public one" if inside else None


def is_public(address: str) -> bool:
    """Return whether an IP address is public: not loopback, private, link-local, multicast or a metadata service."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.sixtofour:
            return False
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped or ip
    return ip.is_global and not ip.is_multicast
