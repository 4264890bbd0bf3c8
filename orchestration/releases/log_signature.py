"""Signatures of the log of releases: Ed25519, with a private key from the environment and a public key to verify."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.core.errors import ReleaseError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY = "BILATERAL_LOG_KEY"
"""The environment variable with the private key as PEM, or with the path of a file that holds it."""

_PURPOSE = b"bilateral log of releases "
"""Before what is signed, so that the signature is good for nothing else."""

_MAKE = (
    "make one with: openssl genpkey -algorithm ed25519 -out log.key && openssl pkey -in log.key -pubout -out log.pub"
)


@dataclass(frozen=True)
class PublicKey:
    """The key that proves signatures."""

    key: Ed25519PublicKey

    def has_signed(self, link: str, signature: str) -> bool:
        """Whether the signature, in base 64, is this key's of a line with this chain."""
        from cryptography.exceptions import InvalidSignature

        try:
            self.key.verify(base64.b64decode(signature, validate=True), _PURPOSE + link.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The key that signs."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.key.public_key())


def signing_key() -> SigningKey | None:
    """The private key of the environment; None where it gives none.

    Raises:
        ReleaseError: it is no private Ed25519 key. The message repeats nothing of it.
    """
    value = os.environ.get(KEY, "").strip()
    if not value:
        return None
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = value.encode() if value.startswith("-----BEGIN") else Path(value).read_bytes()
        key = load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError):
        raise _refused() from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _refused()
    return SigningKey(key)


def sign(link: str) -> str:
    """The signature, in base 64, of a line with this chain by the key of the environment.

    Raises:
        ReleaseError: the environment gives no key.
    """
    if (key := signing_key()) is None:
        raise _refused()
    return base64.b64encode(key.key.sign(_PURPOSE + link.encode())).decode()


def public_key(path: Path) -> PublicKey:
    """The public key in a PEM file; of a private key there, its public part.

    Raises:
        ReleaseError: the file holds no Ed25519 key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

    try:
        pem = path.read_bytes()
        key = load_pem_private_key(pem, None).public_key() if b"PRIVATE KEY" in pem else load_pem_public_key(pem)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ReleaseError("the file of --key has no Ed25519 key in PEM", payload=path.name, remedy=_MAKE)
    return PublicKey(key)


def _refused() -> ReleaseError:
    return ReleaseError(f"{KEY} is neither a private Ed25519 key in PEM nor the path of a file with one", remedy=_MAKE)
