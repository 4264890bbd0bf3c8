"""Writing files so that a kill at any moment leaves either the old state or the new one. Knows nothing of what is written."""

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
"""The file whose lock marks a folder as worked in."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that becomes ``path`` by one rename when the block ends well, and is removed otherwise.

    What was written is on the disk before the rename, so that a power cut leaves no name without its bytes either.
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
    """Mark a folder as worked in until the block ends; first ``clean`` it, if no other process works in it.

    The mark is a file lock, which the system takes back from a process that dies. So what ``clean`` finds half done
    in a folder that nobody else works in was left by the dead.
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
    """Remove the temporary files of ``atomic_path`` below a folder; only where ``in_use`` says that they are the dead's."""
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
    """Make ``link`` a symbolic link to ``target`` (relative) in one step that no reader can see half done."""
    part = _part_of(link)
    os.symlink(target, part)
    try:
        os.replace(part, link)
    finally:
        part.unlink(missing_ok=True)
    _sync(link.parent)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, waiting for it; the kernel gives it back when the process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def leftover_partial_files(root: Path) -> Iterator[Path]:
    """What ``atomic_path`` and ``replace_symlink`` left under ``root`` when their process was killed.

    Never that of another process at work. Call it while this one writes nothing: what bears its number is left by one
    that had the number before it, as happens in containers.
    """
    for part in root.rglob(".*.part"):
        if not is_other_process_alive(part.name.split(".")[-3]):
            yield part


def is_other_process_alive(number: str) -> bool:
    """Whether a process other than this one has this number."""
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
    """Remove a file, a link or a whole folder; what somebody removes meanwhile is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """A name beside ``path`` that says whose it is: ``.<name>.<process>.<random>.part``."""
    return path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}.part")


def _sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
