"""Signatures of the log of releases: Ed25519, with a private key from the environment and a public key to verify."""

import base64
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from orchestration.core.errors import ReleaseError

KEY = "BILATERAL_LOG_KEY"
"""The environment variable with the private key as PEM, or with the path of a file that has it."""

_PURPOSE = b"bilateral log of releases "
"""Precedes what is signed, so that the signature is good for nothing else."""

_MAKE = (
    "make one with: openssl genpkey -algorithm ed25519 -out log.key && openssl pkey -in log.key -pubout -out log.pub"
)


def has_signed(key: Ed25519PublicKey, link: str, signature: str) -> bool:
    """Return whether the signature, in base 64, is this key's of a line with this chain."""
    try:
        key.verify(base64.b64decode(signature, validate=True), _PURPOSE + link.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def sign(key: Ed25519PrivateKey, link: str) -> str:
    """Return the signature, in base 64, of a line with this chain."""
    return base64.b64encode(key.sign(_PURPOSE + link.encode())).decode()


def signing_key() -> Ed25519PrivateKey | None:
    """Return the private key of the environment, or None.

    Raises:
        ReleaseError: it is no private Ed25519 key. The message repeats nothing of it.
    """
    value = os.environ.get(KEY, "").strip()
    if not value:
        return None
    with suppress(OSError, ValueError, TypeError):
        key = load_pem_private_key(value.encode() if value.startswith("-----BEGIN") else Path(value).read_bytes(), None)
        if isinstance(key, Ed25519PrivateKey):
            return key
    raise ReleaseError(f"{KEY} is neither a private Ed25519 key in PEM nor the path of a file with one", remedy=_MAKE)


def public_key(path: Path) -> Ed25519PublicKey:
    """Return the public key in a PEM file; of a private key there, its public part.

    Raises:
        ReleaseError: the file has no Ed25519 key.
    """
    with suppress(OSError, ValueError, TypeError):
        pem = path.read_bytes()
        key = load_pem_private_key(pem, None).public_key() if b"PRIVATE KEY" in pem else load_pem_public_key(pem)
        if isinstance(key, Ed25519PublicKey):
            return key
    raise ReleaseError("the file of --key has no Ed25519 key in PEM", payload=path.name, remedy=_MAKE)
