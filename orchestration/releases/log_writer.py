"""Writing and signing of the log of releases; `orchestration.reading.release_log` describes and reads it."""

import base64
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from orchestration.core.append_log import append
from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_json
from orchestration.core.settings import Settings, now
from orchestration.reading.release_log import (
    CHAIN,
    FORMAT,
    HEAD,
    LOG,
    PURPOSE,
    RESTORE,
    SIGNATURE,
    SINCE,
    Chain,
    chained,
    read_chain,
)

KEY = "BILATERAL_LOG_KEY"
"""Environment variable with the private key as PEM, or the path of its file."""

_MAKE = (
    "make one with: openssl genpkey -algorithm ed25519 -out log.key && openssl pkey -in log.key -pubout -out log.pub"
)


def record(settings: Settings, event: str, release: str, reason: str, **details: Any) -> None:
    """Append a line to an intact log, signed if there is a key; needs the lock. ``reason`` is for readers."""
    chain = read_chain(settings)
    require_intact(chain)
    content = {"time": now().isoformat(), "event": event, "release": release, "reason": reason, **details}
    link = chained(chain.end or chain.start, content)
    signed = {}
    if key := signing_key():
        signed = {SIGNATURE: base64.b64encode(key.sign(PURPOSE + link.encode())).decode()}
    if chain.head is None:
        _write_head(settings, len(chain.lines), "")
    append(settings.releases / LOG, {**content, CHAIN: link, **signed})
    _write_head(settings, len(chain.lines) + 1, link)  # a kill before leaves an outdated head, which is not a fault


def require_intact(chain: Chain) -> None:
    """Raise if the log has faults, which another line would vouch for, or is signed and the key is missing."""
    key = signing_key()
    is_signed = any(line.signature for line in chain.lines)
    if is_signed and key is None:
        raise ReleaseError(
            "the log of releases is signed, and the environment has no key to sign the next line",
            payload=LOG,
            remedy=f"set {KEY}, for the service and for the command line alike",
        )
    if faults := list(chain.faults(key.public_key() if key and is_signed else None)):
        raise ReleaseError(
            f"the log of releases is not as it was written: {'; '.join(faults)}", payload=LOG, remedy=RESTORE
        )


def signing_key() -> Ed25519PrivateKey | None:
    """Return the private key of the environment, or None; errors about it quote none of it."""
    value = os.environ.get(KEY, "").strip()
    if not value:
        return None
    with suppress(OSError, ValueError, TypeError):
        key = load_pem_private_key(value.encode() if value.startswith("-----BEGIN") else Path(value).read_bytes(), None)
        if isinstance(key, Ed25519PrivateKey):
            return key
    raise ReleaseError(f"{KEY} is neither a private Ed25519 key in PEM nor the path of a file with one", remedy=_MAKE)


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key in a PEM file."""
    with suppress(OSError, ValueError, TypeError):
        key = load_pem_public_key(path.read_bytes())
        if isinstance(key, Ed25519PublicKey):
            return key
    raise ReleaseError("the file of --key has no public Ed25519 key in PEM", payload=path.name, remedy=_MAKE)


def _write_head(settings: Settings, lines: int, chain: str) -> None:
    head = {"format": FORMAT, "readable_by": SINCE, "lines": lines, "chain": chain}
    write_json(settings.releases / HEAD, head)
