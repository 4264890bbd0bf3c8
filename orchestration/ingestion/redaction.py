"""Redaction of secrets in bodies, messages and log lines."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

REDACTED = "<redacted>"
SHORTEST_IN_A_BODY = 8
"""Characters; a shorter key is taken out of messages, but looking for it in figures would change figures."""

_KNOWN: set[str] = set()
_QUERY = re.compile(r"(https?://[^\s'\"?]+)\?[^\s'\"]+")
_LOGGERS = ("httpx", *(f"httpcore.{name}" for name in ("connection", "http11", "http2", "proxy", "socks")))


class Secrets:
    """The secret values of one request, in every spelling in which an answer may repeat them."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = tuple(values)
        _KNOWN.update(self.values)
        self._anywhere = _pattern(self.values)
        long = [value for value in self.values if len(value) >= SHORTEST_IN_A_BODY]
        self._in_bodies = _pattern(long)
        self._longest = max((len(form) for value in long for form in _forms(value)), default=0)

    def clean(self, text: str) -> str:
        """The text without the secrets."""
        return self._anywhere.sub(REDACTED.encode(), text.encode()).decode() if self._anywhere else text

    def stream(self, chunks: Iterable[bytes], found: Callable[[], None]) -> Iterator[bytes]:
        """The chunks without the secrets, also where one lies across two chunks; ``found`` is called before the first is removed.

        What is passed on never ends within a secret, so that a broken stream leaves no part of one behind.
        """
        if not self._in_bodies:
            yield from chunks
            return
        held = b""
        for chunk in chunks:
            data = held + chunk
            done = 0
            for match in self._in_bodies.finditer(data):
                found()
                yield data[done : match.start()] + REDACTED.encode()
                done = match.end()
            safe = max(done, len(data) - self._longest + 1)
            yield data[done:safe]
            held = data[safe:]
        yield held


def guard_logs() -> None:
    """Let the HTTP libraries log no secret and no query of an address, at whatever level they are asked to log."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if _without_secrets not in logger.filters:
            logger.addFilter(_without_secrets)


def _without_secrets(record: logging.LogRecord) -> bool:
    text = _QUERY.sub(rf"\1?{REDACTED}", record.getMessage())
    pattern = _pattern(_KNOWN)
    record.msg = pattern.sub(REDACTED.encode(), text.encode()).decode() if pattern else text
    record.args = ()
    return True


def _forms(value: str) -> set[bytes]:
    """The spellings of a value in a header, in an address and in JSON."""
    in_addresses = {coded(value, safe=safe) for coded in (quote, quote_plus) for safe in ("", "/")}
    in_json = json.dumps(value)[1:-1]
    return {form.encode() for form in (value, *in_addresses, in_json, in_json.replace("/", r"\/"))}


def _pattern(values: Iterable[str]) -> re.Pattern[bytes] | None:
    forms = sorted({form for value in values for form in _forms(value)}, key=len, reverse=True)
    return re.compile(b"|".join(map(re.escape, forms)), re.IGNORECASE) if forms else None
