"""Download of one response body, whose rest can be requested when the connection breaks."""

import os
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx

from orchestration.ingestion.pacing import Turn
from orchestration.ingestion.redaction import RepeatedSecretError, Secrets

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class BrokenError(Exception):
    """The rest of a body is that of another file; the request may be repeated."""


class RefusedError(Exception):
    """An answer to refuse; repeating the request cannot help."""


class PartialBody:
    """The file of one download.

    ``validator`` is the strong ETag or the modification time by which the rest of ``length`` bytes can be requested;
    empty where it cannot.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{uuid.uuid4().hex}.part"
        self.length = 0
        self.restart()

    @property
    def size(self) -> int:
        """Bytes received."""
        return self.path.stat().st_size

    @property
    def can_go_on(self) -> bool:
        """Return whether the rest can be requested."""
        return self.validator != "" and self.size < self.length

    def restart(self) -> None:
        """Begin again without bytes."""
        self.path.write_bytes(b"")
        self.forget()

    def forget(self) -> None:
        """Make this download impossible to resume, because its bytes differ from those sent."""
        self.validator = ""

    def write(self, chunks: Iterable[bytes]) -> None:
        """Append the chunks; those received stay when the stream breaks, and all of them are synced to disk."""
        with self.path.open("ab") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())


def receive(
    response: httpx.Response, part: PartialBody, secrets: Secrets, turn: Turn, *, headers: httpx.Headers, largest: int
) -> None:
    """Append the body of an answer to a part, or replace its content.

    ``headers`` are those of the answer without secrets, ``largest`` is the limit in bytes.

    Raises:
        RefusedError: the length is more than ``largest``, or the body repeats a secret in a packed form.
        BrokenError: the rest belongs to another file.
        httpx.TransportError: the connection broke, or ended before the announced length.
    """
    before = _position(response, part)
    _check_length(_length(response), largest)
    if not before:
        part.restart()
        _note_validator(part, response, headers)
    received = before

    def counted() -> Iterator[bytes]:
        nonlocal received
        for chunk in response.iter_bytes(_CHUNK):
            if secrets.may_be_in_bodies and not received and chunk.startswith(_GZIP):
                raise RefusedError("a gzip body, which could repeat the key packed")
            received += len(chunk)
            if received > largest:
                break
            yield chunk

    try:
        part.write(secrets.stream(counted(), part.forget))
    except RepeatedSecretError as error:
        part.restart()
        raise RefusedError(str(error)) from error
    finally:
        turn.bytes += response.num_bytes_downloaded
    _check_length(received, largest)


def range_headers(part: PartialBody) -> dict[str, str]:
    """Return the headers that request the rest of an unfinished download, or all of it if the file has changed."""
    if not part.can_go_on:
        return {}
    return {"Range": f"bytes={part.size}-", "If-Range": part.validator, "Accept-Encoding": "identity"}


def _position(response: httpx.Response, part: PartialBody) -> int:
    """Return the offset in the file where the answer's body begins.

    Raises:
        BrokenError: a partial answer does not continue the part, which is restarted.
    """
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return 0
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    known_etag = part.validator if part.validator.startswith('"') else None
    is_same = known_etag in (None, response.headers.get("ETag", known_etag))
    if not match or (int(match[1]), int(match[2])) != (part.size, part.length) or not is_same:
        part.restart()
        raise BrokenError("the rest of the file belongs to another version of it")
    return part.size


def _check_length(length: int, largest: int) -> None:
    if length > largest:
        raise RefusedError(f"{length:,} bytes or more; the limit is {largest:,}")


def _note_validator(part: PartialBody, response: httpx.Response, headers: httpx.Headers) -> None:
    """Note how to request the rest of a body from a server with ranges."""
    part.length = _length(response)
    if response.headers.get("Accept-Ranges", "").lower() == "bytes":
        etag = headers.get("ETag", "")
        part.validator = etag if etag.startswith('"') else headers.get("Last-Modified", "")


def _length(response: httpx.Response) -> int:
    """Return the announced length of the unencoded body in bytes, or 0."""
    text = response.headers.get("Content-Length", "")
    is_encoded = response.headers.get("Content-Encoding", "identity") != "identity"
    return int(text) if text.isdigit() and not is_encoded else 0
