"""Messages of publishers in the place of figures: services wrap refusals into successful answers."""

import re
from typing import Any

from orchestration.contracts.payload import Answer, Payload
from orchestration.core.text import excerpt
from orchestration.formats.strict_json import strict_json

HEAD = 2_000
"""Bytes of an answer that are enough to distinguish figures from a message."""


def message_in(head: str) -> str:
    """Return the text of an XML fault, the label of a JSON warning or error, or else the beginning of the text."""
    fault = re.search(r"<(?:\w+:)?(?:faultstring|Text|ErrorMessage|Reason|message)[^>]*>([^<]+)<", head)
    if fault:
        return fault[1].strip()
    label = re.search(r'"(?:label|message)"\s*:\s*"((?:[^"\\]|\\.)*)"', head)
    return label[1] if label else head.strip()


def json_or_message(received: Answer | Payload) -> Any:
    """Return the JSON value of an answer.

    Raises:
        PayloadError: it is a message, an XML fault or a page, whose text is quoted, or not strict JSON.
    """
    body = received.read()
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        message = message_in(body[:HEAD].decode("utf-8-sig", "replace"))
        raise received.error(f"the answer is {excerpt(message)}; it must be JSON")
    return strict_json(body, received.error)
