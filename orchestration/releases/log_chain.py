"""The chain of the log of releases: a hash over each line and the line before it, and the head file that shows a cut.

A log of editions before 0.2.0 has no chain; the hash of the first line of this edition covers all lines above it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.core.append_log import append, finished_lines
from orchestration.core.errors import ReleaseError
from orchestration.core.files import open_regular, write_json
from orchestration.core.settings import Settings
from orchestration.core.versions import require_readable
from orchestration.releases.log_signature import has_signed, sign, signing_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, HEAD = "log.jsonl", "log.head"
FORMAT, SINCE = 2, "0.2.0"
"""The format of the log that this edition writes, and the first edition that reads it."""

CHAIN, SIGNATURE = "chain", "signature"
"""In each line: the hash over it and the chain of the line before; the signature of that hash, where there is a key."""

REQUIRED = ("time", "event", "release", "reason")
"""Keys of every line; logs of early 0.2.0 begin with a chained line that lacks them and states no event."""

_RESTORE = (
    "compare the log with a copy of it: restore log.jsonl and log.head together from a backup, or move the folder of the releases aside and "
    "refresh; nobody can then vouch for its content"
)


@dataclass(frozen=True)
class Line:
    """One finished line of the log: its number, its text and the JSON object in it."""

    number: int
    text: str
    content: Mapping[str, Any]
    time: str = ""
    event: str = ""
    release: str = ""
    reason: str = ""
    chain: str = ""
    signature: str = ""

    @property
    def hashed(self) -> dict[str, Any]:
        """The content without the fields of the chain."""
        return {key: value for key, value in self.content.items() if key not in (CHAIN, SIGNATURE)}


@dataclass(frozen=True)
class Chain:
    """The lines of a log as they are now, and the content of its head file."""

    lines: tuple[Line, ...]
    head: Mapping[str, Any] | None

    @property
    def old(self) -> tuple[Line, ...]:
        """The lines of editions before 0.2.0: those above the first with a hash."""
        return tuple(takewhile(lambda line: not line.chain, self.lines))

    @property
    def end(self) -> str:
        """The chain of the last line; empty before there is one."""
        return self.lines[-1].chain if self.lines else ""

    def next(self, content: Mapping[str, Any]) -> str:
        """Return the chain of a line below the last one."""
        return chained(self.end or _sha256_of(self.old), content)

    def at(self, number: object) -> str | None:
        """Return the chain of the n-th line; empty for a line of an earlier edition, None where there is no such line."""
        if not isinstance(number, int) or not 0 <= number <= len(self.lines):
            return None
        return self.lines[number - 1].chain if number else ""

    def faults(self, key: Ed25519PublicKey | None = None) -> Iterator[str]:
        """Yield the faults of the log, one sentence each.

        Args:
            key: also require that the last line is signed by it, and every line since the first that was signed.
        """
        known = (self.head or {}).get("lines")
        if self.head is None:
            yield from [f"{HEAD}, which names the last line of the log, is missing"] if self.end else ()
        elif self.at(known) is None:
            yield f"the log was cut: {HEAD} knows {known} lines, {len(self.lines)} are there"
        elif self.at(known) != self.head.get("chain"):
            yield f"line {known} of the log is not the one that {HEAD} names"
        yield from self._altered()
        if key:
            yield from self._unsigned(key)

    def _altered(self) -> Iterator[str]:
        old = self.old
        before = _sha256_of(old)
        for line in self.lines[len(old) :]:
            if not line.chain:
                yield f"line {line.number} of the log has no hash: it was not written by this edition or a later one"
            elif line.chain != chained(before, line.hashed):
                yield f"line {line.number} of the log was altered, or lines before it were added or taken out"
            before = line.chain or before

    def _unsigned(self, key: Ed25519PublicKey) -> Iterator[str]:
        first = next((at for at, line in enumerate(self.lines) if line.signature), None)
        if first is None:
            yield "no line of the log is signed"
        for line in self.lines[first:] if first is not None else ():
            if not line.signature:
                yield f"line {line.number} of the log is not signed, and lines before it are"
            elif not has_signed(key, line.chain, line.signature):
                yield f"the signature of line {line.number} of the log is not of this key"


def chained(before: str, content: Mapping[str, Any]) -> str:
    """The chain of a line: SHA-256 over the chain of the line before and the line as JSON with sorted keys and no spaces."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()


def read_chain(settings: Settings) -> Chain:
    """Return the log as it is now; a last line without its end was never finished and does not count.

    Raises:
        ReleaseError: a line or the head file cannot be read, or a later edition wrote them in a format of its own.
    """
    with _reading(HEAD):  # first: a line that another process appends meanwhile is no cut
        head = _head(settings.releases / HEAD)
    with _reading(LOG):
        lines = finished_lines(settings.releases / LOG)
    return Chain(tuple(_line(number, text) for number, text in lines), head)


def require_intact(chain: Chain) -> None:
    """Raise if a line of the log was tampered with: a line below it would vouch for it.

    Raises:
        ReleaseError: the log has faults; it is signed, and the environment gives no key or another one.
    """
    key = signing_key()
    is_signed = any(line.signature for line in chain.lines)
    if is_signed and key is None:
        raise ReleaseError(
            "the log of releases is signed, and the environment has no key to sign the next line",
            payload=LOG,
            remedy="set BILATERAL_LOG_KEY, for the service and for the command line alike",
        )
    if faults := list(chain.faults(key.public_key() if key and is_signed else None)):
        raise ReleaseError(
            f"the log of releases is not as it was written: {'; '.join(faults)}", payload=LOG, remedy=_RESTORE
        )


def append_chained(settings: Settings, content: Mapping[str, Any]) -> None:
    """Append a line, signed where the environment gives a key; call it under the lock. A kill leaves a head that is behind.

    Raises:
        ReleaseError: as ``require_intact``.
    """
    chain = read_chain(settings)
    require_intact(chain)
    link = chain.next(content)
    signature = {SIGNATURE: sign(key, link)} if (key := signing_key()) else {}
    if chain.head is None:
        _write_head(settings, len(chain.lines), "")
    append(settings.releases / LOG, {**content, CHAIN: link, **signature})
    _write_head(settings, len(chain.lines) + 1, link)


def _write_head(settings: Settings, lines: int, chain: str) -> None:
    head = {"format": FORMAT, "readable_by": SINCE, "lines": lines, "chain": chain}
    write_json(settings.releases / HEAD, head)


def _sha256_of(lines: Sequence[Line]) -> str:
    """Return the SHA-256 of the text of lines; empty for none."""
    return hashlib.sha256("".join(line.text for line in lines).encode()).hexdigest() if lines else ""


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReleaseError(f"{name} cannot be read: {error.strerror}", payload=name, remedy=_RESTORE) from error


def _head(path: Path) -> Mapping[str, Any] | None:
    try:
        with open_regular(path) as stream:
            return _object(stream.read(), HEAD)
    except FileNotFoundError:
        return None


def _line(number: int, text: str) -> Line:
    content = _object(text, LOG, f"line {number}")
    stated = (*REQUIRED, CHAIN, SIGNATURE)
    return Line(number, text, content, **{name: str(content[name]) for name in stated if name in content})


def _object(text: str | bytes, file: str, row: str | None = None) -> Mapping[str, Any]:
    what = "a line of the log of releases" if row else HEAD
    try:
        content = json.loads(text)
        if not isinstance(content, dict):
            raise ValueError(f"it is {type(content).__name__}, not an object")
        require_readable("the log of releases", content, FORMAT)
        lacking = [name for name in REQUIRED if name not in content] if row and CHAIN not in content else []
        if lacking:
            raise ValueError(f"it has no {lacking[0]!r}; it is a JSON object with {', '.join(REQUIRED)}")
    except ValueError as error:
        raise ReleaseError(f"{what} cannot be read: {error}", payload=file, row=row, remedy=_RESTORE) from error
    return content
