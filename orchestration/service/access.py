"""Who may reach the Dagster UI: names of this host, the public address, the proxy; and whether runs may start."""

import ipaddress
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.core.errors import BilateralError

PROXY = "BILATERAL_UI_PROXY"
"""The environment variable with the addresses or networks that the proxy connects from, separated by commas."""

PAGES = "BILATERAL_PAGES"
"""The environment variable with the public address of the pages, where a proxy serves them."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?)(?::([0-9]{1,5}))?")


@dataclass(frozen=True)
class Access:
    """The requests that the service answers.

    Args:
        hosts: names under which the service is addressed, without a port, in lower case.
        address: the public origin (scheme, host and port) of the UI.
        pages: the public origin of the pages.
        proxies: the only peers; None where the operating system admits peers (loopback or a Unix socket).
        read_only: nothing may be changed or started.
    """

    hosts: frozenset[str] = LOOPBACK_NAMES
    address: str | None = None
    pages: str | None = None
    proxies: tuple[Network, ...] | None = None
    read_only: bool = False

    def knows_host(self, header: str) -> bool:
        """Return whether a Host header names this service."""
        match = _HOST.fullmatch(header.lower())
        return bool(match and match[1] in self.hosts)

    def knows_origin(self, origin: str, host: str) -> bool:
        """Return whether this service, under the name of the Host header, delivered the page of an Origin header."""
        return origin.lower() in {self.address, None if self.is_public(host) else f"http://{host.lower()}"}

    def is_public(self, host: str) -> bool:
        """Return whether a Host header is that of the public origin."""
        return self.address is not None and urlsplit(self.address).netloc == host.lower()

    def knows_peer(self, peer: str) -> bool:
        """Return whether a connection from this address may be answered."""
        if self.proxies is None:
            return True
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self.proxies)


def access_to(host: str | None, read_only: bool, environment: Mapping[str, str] = os.environ) -> Access:
    """Return the access of a service that listens on a host; None is a Unix socket.

    Raise BilateralError if machines other than the proxy would reach the service, or a setting is wrong.
    """
    address, pages = (_public_address(environment, name) for name in (ADDRESS, PAGES))
    names = [name.strip() for name in environment.get(PROXY, "").split(",") if name.strip()]
    try:
        proxies = tuple(ipaddress.ip_network(name) for name in names)
    except ValueError as error:
        failure = f"{PROXY} has an entry that is neither an address nor a network: {error}"
        raise BilateralError(failure, remedy="write 10.0.0.5 or 10.0.0.0/24, separated by commas") from None
    is_local = host is None or _is_loopback(host)
    if not is_local and not (proxies and address):
        raise BilateralError(
            f"--host {host} lets other machines reach the Dagster UI, and whoever reaches it can start runs",
            remedy=f"omit --host and have a proxy on this machine sign people in (deploy/Caddyfile), or set {PROXY} "
            f"to the address of a proxy that does and {ADDRESS} to its public address",
        )
    public = {str(urlsplit(origin).hostname) for origin in (address, pages) if origin}
    return Access(LOOPBACK_NAMES | public, address, pages, None if is_local else proxies, read_only)


def _is_loopback(host: str) -> bool:
    """Return whether a host is an address of this machine alone."""
    with suppress(ValueError):
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    return False


def _public_address(environment: Mapping[str, str], name: str) -> str | None:
    text = environment.get(name, "").strip().lower()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        failure = f"{name} is not an address such as https://bilateral.example.org"
        raise BilateralError(failure, remedy="correct it: scheme and host, without a user or a password")
    return f"{parts.scheme}://{parts.netloc}"
