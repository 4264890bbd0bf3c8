"""Ways to reach people: a webhook, a Slack-compatible webhook, e-mail. Set up from the environment only; what is told is not decided here."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import httpx

from orchestration.automation.alert_messages import Message

WEBHOOK, SLACK, EMAIL = "BILATERAL_ALERT_WEBHOOK", "BILATERAL_ALERT_SLACK", "BILATERAL_ALERT_EMAIL"
SMTP, SENDER = "BILATERAL_ALERT_SMTP", "BILATERAL_ALERT_FROM"
TIMEOUT = 10.0
"""Seconds that a channel may take; a refresh waits no longer for it."""

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_LONGEST_TEXT = 3000
"""Characters of a Slack message; a longer one is cut off there."""


class UndeliveredError(Exception):
    """A channel did not take a message; says why without repeating an address, which may hold a secret."""


@dataclass(frozen=True)
class Channel:
    """A name that people may see, and a way to send that they may not."""

    name: str
    send: Callable[[Message], None] = field(repr=False)


def channels_from_environment() -> tuple[list[Channel], list[str]]:
    """The channels that the environment sets up, and what is wrong with those that it sets up badly."""
    found: list[Channel] = []
    faults: list[str] = []
    for variable, name, send in ((WEBHOOK, "webhook", _post_json), (SLACK, "slack", _post_slack)):
        url = os.environ.get(variable, "").strip()
        if url and urlsplit(url).scheme not in ("http", "https"):
            faults.append(f"{variable} is an address that begins with https:// or http://")
        elif url:
            found.append(Channel(name, _to(send, url)))
    recipients = [one.strip() for one in os.environ.get(EMAIL, "").split(",") if one.strip()]
    if recipients:
        server = os.environ.get(SMTP, "").strip()
        if urlsplit(server).scheme not in _PORTS or not urlsplit(server).hostname:
            faults.append(f"{EMAIL} needs {SMTP}: smtp+starttls://user:password@host:587, smtps://... or smtp://host")
        else:
            found.append(Channel("email", lambda message: _mail(server, recipients, message)))
    return found, faults


def _to(send: Callable[[str, Message], None], url: str) -> Callable[[Message], None]:
    return lambda message: send(url, message)


def _post_json(url: str, message: Message) -> None:
    _post(url, message.as_json())


def _post_slack(url: str, message: Message) -> None:
    text = message.body if len(message.body) <= _LONGEST_TEXT else message.body[:_LONGEST_TEXT] + " …"
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    _post(url, {"text": text})


def _post(url: str, content: dict[str, str | None]) -> None:
    """Send JSON; redirects are not followed, so that nothing goes where nobody said."""
    try:
        status = httpx.post(url, json=content, timeout=TIMEOUT).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UndeliveredError(type(error).__name__) from None
    if not 200 <= status < 300:
        raise UndeliveredError(f"HTTP {status}")


def _mail(server: str, recipients: Iterable[str], message: Message) -> None:
    parts = urlsplit(server)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    try:
        mail = EmailMessage()
        mail["Subject"] = message.title
        mail["From"] = os.environ.get(SENDER, "").strip() or f"bilateral@{socket.getfqdn()}"
        mail["To"] = ", ".join(recipients)
        mail.set_content(message.body)
        with _connection(parts.scheme, host, port) as connection:
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
            connection.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        code = getattr(error, "smtp_code", None)
        raise UndeliveredError(f"{type(error).__name__}{f' {code}' if code else ''}") from None


def _connection(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    connection = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection
