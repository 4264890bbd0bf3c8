"""Files that commands write at a path of the user: regular files only, never in the data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path
from orchestration.core.settings import Settings


@contextmanager
def output_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path whose file becomes ``path`` by one rename when the block succeeds.

    Raise BilateralError if ``path`` is in the data folder, or something other than a regular file.
    """
    require_outside_data(path)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        failure = f"{path} is not a regular file but a link, folder, pipe or device"
        raise BilateralError(failure, remedy="name a new file, or a regular file to replace")
    with atomic_path(path.parent.resolve() / path.name) as part:
        yield part


def require_outside_data(path: Path) -> None:
    """Raise BilateralError if a path, or its target, is in the data folder."""
    data = Settings.from_environment().data.resolve()
    if any(target.is_relative_to(data) for target in (path.parent.resolve() / path.name, path.resolve())):
        failure = f"{path} is in the data folder {data}, whose releases and payloads never change"
        raise BilateralError(failure, remedy="name a file or folder outside it")
