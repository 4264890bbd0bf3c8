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
def appearing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that becomes ``path`` by one rename when the block ends well, and is removed otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        os.replace(part, path)
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
    with appearing(path) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


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


def remove_parts(folder: Path) -> None:
    """Remove the temporary files of ``appearing`` below a folder; only where ``in_use`` says that they are the dead's."""
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


def point(link: Path, target: str) -> None:
    """Make ``link`` a symbolic link to ``target`` (relative) in one step that no reader can see half done."""
    part = link.with_name(f".{link.name}.{uuid.uuid4().hex[:8]}.part")
    os.symlink(target, part)
    os.replace(part, link)
