"""Streams of one member of a zip or 7z archive, or of a gzip body, with a limit on unpacked bytes."""

from __future__ import annotations

import errno
import gzip
import io
import lzma
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import IO, Any, cast

import py7zr
from py7zr.io import Py7zIO, WriterFactory

from orchestration.contracts.payload import Payload
from orchestration.core.errors import PayloadError

MOST_MEMBERS = 10_000
"""No publisher's archive comes near; a directory of millions of entries is an attack on memory."""

_ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, struct.error, IndexError)
"""What ``zipfile`` raises for a damaged archive; the last one for a member whose name is empty."""
_ENCRYPTED = 0x1
_GZIP = b"\x1f\x8b"
_ZIP = b"PK"
_SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_CLIMBING = re.compile(r"^([A-Za-z]:|[/\\])|(^|[/\\])\.\.([/\\]|$)")


def members(payload: Payload) -> list[str]:
    """The names of the files in a zip or 7z archive; empty where the payload is no archive.

    Raises:
        PayloadError: a damaged archive.
    """
    with payload.open() as stream:
        mark = stream.read(6)
    try:
        if mark.startswith(_ZIP):
            with zipfile.ZipFile(payload.path) as packed:
                return [item.filename for item in packed.infolist() if not item.is_dir()]
        if mark == _SEVEN_ZIP:
            with py7zr.SevenZipFile(payload.path) as archive:
                return [item.filename for item in archive.list() if not item.is_directory]
    except (*_ZIP_DAMAGE, py7zr.exceptions.ArchiveError) as error:
        raise payload.error(f"the archive is damaged: {error}"[:300]) from error
    return []


@contextmanager
def archive_member(payload: Payload, pattern: str, *, limit: int) -> Iterator[IO[bytes]]:
    """The bytes of the one member of a zip or a 7z whose name matches ``pattern``; see ``zip_member``."""
    with payload.open() as stream:
        is_zip = stream.read(len(_ZIP)) == _ZIP
    with (zip_member if is_zip else seven_zip_member)(payload, pattern, limit=limit) as member:
        yield member


@contextmanager
def zip_member(payload: Payload, pattern: str, *, limit: int) -> Iterator[IO[bytes]]:
    """The bytes of the one member of a zip whose name matches the glob ``pattern``, streamed.

    Args:
        payload: the archive.
        pattern: a glob over the member's last name part.
        limit: the most bytes the member may have unpacked; known for every publisher's file, so that a bomb stops there.

    Raises:
        PayloadError: no archive, no or several matching members, a climbing name, encryption, damage, too many bytes.
    """
    try:
        with zipfile.ZipFile(payload.path) as archive:
            members = {item.filename: item for item in archive.infolist() if not item.is_dir()}
            name = _chosen(payload, list(members), pattern)
            member = members[name]
            if member.flag_bits & _ENCRYPTED:
                raise payload.error("the archive is encrypted", row=name)
            _require_size(payload, member.file_size, limit, name)
            with archive.open(member) as stream, io.BufferedReader(_Bounded(stream, payload, limit, name)) as bounded:
                yield bounded
    except _ZIP_DAMAGE as error:
        raise payload.error(f"the zip archive is damaged: {error}"[:300]) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file, where a directory lies
            raise
        raise payload.error("the zip archive is damaged: its directory points outside of it") from error


@contextmanager
def seven_zip_member(payload: Payload, pattern: str, *, limit: int) -> Iterator[IO[bytes]]:
    """The bytes of the one member of a 7z whose name matches ``pattern``; unpacked to a nameless file that goes at the end.

    Arguments and errors are those of ``zip_member``.
    """
    with tempfile.TemporaryFile(prefix="bilateral-") as unpacked:
        try:
            with py7zr.SevenZipFile(payload.path) as archive:
                if archive.needs_password():
                    raise payload.error("the archive is encrypted")
                members = {item.filename: item for item in archive.list() if not item.is_directory}
                name = _chosen(payload, list(members), pattern)
                _require_size(payload, members[name].uncompressed, limit, name)
                archive.extract(targets=[name], factory=_Into(unpacked, payload, limit))
        except PayloadError:
            raise
        except Exception as error:  # py7zr lets errors of six decoders through; each means that the archive is damaged
            raise payload.error(f"the 7z archive is damaged: {type(error).__name__}: {error}"[:300]) from error
        unpacked.seek(0)
        yield unpacked


@contextmanager
def plain_or_gzip(stream: IO[bytes], refuse: Callable[[str], PayloadError], limit: int) -> Iterator[IO[bytes]]:
    """The bytes of a body that may be gzip without a header that says so; closes ``stream`` at the end.

    Args:
        stream: the body, at its beginning.
        refuse: makes the error.
        limit: the most bytes the body may have unpacked.

    Raises:
        PayloadError: damaged or cut gzip, or too many bytes.
    """
    with stream, io.BufferedReader(_Plain(stream)) as buffered:
        if not buffered.peek(2).startswith(_GZIP):
            yield buffered
            return
        try:
            with (
                gzip.GzipFile(fileobj=buffered) as unpacked,
                io.BufferedReader(_Limited(cast(IO[bytes], unpacked), refuse, limit)) as text,
            ):
                yield text
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise refuse(f"the gzip body is damaged: {error}"[:300]) from error


def _chosen(payload: Payload, names: list[str], pattern: str) -> str:
    if len(names) > MOST_MEMBERS:
        raise payload.error(f"{len(names)} members in an archive; the most is {MOST_MEMBERS}")
    climbing = [name for name in names if _CLIMBING.search(name)]
    if climbing:
        raise payload.error(f"member {climbing[0][:200]!r} points outside of its archive")
    found = [name for name in names if fnmatchcase(PurePosixPath(name).name, pattern)]
    if len(found) != 1:
        raise payload.error(f"{len(found)} members match {pattern}, not one: {found[:5]} among {names[:10]}")
    return found[0]


def _require_size(payload: Payload, size: int, limit: int, name: str) -> None:
    if size > limit:
        raise payload.error(f"the member has {size} bytes unpacked or more; the limit is {limit}", row=name)


class _Plain(io.RawIOBase):
    """Any binary stream as one that can be peeked into."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Limited(_Plain):
    """Refuses once more bytes came than a body may hold."""

    def __init__(self, stream: IO[bytes], refuse: Callable[[str], PayloadError], limit: int) -> None:
        super().__init__(stream)
        self._refuse, self._limit, self._seen = refuse, limit, 0

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self._seen += count
        if self._seen > self._limit:
            raise self._refuse(f"the body has more than {self._limit} bytes unpacked")
        return count


class _Bounded(io.RawIOBase):
    """Reads through, and refuses once more bytes came than the archive may hold: the size it declares can lie."""

    def __init__(self, stream: IO[bytes], payload: Payload, limit: int, name: str) -> None:
        self._stream, self._payload, self._limit, self._name, self._seen = stream, payload, limit, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self._stream.read(len(buffer))
        except _ZIP_DAMAGE as error:
            raise self._payload.error(f"the zip archive is damaged: {error}"[:300], row=self._name) from error
        self._seen += len(chunk)
        _require_size(self._payload, self._seen, self._limit, self._name)
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Into(WriterFactory):
    """Lets py7zr write one member into an open file, whatever the member's name."""

    def __init__(self, target: IO[bytes], payload: Payload, limit: int) -> None:
        self._target, self._payload, self._limit = target, payload, limit

    def create(self, filename: str, mode: str = "wb") -> Py7zIO:
        return _Member(self._target, self._payload, self._limit, filename)


class _Member(Py7zIO):
    def __init__(self, target: IO[bytes], payload: Payload, limit: int, name: str) -> None:
        self._target, self._payload, self._limit, self._name, self._seen = target, payload, limit, name, 0

    def write(self, s: bytes | bytearray) -> int:
        self._seen += len(s)
        _require_size(self._payload, self._seen, self._limit, self._name)
        return self._target.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._target.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._target.seek(offset, whence)

    def flush(self) -> None:
        self._target.flush()

    def size(self) -> int:
        return self._seen
