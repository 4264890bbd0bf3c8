"""Channels that alerts go out on: a webhook with JSON for programs, and any service that Apprise knows for people."""

from __future__ import annotations

import logging
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from orchestration.automation.alert_messages import FAILURE, HELD, RECOVERY, STALE, Message
from orchestration.ingestion.redaction import Secrets

SERVICES, WEBHOOK = "BILATERAL_ALERTS", "BILATERAL_ALERT_WEBHOOK"
TIMEOUT = 10.0
"""Seconds that the webhook may take; a refresh waits no longer for it."""

_KINDS = {FAILURE: "failure", STALE: "warning", HELD: "warning", RECOVERY: "success"}
_CAUSE = re.compile(r"Exception|[Ee]rror|HTTP")
_SHORTEST_SECRET = 4


class UndeliveredError(Exception):
    """A channel did not accept a message; gives the reason without an address, which may hold a secret."""


@dataclass(frozen=True)
class Channel:
    """A name to show, and a way to send, which stays hidden because it holds an address."""

    name: str
    send: Callable[[Message], None] = field(repr=False)


def channels_from_environment() -> tuple[list[Channel], list[str]]:
    """The channels that the environment configures, and what is wrong with those that it configures badly."""
    channels: list[Channel] = []
    faults: list[str] = []
    url = os.environ.get(WEBHOOK, "").strip()
    if url and urlsplit(url).scheme not in ("http", "https"):
        faults.append(f"{WEBHOOK} is not an address that begins with https:// or http://")
    elif url:
        channels.append(Channel("webhook", lambda message: _post(url, message)))
    schemes: Counter[str] = Counter()
    for position, address in enumerate(os.environ.get(SERVICES, "").split(), start=1):
        service, scheme = _service(address), address.split(":", 1)[0].lower()
        if service is None:
            faults.append(
                f"address {position} of {SERVICES} is not one that Apprise understands, such as mailtos://..."
            )
            continue
        schemes[scheme] += 1
        name = scheme if schemes[scheme] == 1 else f"{scheme} {schemes[scheme]}"
        channels.append(Channel(name, _sender(service, address)))
    return channels, faults


def _service(address: str) -> Any:
    """The notification service behind an Apprise address; None where there is none."""
    import apprise

    with apprise.LogCapture(level=logging.CRITICAL):
        return apprise.Apprise.instantiate(address, suppress_exceptions=True)


def _sender(service: Any, address: str) -> Callable[[Message], None]:
    secrets = Secrets(_parts_of(address))

    def send(message: Message) -> None:
        import apprise

        with apprise.LogCapture(level=logging.DEBUG, fmt="%(message)s") as log:
            kind = _KINDS.get(message.kind, "info")
            accepted = service.notify(title=message.title, body=message.body, notify_type=kind, body_format="text")
            lines = log.getvalue().splitlines()
        if not accepted:
            causes = [line.strip() for line in lines if _CAUSE.search(line)] or ["no reason given"]
            raise UndeliveredError(secrets.clean(causes[-1])[:200])

    return send


def _parts_of(address: str) -> list[str]:
    """What may be secret in an Apprise address: user, password, host, path and parameters, but not the mode of encryption."""
    shown = re.sub(r"([?&])mode=[a-z]+", r"\1", address)
    return [part for part in re.split(r"[:/@?&=,]+", shown)[1:] if len(part) >= _SHORTEST_SECRET]


def _post(url: str, message: Message) -> None:
    """Post a message as JSON; redirects are not followed, so that it goes only to the address that was configured."""
    try:
        status = httpx.post(url, json=message.as_json(), timeout=TIMEOUT).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UndeliveredError(type(error).__name__) from None
    if not 200 <= status < 300:
        raise UndeliveredError(f"HTTP {status}")
