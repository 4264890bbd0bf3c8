"""Atomic writes, file locks and clean-up: a kill at any moment leaves either the old state or the new one."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CHUNK = 1 << 20
IN_USE = ".in_use"
"""The file that carries the lock of ``in_use``."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that replaces ``path`` by one rename when the block succeeds, and is removed otherwise.

    The bytes are synced to disk before the rename, so that a power cut leaves no name without its bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part_of(path)
    try:
        yield part
        for written in (*(one for one in part.rglob("*") if one.is_file()), *((part,) if part.is_file() else ())):
            _sync(written)
        os.replace(part, path)
        _sync(path.parent)
    finally:
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, synced to disk, by one rename."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n")


def write_text(path: Path, content: str) -> None:
    """Write text as UTF-8, synced to disk, by one rename."""
    with atomic_path(path) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(content)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read in chunks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_hashed(source: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    """Copy a stream; return the SHA-256 and the number of bytes that passed."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return digest.hexdigest(), size


@dataclass(frozen=True)
class FileBytes:
    """The bytes of a file, for answers that are opened later: call it to open them."""

    path: Path

    def __call__(self) -> IO[bytes]:
        return self.path.open("rb")


@contextmanager
def in_use(folder: Path, clean: Callable[[], None]) -> Iterator[None]:
    """Hold a shared lock on a folder until the block ends; first ``clean`` it, if no other process holds one.

    The system releases the lock of a process that dies. So partial files that ``clean`` finds were left by a crashed
    process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / IN_USE).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            clean()
        except BlockingIOError:
            pass
        fcntl.flock(mark, fcntl.LOCK_SH)
        yield


def remove_partial_files(folder: Path) -> None:
    """Remove the temporary files of ``atomic_path`` below a folder; only inside ``clean`` of ``in_use``."""
    for part in folder.rglob("*.part"):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link where the file system allows one, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:
        shutil.copyfile(source, target)


def replace_symlink(link: Path, target: str) -> None:
    """Make ``link`` a symbolic link to ``target`` (relative) by one rename."""
    part = _part_of(link)
    os.symlink(target, part)
    try:
        os.replace(part, link)
    finally:
        part.unlink(missing_ok=True)
    _sync(link.parent)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the exclusive lock of a folder, waiting for it; it ends with the process and leaves no lock file in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def leftover_partial_files(root: Path) -> Iterator[Path]:
    """Temporary files that ``atomic_path`` and ``replace_symlink`` of a crashed process left under ``root``.

    Files of a living process are left out, but for this one's: call it while this process writes nothing. Files with
    its number are of an earlier process with the same number, as happens in containers.
    """
    for part in root.rglob(".*.part"):
        if not is_other_process_alive(part.name.split(".")[-3]):
            yield part


def is_other_process_alive(number: str) -> bool:
    """Whether a process other than this one runs under this number."""
    if not number.isdigit() or (process := int(number)) == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder; one that is already gone is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """A name beside ``path`` with the process that owns it: ``.<name>.<process>.<random>.part``."""
    return path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}.part")


def _sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
