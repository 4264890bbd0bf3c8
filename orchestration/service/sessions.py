"""Sessions of people who signed in with the token: a signed cookie that expires and holds no secret."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

COOKIE = "bilateral_session"

LASTS = 12 * 3600
"""Seconds for which a session holds. Another token ends all of them."""


def is_token(given: str, token: str) -> bool:
    """Whether this is the token, compared in constant time."""
    return hmac.compare_digest(hashlib.sha256(given.encode()).digest(), hashlib.sha256(token.encode()).digest())


def new_session(token: str) -> str:
    """The value of the cookie of a new session."""
    content = f"{int(time.time()) + LASTS}.{secrets.token_hex(16)}"
    return f"{content}.{_signature(content, token)}"


def is_session(value: str, token: str) -> bool:
    """Whether this cookie was signed with the token and has not expired."""
    content, _, signature = value.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(content, token).encode()):
        return False
    return int(content.partition(".")[0]) > time.time()


def _signature(content: str, token: str) -> str:
    return hmac.new(token.encode(), content.encode(), hashlib.sha256).hexdigest()
