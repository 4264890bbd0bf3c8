"""Atomic writes, file locks and clean-up: a kill at any moment leaves either the old state or the new one."""

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2

MARK = ".lock"
"""How the name of a file ends that carries a lock and no content."""


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``, which replaces it by one rename when the block succeeds.

    The bytes are synced to disk first. A folder is exchanged with the folder that it replaces, which is then removed.
    """
    part = _part_of(path)
    with holding(_mark_of(part)):
        try:
            yield part
            is_folder = part.is_dir() and not part.is_symlink()
            for written in part.rglob("*") if is_folder else (part,):
                if written.is_file():
                    _sync(written)
            if is_folder and path.is_dir():
                _exchange(part, path)
            else:
                os.replace(part, path)
            _sync(path.parent)
        finally:
            remove(part)


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
    """Return the SHA-256 of a file, read in chunks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class FileBytes:
    """The bytes of a file, opened by a call."""

    path: Path

    def __call__(self) -> IO[bytes]:
        return self.path.open("rb")


def link_or_copy(source: Path, target: Path) -> None:
    """Make a hard link where the file system allows one, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:
        shutil.copyfile(source, target)


def replace_symlink(link: Path, target: str) -> None:
    """Make ``link`` a symbolic link to ``target`` (relative) by one rename."""
    with atomic_path(link) as part:
        part.symlink_to(target)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait for the exclusive lock of a folder, which is on a file beside it; it ends with the block or the process."""
    folder.mkdir(parents=True, exist_ok=True)
    with holding(folder.with_name(f".{folder.name}{MARK}")):
        yield


@contextmanager
def holding(mark: Path) -> Iterator[None]:
    """Hold the exclusive lock of a file that exists only for it and is removed at the end.

    The system releases the lock of a process that dies, so that ``is_held`` is right in any container and on any machine.
    """
    mark.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):  # another process took it for that of a crashed one meanwhile
            if os.fstat(descriptor).st_ino == mark.stat().st_ino:
                break
        os.close(descriptor)
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)
        os.close(descriptor)


def is_held(mark: Path) -> bool:
    """Whether a process holds the lock of ``holding``."""
    try:
        descriptor = os.open(mark, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except PermissionError:  # another user's, not to be removed
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def remove_leftovers(root: Path, names: str = "**/.*") -> list[Path]:
    """Remove what ``atomic_path`` of a crashed process left under ``root``; return the partial files.

    Args:
        names: pattern of the names, without their ending.
    """
    leftovers = (path for ending in (".part", f".part{MARK}") for path in root.glob(f"{names}{ending}"))
    parts = sorted({path.with_name(path.name.removesuffix(MARK)) for path in leftovers})
    crashed = [part for part in parts if not is_held(_mark_of(part))]
    for part in crashed:
        remove(part)
        remove(_mark_of(part))
    return crashed


def _exchange(part: Path, path: Path) -> None:
    """Exchange two folders by one rename; where the system cannot, by two renames."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    names = os.fsencode(part), os.fsencode(path)
    if renameat2 and renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    old = _part_of(path)
    os.rename(path, old)
    os.rename(part, path)
    shutil.rmtree(old)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    """Return a name beside ``path``: ``.<name>.<random>.part``."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")


def _mark_of(part: Path) -> Path:
    """Return the file whose lock belongs to the process that writes a partial file."""
    return part.with_name(f"{part.name}{MARK}")


def _sync(path: Path) -> None:
    """Write a file's bytes, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
