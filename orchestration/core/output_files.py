"""Files and folders that commands write where a person says: regular files only, never in the data folder."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path
from orchestration.core.settings import Settings

_KINDS = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


@contextmanager
def output_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path whose file becomes ``path`` by one rename when the block succeeds.

    Raises:
        BilateralError: ``path`` is in the data folder, or something other than a regular file.
    """
    require_outside_data(path)
    kind = _kind_of(path)
    if kind not in (None, stat.S_IFREG):
        raise BilateralError(
            f"{path} is {_KINDS.get(kind or 0, 'a special file')}; output goes to regular files",
            remedy="name a new file, or a regular file to replace",
        )
    with atomic_path(path.parent.resolve() / path.name) as part:
        yield part


def output_folder(path: Path) -> Path:
    """Return the folder that a command writes into, with links resolved.

    Raises:
        BilateralError: it is in the data folder, or something other than a folder.
    """
    require_outside_data(path)
    folder = path.resolve()
    kind = _kind_of(folder)
    if kind not in (None, stat.S_IFDIR):
        raise BilateralError(f"{path} is not a folder", remedy="name a new folder, or one to write into")
    return folder


def require_outside_data(path: Path) -> None:
    """Raise if a path, or what it links to, is in the data folder."""
    data = Settings.from_environment().data.resolve()
    for place in (path.parent.resolve() / path.name, path.resolve()):
        if place.is_relative_to(data):
            raise BilateralError(
                f"{path} is in the data folder {data}, whose releases and payloads never change",
                remedy="name a file or folder outside it",
            )


def _kind_of(path: Path) -> int | None:
    """The type of what is at a path, links not followed; None where there is nothing."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
