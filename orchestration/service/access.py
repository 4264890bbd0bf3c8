"""Who may reach the Dagster UI: names of the host, origins, a token or a proxy's header, and whether runs may be started."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.core.errors import BilateralError

TOKEN = "BILATERAL_UI_TOKEN"  # noqa: S105 - the name of a variable
"""The environment variable with the token that people sign in with."""

USER_HEADER = "BILATERAL_UI_USER_HEADER"
"""The environment variable with the name of the header in which a reverse proxy states who signed in there."""

PROXY = "BILATERAL_UI_PROXY"
"""The environment variable with the addresses or networks that this proxy connects from, separated by commas."""

PAGES = "BILATERAL_PAGES"
"""The environment variable with the address under which people reach the pages beside the UI, where a proxy serves them."""

SHORTEST_TOKEN = 32
"""Characters; what `openssl rand -hex 24` prints is longer. A session is signed with the token, so that it must not be guessed."""

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what is compared, not what is listened on

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?)(?::([0-9]{1,5}))?")


@dataclass(frozen=True)
class Access:
    """What a request to the UI must fulfil.

    Args:
        hosts: names under which the service is addressed, without a port, in lower case.
        address: the public origin (scheme, host and port), where there is one.
        pages: the public origin of the pages beside the UI, where there is one.
        token: what people sign in with, where a token is asked for.
        user_header: the header by which a proxy states who signed in; believed from ``proxies`` only.
        read_only: nothing may be changed or started.
    """

    hosts: frozenset[str] = LOOPBACK_NAMES
    address: str | None = None
    pages: str | None = None
    token: str | None = field(default=None, repr=False)
    user_header: str | None = None
    proxies: tuple[Network, ...] = _LOOPBACK
    read_only: bool = False

    @property
    def asks_for_sign_in(self) -> bool:
        return bool(self.token or self.user_header)

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach the service by HTTPS, as a proxy before it provides."""
        return bool(self.address and self.address.startswith("https:"))

    def knows_host(self, header: str) -> bool:
        """Whether the value of a Host header names this service."""
        match = _HOST.fullmatch(header.lower())
        return bool(match and match[1] in self.hosts)

    def knows_origin(self, origin: str, host: str) -> bool:
        """Whether the page of an Origin header was delivered by this service under the name of the Host header."""
        own = f"http://{host.lower()}"
        return origin.lower() in ({self.address} if self.is_public(host) else {self.address, own})

    def is_public(self, host: str) -> bool:
        """Whether the value of a Host header is that of the public origin."""
        return bool(self.address) and urlsplit(str(self.address)).netloc == host.lower()

    def is_proxy(self, peer: str) -> bool:
        """Whether a connection from this address is the proxy's."""
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self.proxies if network.version == address.version)


def access_to(host: str, read_only: bool, environment: Mapping[str, str] = os.environ) -> Access:
    """What the environment and the address to listen on ask of a request.

    Raises:
        BilateralError: other machines would reach the service without signing in, or a setting is wrong.
    """
    address, pages = (_public_address(environment, name) for name in (ADDRESS, PAGES))
    token, header = environment.get(TOKEN, "").strip(), environment.get(USER_HEADER, "").strip()
    _check_token(token)
    if header and not _HEADER_NAME.fullmatch(header):
        raise BilateralError(
            f"{USER_HEADER} is not the name of a header",
            remedy="set it to the name that the proxy sends, such as X-Forwarded-User",
        )
    named = set() if host in EVERY_ADDRESS else {_as_host(host)}
    public = {_HOST.fullmatch(urlsplit(one).netloc)[1] for one in (address, pages) if one}  # type: ignore[index]
    access = Access(
        hosts=LOOPBACK_NAMES | named | public,
        address=address,
        pages=pages,
        token=token or None,
        user_header=header or None,
        proxies=_proxies(environment),
        read_only=read_only,
    )
    if not access.asks_for_sign_in and not is_loopback(host):
        raise BilateralError(
            f"--host {host} lets other machines reach the Dagster UI, and no sign-in is set; whoever reaches it starts runs",
            remedy=f"set {TOKEN} to what `openssl rand -hex 24` prints, or {USER_HEADER} to the header of a proxy that signs "
            "people in; or leave --host away, which listens on this machine only",
        )
    return access


def is_loopback(host: str) -> bool:
    """Whether every address of a host is of this machine alone.

    Raises:
        BilateralError: the host has no address.
    """
    if not host:
        return False
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError) as error:
        raise BilateralError(
            f"--host {host} has no address: {error}", remedy="pass an address of this machine, such as 127.0.0.1"
        ) from None
    return all(ipaddress.ip_address(one.partition("%")[0]).is_loopback for one in found)


def _as_host(host: str) -> str:
    """An address to listen on as it is written in a Host header."""
    return f"[{host.lower()}]" if ":" in host else host.lower()


def _public_address(environment: Mapping[str, str], name: str) -> str | None:
    """The origin that a variable names."""
    text = environment.get(name, "").strip()
    if not text:
        return None
    parts = urlsplit(text.lower())
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        raise BilateralError(
            f"{name} is not an address such as https://bilateral.example.org",
            remedy="correct it: scheme and host, without a user or a password",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _check_token(token: str) -> None:
    if token and (len(token) < SHORTEST_TOKEN or not re.fullmatch(r"[!-~]+", token)):
        raise BilateralError(
            f"{TOKEN} has {len(token)} characters; it must have {SHORTEST_TOKEN} or more, all of them ASCII without spaces",
            remedy="set it to what `openssl rand -hex 24` prints",
        )


def _proxies(environment: Mapping[str, str]) -> tuple[Network, ...]:
    named = [one.strip() for one in environment.get(PROXY, "").split(",") if one.strip()]
    try:
        return tuple(ipaddress.ip_network(one) for one in named) or _LOOPBACK
    except ValueError as error:
        raise BilateralError(
            f"{PROXY} holds what is no address and no network: {error}",
            remedy="write it as 10.0.0.5 or 10.0.0.0/24, several separated by commas",
        ) from None
