"""The append-only log of releases, the root of trust: begun, published, rolled back, pruned.

Each line has a hash over itself and the previous line, and a signature if there is a key; the head file names the
last line. Lines of format 1 have no hashes; the first hash covers all lines above. In a log begun by the first
states of format 2 that line is a seal: it has number and hash of the lines above, and no event.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orchestration.core.append_log import finished_lines
from orchestration.core.errors import ReleaseError
from orchestration.core.files import open_regular, parsed_json
from orchestration.core.settings import Settings
from orchestration.core.versions import require_readable

LOG, HEAD = "log.jsonl", "log.head"
FORMAT, SINCE = 3, "0.3.0"
"""Format of the log that this edition writes, and the first edition that reads it."""

BEGUN, PUBLISHED, ROLLED_BACK, PRUNED = "begun", "published", "rolled back", "pruned"
AS_OF = "as-of-"
"""Prefix of ids of releases as of an earlier day, which are never current."""

REQUIRED = ("time", "event", "release", "reason")
"""Keys of every line."""

CHAIN, SIGNATURE = "chain", "signature"
"""In each line: the hash over it and the previous line's chain; the signature of that hash, if there is a key."""

SEAL = "seals"
"""Key of a line that covers the lines above: their number and the SHA-256 of their text."""

PURPOSE = b"bilateral log of releases "
"""Prefix of signed content, so that the signature is valid for nothing else."""

RESTORE = (
    "compare the log with a copy of it: restore log.jsonl and log.head together from a backup, or move the folder of "
    "the releases aside and refresh; nobody can then vouch for its content"
)


@dataclass(frozen=True)
class Line:
    """One finished line of the log: its number, its text and the JSON object in it."""

    number: int
    text: str
    content: Mapping[str, Any]
    time: str
    event: str
    release: str
    reason: str
    chain: str
    signature: str

    @property
    def hashed(self) -> dict[str, Any]:
        """The content without the chain's fields."""
        return {key: value for key, value in self.content.items() if key not in (CHAIN, SIGNATURE)}


@dataclass(frozen=True)
class Chain:
    """The lines of a log and the content of its head file."""

    lines: tuple[Line, ...]
    head: Mapping[str, Any] | None

    @property
    def old(self) -> tuple[Line, ...]:
        """Lines of format 1: those above the first hash."""
        return tuple(takewhile(lambda line: not line.chain, self.lines))

    @property
    def start(self) -> str:
        """SHA-256 of the old lines, which the first chained line continues; empty without them or before a seal."""
        is_sealed = SEAL in self.lines[len(self.old)].content if len(self.lines) > len(self.old) else False
        return self._sha256_of_old() if self.old and not is_sealed else ""

    @property
    def end(self) -> str:
        """Chain of the last line; empty in a log without one."""
        return self.lines[-1].chain if self.lines else ""

    def at(self, number: object) -> str | None:
        """Return the chain of the n-th line; empty for a line of an earlier edition, None beyond the end."""
        if not isinstance(number, int) or not 0 <= number <= len(self.lines):
            return None
        return self.lines[number - 1].chain if number else ""

    def faults(self, key: Ed25519PublicKey | None = None) -> Iterator[str]:
        """Yield the faults of the log, one sentence each.

        Args:
            key: also require its signature of the last line and of every line since the first signed one.
        """
        if self.head is None:
            if self.end:
                yield f"{HEAD}, which names the last line of the log, is missing"
        elif (named := self.at(known := self.head.get("lines"))) is None:
            yield f"the log was cut: {HEAD} knows {known} lines, {len(self.lines)} are there"
        elif named != self.head.get("chain"):
            yield f"line {known} of the log is not the one that {HEAD} names"
        before, is_signed, above = self.start, False, {"lines": len(self.old), "sha256": self._sha256_of_old()}
        for line in self.lines[len(self.old) :]:
            if line.content.get(SEAL, above) != above:
                yield f"the lines above line {line.number} of the log, which seals them, are not those that it sealed"
            if not line.chain:
                yield f"line {line.number} of the log has no hash: it was not written by this edition or a later one"
            elif line.chain != chained(before, line.hashed):
                yield f"line {line.number} of the log was altered, or lines before it were added or taken out"
            if key and is_signed and not line.signature:
                yield f"line {line.number} of the log is not signed, and lines before it are"
            elif key and line.signature and not _has_signed(key, line):
                yield f"the signature of line {line.number} of the log is not of this key"
            before, is_signed = line.chain or before, is_signed or bool(line.signature)
        if key and not is_signed:
            yield "no line of the log is signed"

    def _sha256_of_old(self) -> str:
        return hashlib.sha256("".join(line.text for line in self.old).encode()).hexdigest()


def chained(before: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the previous chain and this line as JSON with sorted keys and no spaces."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()


def read_chain(settings: Settings) -> Chain:
    """Return the current log; an unfinished last line does not count.

    Raises:
        ReleaseError: a line or the head file is unreadable or of a later edition's format.
    """
    name, head = HEAD, None
    try:
        with suppress(FileNotFoundError), open_regular(settings.releases / HEAD) as stream:
            head = _object(stream.read(), HEAD)
        name = LOG  # read after the head, so that a line appended meanwhile is not taken for a cut
        lines = finished_lines(settings.releases / LOG)
    except OSError as error:
        raise ReleaseError(f"{name} cannot be read: {error.strerror}", payload=name, remedy=RESTORE) from error
    return Chain(tuple(_line(number, text) for number, text in lines), head)


def entries(settings: Settings) -> tuple[Line, ...]:
    """Return all events, oldest first."""
    return tuple(line for line in read_chain(settings).lines if SEAL not in line.content)


def published_in(log: Iterable[Line]) -> dict[str, Line]:
    """Return the last entry "published" of each release; a damaged one as of an earlier day is published again."""
    return {entry.release: entry for entry in log if entry.event == PUBLISHED}


def named_in(log: Iterable[Line]) -> list[str]:
    """Return the releases that became current by publication or rollback, newest last."""
    current = (entry.release for entry in log if entry.event in (PUBLISHED, ROLLED_BACK))
    return [release for release in current if not release.startswith(AS_OF)]


def rolled_back_from(settings: Settings) -> dict[str, Line]:
    """Return, by fingerprint, rollbacks from a release that has not become current again since."""
    rolled_back: dict[str, Line] = {}
    for entry in entries(settings):
        if entry.event in (PUBLISHED, ROLLED_BACK):
            rolled_back.pop(str(entry.content.get("fingerprint")), None)
        if entry.event == ROLLED_BACK:
            rolled_back[str(entry.content["from_fingerprint"])] = entry
    return rolled_back


def _has_signed(key: Ed25519PublicKey, line: Line) -> bool:
    with suppress(InvalidSignature, ValueError):
        key.verify(base64.b64decode(line.signature, validate=True), PURPOSE + line.chain.encode())
        return True
    return False


def _line(number: int, text: str) -> Line:
    content = _object(text, LOG, f"line {number}")
    return Line(number, text, content, *(str(content.get(name, "")) for name in (*REQUIRED, CHAIN, SIGNATURE)))


def _object(text: str | bytes, file: str, row: str | None = None) -> Mapping[str, Any]:
    try:
        content = parsed_json(text)
        if not isinstance(content, dict):
            raise ValueError(f"it is {type(content).__name__}, not an object")
        require_readable("the log of releases", content, FORMAT)
        if lacking := [name for name in REQUIRED if row and name not in content and SEAL not in content]:
            raise ValueError(f"it has no {lacking[0]!r}; it is a JSON object with {', '.join(REQUIRED)}")
    except ValueError as error:
        what = "a line of the log of releases" if row else HEAD
        raise ReleaseError(f"{what} cannot be read: {error}", payload=file, row=row, remedy=RESTORE) from error
    return content
