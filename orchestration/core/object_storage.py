"""Copies of folders in object storage: S3 and what speaks it, or a folder that is mounted everywhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from pyarrow import fs

from orchestration.core.errors import BilateralError
from orchestration.core.files import atomic_path
from orchestration.core.text import shown

INCOMING = "incoming"
"""The folder of downloads on their way, which are nobody else's."""

AT_ONCE = 8


class ObjectStorage:
    """Folders below a URL such as ``s3://bucket/prefix`` or ``file:///mnt/shared``.

    Endpoint, region and keys are those of the AWS SDK (``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID`` ...).
    Payloads and Parquet files never change under their names: what is there is not copied again. Of all other files the
    later one is the true one.

    Raises:
        BilateralError: the URL is none or holds a key, and, from every method, the storage does not answer or has a file whose
            name leads out of its folder.
    """

    def __init__(self, url: str) -> None:
        _require_no_key(url)
        self.url = url.rstrip("/")
        with self._answering():
            self._system, self._root = fs.FileSystem.from_uri(self.url)

    def pull(self, name: str, folder: Path, only: str = "*") -> None:
        """Copy what a folder of the storage has and the folder here does not, or has from an earlier time."""
        with self._answering():
            each = {path: one for path, one in self._files(name).items() if fnmatch(path, only)}
            _side_by_side(
                lambda path: self._fetch(each[path], folder / path),
                (path for path, one in each.items() if _is_wanted(folder / path, one)),
            )

    def push(self, folder: Path, name: str) -> None:
        """Copy what a folder here has and that of the storage does not; records follow the files that they name."""
        with self._answering():
            there = self._files(name)
            paths = [path for path in _own_files(folder) if not _is_same(folder / path, there.get(path))]
            for is_record in (False, True):
                _side_by_side(
                    lambda path: self._send(folder / path, f"{self._root}/{name}/{path}"),
                    (path for path in paths if _can_change(path) == is_record),
                )

    def remove(self, name: str) -> None:
        """Remove a folder of the storage; one that is not there is no error."""
        with self._answering():
            for one in self._files(name).values():
                self._system.delete_file(one.path)

    def _files(self, name: str) -> dict[str, fs.FileInfo]:
        base = f"{self._root}/{name}"
        found = self._system.get_file_info(fs.FileSelector(base, recursive=True, allow_not_found=True))
        files = {one.path.removeprefix(f"{base}/"): one for one in found if one.is_file}
        for path in files:
            if ".." in PurePosixPath(path).parts or path.startswith("/"):
                raise BilateralError(
                    f"the object storage {self.url} has a file whose name leaves its folder: {shown(f'{name}/{path}')}",
                    remedy="nothing was copied; remove the file there, and find out who wrote it",
                )
        return files

    def _fetch(self, there: fs.FileInfo, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as part:
            fs.copy_files(
                there.path, str(part), source_filesystem=self._system, destination_filesystem=fs.LocalFileSystem()
            )
        _date(path, there)

    def _send(self, path: Path, there: str) -> None:
        self._system.create_dir(there.rpartition("/")[0])
        fs.copy_files(str(path), there, source_filesystem=fs.LocalFileSystem(), destination_filesystem=self._system)
        _date(path, self._system.get_file_info(there))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # Arrow's errors are both
            raise BilateralError(
                f"the object storage {self.url} does not answer: {error}",
                remedy="correct BILATERAL_STORE, AWS_ENDPOINT_URL, AWS_REGION and the keys, or wait until the storage answers",
            ) from error


def _require_no_key(url: str) -> None:
    """Refuse a URL with a user or a key: URLs are shown in messages, and Arrow would take the key from it."""
    if "@" in urlsplit(url).netloc:
        raise BilateralError(
            "BILATERAL_STORE contains a user or a key before the bucket",
            remedy="write s3://bucket/prefix, and give the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )


def _own_files(folder: Path) -> list[str]:
    """The files of a folder that are whole, by their paths in it."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(
        str(path)
        for path in found
        if INCOMING not in path.parts and not any(part.startswith(".") for part in path.parts)
    )


def _can_change(path: str) -> bool:
    return "payloads/" not in path and not path.endswith(".parquet")


def _date(path: Path, there: fs.FileInfo) -> None:
    """Give a file that can change the time of its copy, so that a later change of either is seen."""
    if _can_change(there.path):
        os.utime(path, (there.mtime.timestamp(),) * 2)


def _is_wanted(path: Path, there: fs.FileInfo) -> bool:
    if not path.exists():
        return True
    return _can_change(there.path) and there.mtime.timestamp() > path.stat().st_mtime


def _is_same(path: Path, there: fs.FileInfo | None) -> bool:
    if there is None or path.stat().st_size != there.size:
        return False
    return not _can_change(there.path) or there.mtime.timestamp() == path.stat().st_mtime


def _side_by_side(copy: Callable[[str], None], paths: Iterator[str]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(copy, paths))
