"""Resumable download of one response body."""

from __future__ import annotations

import fcntl
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import httpx

from orchestration.core.files import read_json, write_json
from orchestration.ingestion.pacing import Turn
from orchestration.ingestion.redaction import GZIP, RepeatedSecretError, Secrets

RESUMABLE_FROM = 1 << 20
"""Bytes; a smaller body is requested again rather than resumed."""
KEPT_SECONDS = 14 * 24 * 3600.0
"""How long an unfinished download is kept for resuming."""
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class BrokenError(Exception):
    """The body ended before its announced length; the request may be repeated."""


class RefusedError(Exception):
    """An answer to refuse; repeating the request cannot help."""


@dataclass(frozen=True)
class Mark:
    """What resuming a download needs: validators, length, type and stamp of the file."""

    etag: str | None
    last_modified: str | None
    length: int
    media_type: str
    stamp: str | None

    @property
    def validator(self) -> str | None:
        """The value of ``If-Range``: a strong ETag, else the modification time."""
        return strong(self.etag) or self.last_modified


class Part:
    """The file of one download, locked by this process.

    ``<folder>/<request>.part`` can be resumed by a later run if there is a mark beside it. If another process has locked
    it, this one uses a file of its own, which is never resumed.
    """

    def __init__(self, folder: Path, request: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{request}.part"
        descriptor = _locked(self.path)
        if descriptor is None:
            self.path = folder / f"{uuid.uuid4().hex}.part"
            descriptor = _locked(self.path)
            assert descriptor is not None, "nobody else knows this name"  # noqa: S101
        self._file = os.fdopen(descriptor, "r+b")
        self.mark = read_mark(self.path)
        if self.mark is None:
            self.restart(None)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size

    @property
    def can_go_on(self) -> bool:
        """Whether the rest can be requested."""
        return self.mark is not None and 0 < self.size < self.mark.length

    @property
    def is_complete(self) -> bool:
        """Whether an earlier run received the whole file."""
        return self.mark is not None and self.size == self.mark.length

    def restart(self, mark: Mark | None) -> None:
        """Begin again without bytes; the old mark is removed first, so that it never describes other bytes."""
        self.forget()
        self._file.seek(0)
        self._file.truncate()
        if mark:
            self._set(mark)

    def forget(self) -> None:
        """Make this download impossible to resume, because its bytes differ from those sent."""
        mark_path(self.path).unlink(missing_ok=True)
        self.mark = None

    def write(self, chunks: Iterator[bytes]) -> None:
        """Append the chunks; those received stay when the stream breaks."""
        self._file.seek(0, os.SEEK_END)
        try:
            for chunk in chunks:
                self._file.write(chunk)
        finally:
            self._file.flush()

    def require_clean_gzip(self, secrets: Secrets) -> None:
        """Search a complete download that is gzip for the secrets; raises ``RepeatedSecretError``."""
        secrets.require_clean_gzip(self._file)

    def finish(self) -> None:
        """Sync the complete download to disk; one without a mark frees its name for the next request."""
        os.fsync(self._file.fileno())
        if self.mark is None:
            self.path = self.path.replace(self.path.with_name(f"{uuid.uuid4().hex}.part"))
            self._file.close()

    def close(self, keep: bool) -> None:
        """Close the file; with ``keep`` a resumable one stays for the next run."""
        if not (keep and self.can_go_on):
            discard(self.path)
        self._file.close()

    def _set(self, mark: Mark) -> None:
        write_json(mark_path(self.path), asdict(mark))
        self.mark = mark


def receive(
    response: httpx.Response,
    part: Part,
    secrets: Secrets,
    turn: Turn,
    *,
    headers: httpx.Headers,
    size: int | None,
    stamp: str | None,
    largest: int,
) -> None:
    """Append the body of an answer to a part, or replace its content.

    ``headers`` are those of the answer without secrets, ``size`` is the length announced elsewhere, ``largest`` the limit,
    both in bytes.

    Raises:
        RefusedError: the length is not ``size``, or more than ``largest``, or the body repeats a secret in a packed form.
        BrokenError: the body is shorter than its announced length, or the rest belongs to another file.
        httpx.TransportError: the connection broke.
    """
    before, expected = _position(response, part), _length(response)
    if expected is not None:
        _check_length(before + expected, size, largest)
    if not before:
        part.restart(_mark_of(response, headers, stamp))
    received, is_packed = before, False

    def counted() -> Iterator[bytes]:
        nonlocal received
        for chunk in response.iter_bytes():
            received += len(chunk)
            if received > largest or (size is not None and received > size):
                break
            yield chunk

    chunks = counted()
    try:
        if secrets.may_be_in_bodies and not before:
            first = next(chunks, b"") + next(chunks, b"")
            if is_packed := first.startswith(GZIP):
                part.forget()  # its bytes may hold a secret until all of them are there
            chunks = chain([first], chunks)
        part.write(chunks if is_packed else secrets.stream(chunks, part.forget))
        if is_packed:
            part.require_clean_gzip(secrets)
    except RepeatedSecretError as error:
        part.restart(None)
        raise RefusedError(str(error)) from error
    finally:
        turn.received(response.num_bytes_downloaded)
    if expected is not None and received - before < expected:
        raise BrokenError(f"{before + expected:,} bytes announced and {received:,} received")
    _check_length(received, size, largest)
    part.finish()


def range_headers(part: Part) -> dict[str, str]:
    """Return the headers that request the rest of an unfinished download, or all of it if the file has changed."""
    validator = part.mark.validator if part.mark else None
    if not part.can_go_on or not validator:
        return {}
    return {"Range": f"bytes={part.size}-", "If-Range": validator, "Accept-Encoding": "identity"}


def clean_incoming(folder: Path, now: float) -> None:
    """Remove the downloads that cannot be resumed; call it only where no process works in the folder.

    Kept are unfinished ones with a mark, and finished ones that are not stored yet (the payload store links them), for two weeks.
    """
    for part in folder.glob("*.part"):
        status = part.stat()
        if read_mark(part) is None or status.st_nlink > 1 or status.st_mtime < now - KEPT_SECONDS:
            discard(part)
    for mark in folder.glob("*.json"):
        if not mark.with_suffix(".part").exists():
            mark.unlink()


def discard(part: Path) -> None:
    """Remove a download and its mark, the mark first."""
    mark_path(part).unlink(missing_ok=True)
    part.unlink(missing_ok=True)


def mark_path(part: Path) -> Path:
    """Return the path of a download's mark."""
    return part.with_suffix(".json")


def read_mark(part: Path) -> Mark | None:
    """Return the mark of a download, or None where there is no readable one."""
    with suppress(FileNotFoundError, ValueError, TypeError):
        return Mark(**read_json(mark_path(part)))
    return None


def strong(etag: str | None) -> str | None:
    """Return the ETag if it is a strong one, else None."""
    return etag if etag and etag.startswith('"') else None


def _position(response: httpx.Response, part: Part) -> int:
    """Return the offset in the file where the answer's body begins.

    Raises:
        BrokenError: a partial answer does not continue the part, which is restarted.
    """
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return 0
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    mark = part.mark
    seen = response.headers.get("ETag")
    fits = (
        match is not None
        and mark is not None
        and (int(match[1]), int(match[2])) == (part.size, mark.length)
        and (seen is None or seen == mark.etag)
    )
    if not fits:
        part.restart(None)
        raise BrokenError("the rest of the file belongs to another version of it")
    return part.size


def _check_length(length: int, size: int | None, largest: int) -> None:
    if size is not None and length != size:
        raise RefusedError(f"{length:,} bytes or more instead of the announced {size:,}")
    if length > largest:
        raise RefusedError(f"{length:,} bytes or more; the limit is {largest:,}")


def _mark_of(response: httpx.Response, headers: httpx.Headers, stamp: str | None) -> Mark | None:
    """Return the mark of a body that can be resumed, else None."""
    length = _length(response)
    mark = Mark(
        headers.get("ETag"),
        headers.get("Last-Modified"),
        length or 0,
        headers.get("Content-Type", "application/octet-stream"),
        stamp,
    )
    ranges = response.headers.get("Accept-Ranges", "").lower() == "bytes"
    return mark if ranges and response.is_success and mark.validator and mark.length >= RESUMABLE_FROM else None


def _length(response: httpx.Response) -> int | None:
    """Return the announced length of the unencoded body in bytes, or None."""
    text = response.headers.get("Content-Length", "")
    encoded = response.headers.get("Content-Encoding", "identity") != "identity"
    return int(text) if text.isdigit() and not encoded else None


def _locked(path: Path) -> int | None:
    """Return a locked descriptor of the file at a path; None where another process has locked it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        with suppress(FileNotFoundError):
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        os.close(descriptor)
