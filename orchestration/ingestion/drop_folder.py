"""The drop folder: files that a person downloaded, in ``<folder>/<source>/``, for publishers without an API."""

import errno
import os
import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

from orchestration.contracts.payload import Answer, Origin
from orchestration.contracts.source import Card, Resource
from orchestration.core.errors import FeedError
from orchestration.core.files import open_regular
from orchestration.core.suggestions import did_you_mean
from orchestration.ingestion.origin_cards import origin_of

_AHEAD = 24 * 3600.0
"""Seconds by which the clock of the computer that wrote a file may be ahead."""

_LITTER = ("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx")
_LITTER_STARTS = (".", "~$")


def dropped_answers(folder: Path, card: Card, resource: Resource) -> Iterator[Answer]:
    """Yield every dropped file of a source, in name order; its date is the file's own.

    Raises:
        FeedError: an entry is not a regular file, cannot be read, or has a name that is not UTF-8, or the source's
            folder is not a folder.
    """
    try:
        paths = dropped_paths(folder, card.id)
    except OSError as error:
        is_other = error.errno in (errno.ENOTDIR, errno.ELOOP)
        raise _unreadable(card, card.id, "it is not a folder" if is_other else error.strerror) from error
    for path in paths:
        if _printable(path.name) != path.name:
            raise _unreadable(card, _printable(path.name), "its name is not UTF-8")
        opener = partial(_opened, card, path)
        opener().close()
        yield Answer(_origin(card, resource, path), opener)


def _opened(card: Card, path: Path) -> IO[bytes]:
    try:
        return open_regular(path)
    except OSError as error:
        raise _unreadable(card, path.name, error.strerror) from error


def dropped_paths(folder: Path, source_id: str) -> list[Path]:
    """Return the paths in the drop folder of a source by name, without litter of desktops.

    Raises:
        OSError: its name is not a folder, or it cannot be listed.
    """
    own = folder / source_id
    if not os.path.lexists(own):
        return []
    descriptor = os.open(own, os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        return sorted(own / name for name in os.listdir(descriptor) if not _is_litter(name))
    finally:
        os.close(descriptor)


def strays(folder: Path, source_ids: Collection[str]) -> Iterator[str]:
    """Yield a sentence for every misspelt folder and misplaced file in the drop folder."""
    if not folder.is_dir():
        return
    for name in sorted(os.listdir(folder)):
        if name in source_ids or _is_litter(name):
            continue
        if (folder / name).is_dir():
            known = dict.fromkeys(source_ids, "")
            advice = did_you_mean(name, known) or f"the sources are {', '.join(sorted(source_ids))}"
            yield f"the folder {_printable(name)!r} in the drop folder is of no source and is not read; {advice}"
        else:
            yield f"{_printable(name)!r} in the drop folder is not read; put it into the folder of its source"


def _is_litter(name: str) -> bool:
    """Return whether a desktop, an office program or an archive left this file or folder."""
    return name.startswith(_LITTER_STARTS) or name.lower() in _LITTER


def _printable(name: str) -> str:
    """Return the name with bytes that are not UTF-8 escaped, such as ``caf\\xe9.csv``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _unreadable(card: Card, name: str, reason: str | None) -> FeedError:
    return FeedError(
        f"{name!r} in the drop folder cannot be read: {reason}",
        publisher=card.publisher,
        payload=f"{card.id}/{name}",
        remedy=f"dropped files lie side by side in the drop folder of {card.id}, each a file of its own that this "
        "program may read: put the file itself there in place of this",
    )


def _origin(card: Card, resource: Resource, path: Path) -> Origin:
    """Return the origin card of a dropped file; hash and size are known once it is stored.

    Raises:
        FeedError: the file's date is in the future.
    """
    status = path.lstat()
    if status.st_mtime > time.time() + _AHEAD:
        raise FeedError(
            "the date of the dropped file, which is in the future, is taken for the day of the fetch",
            publisher=card.publisher,
            payload=f"{card.id}/{path.name}",
            remedy="correct the file's date (touch), and the clock of the computer that wrote it",
        )
    return origin_of(
        card,
        resource,
        url=card.homepage,
        parameters={},
        fetched_at=datetime.fromtimestamp(status.st_mtime, UTC),
        media_type="application/octet-stream",
        file_name=path.name,
        size=status.st_size,
        note="dropped by a person; the date is the file's own",
    )
