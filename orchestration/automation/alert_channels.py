"""The channels of alerts: every service that Apprise knows, from mail and chat to JSON for programs."""

import logging
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from orchestration.automation.alert_messages import FAILURE, HELD, RECOVERY, STALE, Message
from orchestration.core.text import one_line
from orchestration.ingestion.redaction import Secrets

SERVICES, FORMER_WEBHOOK = "BILATERAL_ALERTS", "BILATERAL_ALERT_WEBHOOK"

_KINDS = {FAILURE: "failure", STALE: "warning", HELD: "warning", RECOVERY: "success"}
_CAUSE = re.compile(r"Exception|[Ee]rror|HTTP")
_PART = re.compile(r"[^:/@?&=,]{4,}")
"""A part of an address that can be a secret; shorter ones are words and ports."""


class UndeliveredError(Exception):
    """A channel did not accept a message; gives the reason without an address, which may contain a secret."""


@dataclass(frozen=True)
class Channel:
    """A name to show, and a way to send, which stays hidden because it has an address."""

    name: str
    send: Callable[[Message], None] = field(repr=False)


def channels_from_environment() -> tuple[list[Channel], list[str]]:
    """Return the channels that the environment configures, and the faults of its configuration."""
    channels: list[Channel] = []
    faults: list[str] = []
    if os.environ.get(FORMER_WEBHOOK, "").strip():
        faults.append(f"{FORMER_WEBHOOK} is no longer read; write its https:// address as jsons:// into {SERVICES}")
    schemes: Counter[str] = Counter()
    for position, address in enumerate(os.environ.get(SERVICES, "").split(), start=1):
        service, scheme = _service(address), address.partition(":")[0].lower()
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
    """Return the notification service of an Apprise address, or None."""
    import apprise

    with apprise.LogCapture(level=logging.CRITICAL):
        return apprise.Apprise.instantiate(address)


def _sender(service: Any, address: str) -> Callable[[Message], None]:
    _, _, shown = re.sub(r"([?&])mode=[a-z]+", r"\1", address).partition("://")  # the mode of encryption is no secret
    secrets = Secrets(_PART.findall(shown))

    def send(message: Message) -> None:
        import apprise

        with apprise.LogCapture(level=logging.DEBUG, fmt="%(message)s") as log:
            kind = _KINDS.get(message.kind, "info")
            accepted = service.notify(title=message.title, body=message.body, notify_type=kind, body_format="text")
            lines = log.getvalue().splitlines()
        if not accepted:
            causes = [line.strip() for line in lines if _CAUSE.search(line)] or ["no reason given"]
            raise UndeliveredError(one_line(secrets.clean(causes[-1])))

    return send
