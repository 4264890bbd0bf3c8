"""Copies of folders in object storage: S3 and compatible stores, or a folder that is mounted everywhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pyarrow import fs

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path
from orchestration.core.text import escape_text

INCOMING = "incoming"
"""The folder of unfinished downloads, which are not copied."""


class ObjectStorage:
    """Folders below a URL such as ``s3://bucket/prefix`` or ``file:///mnt/shared``.

    Endpoint, region and keys are those of the AWS SDK (``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID`` and
    others). Payloads and Parquet files never change under their names and are copied once; else the later file wins.

    Raises:
        BilateralError: the URL is wrong or contains a key; from every method: the storage does not answer, or the name
            of a file leads out of its folder.
    """

    def __init__(self, url: str) -> None:
        if "@" in urlsplit(url).netloc:  # URLs are shown in messages, and Arrow would take the key from it
            raise BilateralError(
                "BILATERAL_STORE contains a user or a key before the bucket",
                remedy="write s3://bucket/prefix, and give the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            )
        self.url = url.rstrip("/")
        with self._answering():
            self._system, self._root = fs.FileSystem.from_uri(self.url)

    def pull(self, name: str, folder: Path) -> None:
        """Copy files of the storage that are missing or older in ``folder``."""
        with self._answering():
            for path, stored in self._files(name).items():
                if not (local := folder / path).exists() or _time(stored) > _time(local):
                    with atomic_path(local) as part:
                        fs.copy_files(stored.path, str(part), self._system, fs.LocalFileSystem())
                    _date(local, stored)

    def push(self, folder: Path, name: str) -> None:
        """Copy files of ``folder`` that the storage lacks or has otherwise; records follow the files that they name."""
        with self._answering():
            known = self._files(name)
            for path in sorted(_own_files(folder), key=_can_change):
                local, target = folder / path, f"{self._root}/{name}/{path}"
                stored = known.get(path)
                if stored is None or (local.stat().st_size, _time(local)) != (stored.size, _time(stored)):
                    self._system.create_dir(target.rpartition("/")[0])
                    fs.copy_files(str(local), target, fs.LocalFileSystem(), self._system)
                    _date(local, self._system.get_file_info(target))

    def _files(self, name: str) -> dict[str, fs.FileInfo]:
        base = f"{self._root}/{name}"
        infos = self._system.get_file_info(fs.FileSelector(base, recursive=True, allow_not_found=True))
        files = {info.path.removeprefix(f"{base}/"): info for info in infos if info.is_file}
        for path in files:
            if ".." in PurePosixPath(path).parts or path.startswith("/"):
                raise BilateralError(
                    f"the object storage {self.url} has a file whose name leaves its folder: "
                    f"{escape_text(f'{name}/{path}')}",
                    remedy="nothing was copied; remove the file there, and find out who wrote it",
                )
        return files

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # Arrow's errors are both
            raise BilateralError(
                f"the object storage {self.url} does not answer: {error}",
                remedy="correct BILATERAL_STORE, AWS_ENDPOINT_URL, AWS_REGION and the keys, or wait until it answers",
            ) from error


def _own_files(folder: Path) -> list[str]:
    """Return the paths of a folder's finished files, relative to it."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in paths if not any(part == INCOMING or part.startswith(".") for part in path.parts)]


def _can_change(path: str) -> bool:
    return "payloads/" not in path and not path.endswith(".parquet")


def _time(file: Path | fs.FileInfo) -> float:
    """Return when a file that can change was written; the same for every other one."""
    if not _can_change(str(file.path if isinstance(file, fs.FileInfo) else file)):
        return 0.0
    return float(file.mtime.timestamp() if isinstance(file, fs.FileInfo) else file.stat().st_mtime)


def _date(local: Path, stored: fs.FileInfo) -> None:
    """Give a file that can change the time of its copy, so that a later change of either is noticed."""
    if _can_change(stored.path):
        os.utime(local, (_time(stored),) * 2)
