"""The version of the software, and the refusal of files that a later one wrote in a format of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration import __version__
from orchestration.core.errors import BilateralError
from orchestration.core.files import write_json

FORMAT, READABLE_BY = "format", "readable_by"
"""In each file whose format may change: the number of its format, and the first version that reads it."""


DATA_FORMAT, DATA_SINCE = 2, "0.2.0"
"""The format of a data folder as a whole (landing, raw, ledgers, releases), and the first version that reads it. A folder without a number
is of format 1, which 0.1.0 wrote."""

_MARK = "format.json"
"""In the data folder: its format."""


class FormatError(BilateralError):
    """A file of a later version, whose format this one does not know."""


def require_readable(what: str, content: Mapping[str, Any], known: int) -> None:
    """Refuse a file of a format that this version does not know; one without a number is of format 1.

    Raises:
        FormatError: its number is above ``known``.
    """
    number = content.get(FORMAT, 1)
    if isinstance(number, int) and number <= known:
        return
    needed = f"Bilateral {content.get(READABLE_BY, 'of a later version')}"
    raise FormatError(
        f"{what} has format {number}, which {needed} reads; this is Bilateral {__version__}, which reads up to format {known}",
        remedy=f"install {needed}, or give this version a data folder of its own with BILATERAL_DATA",
    )


def require_readable_folder(data: Path) -> None:
    """Refuse a data folder that a later version has written in a format of its own.

    Raises:
        FormatError: its format is above ``DATA_FORMAT``, or the file that names it cannot be read.
    """
    try:
        content = json.loads((data / _MARK).read_text(encoding="utf-8"))
        require_readable(f"the data folder {data}", content, DATA_FORMAT)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    except (ValueError, AttributeError) as error:
        raise FormatError(
            f"{_MARK} of the data folder cannot be read: {error}",
            remedy=f"remove {data / _MARK}; the next refresh writes it again",
        ) from error


def mark_folder(data: Path) -> None:
    """Write the format of this version into a data folder that has none, or an older one."""
    path = data / _MARK
    content = {FORMAT: DATA_FORMAT, READABLE_BY: DATA_SINCE, "written_by": __version__}
    if not path.exists() or json.loads(path.read_text(encoding="utf-8")).get(FORMAT, 1) < DATA_FORMAT:
        write_json(path, content)
