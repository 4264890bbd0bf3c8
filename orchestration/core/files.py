"""Atomic writes, which a kill at any moment leaves undone or done, and reading of files that come from outside."""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path next to ``path``, which replaces it by one rename when the block succeeds.

    Bytes and names are synced to disk first. A folder is exchanged with the one that it replaces, then removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part_of(path)
    try:
        yield part
        for written in (part, *part.rglob("*")):
            _sync(written)
        if path.is_dir():
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
    with atomic_path(path) as part:
        part.write_text(content, encoding="utf-8", newline="\n")


def read_json(path: Path) -> Any:
    """Return the JSON of a file; raise ValueError as ``parsed_json`` does."""
    return parsed_json(path.read_bytes())


def parsed_json(text: str | bytes) -> Any:
    """Return parsed JSON; raise ValueError if it is not JSON, not UTF-8 or nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in chunks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file for reading, without following a link or waiting for a writer; else raise OSError."""
    _require_regular(path.lstat())
    stream = os.fdopen(os.open(path, os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    _require_regular(os.fstat(stream.fileno()))  # the path may have been replaced in between
    return stream


def read_regular(path: Path, largest: int) -> bytes:
    """Return the content of a regular file of at most ``largest`` bytes; raise ValueError for a larger one."""
    with open_regular(path) as stream:
        body = stream.read(largest + 1)
    if len(body) > largest:
        raise ValueError(f"larger than {largest} bytes")
    return body


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
    part = _part_of(link)
    part.symlink_to(target)
    os.replace(part, link)
    _sync(link.parent)


def remove_leftovers(root: Path, names: str = "**/*") -> list[Path]:
    """Remove the partial files of killed processes whose ``names`` match, while nobody writes; return them."""
    leftovers = sorted(root.glob(f"{names}.part"))
    for part in leftovers:
        remove(part)
    return leftovers


def remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file but a link, folder, pipe, socket or device")


def _exchange(part: Path, path: Path) -> None:
    """Exchange two folders by one rename; where the system cannot, by two renames."""
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    names = os.fsencode(part), os.fsencode(path)
    if renameat2 and renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return
    old = _part_of(path)
    os.rename(path, old)
    os.rename(part, path)
    shutil.rmtree(old)


def _part_of(path: Path) -> Path:
    """Return a name next to ``path``: ``.<name>.<random>.part``."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")


def _sync(path: Path) -> None:
    """Write a file's bytes, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
