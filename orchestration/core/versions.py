"""The version of the software, and the refusal of files that a later version wrote in its own format."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration import __version__
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json, write_json

FORMAT, READABLE_BY = "format", "readable_by"
"""Keys of each file whose format may change: the number of its format, and the first version that reads it."""

DATA_FORMAT, DATA_SINCE = 3, "0.3.0"
"""Format of a data folder, and the first version that reads it. A folder without a number has format 1, of 0.1.0."""

_MARK = "format.json"


def require_readable(what: str, content: Mapping[str, Any], known: int) -> None:
    """Raise BilateralError for a format above ``known``; a file without a number is older than any."""
    number = content.get(FORMAT, known)
    if isinstance(number, int) and number <= known:
        return
    needed = f"Bilateral {content.get(READABLE_BY, 'of a later version')}"
    raise BilateralError(
        f"{what} has format {number}, which {needed} reads; this is Bilateral {__version__}, "
        f"which reads up to format {known}",
        remedy=f"install {needed}, or give this version a data folder of its own with BILATERAL_DATA",
    )


def require_readable_folder(data: Path) -> None:
    """Raise BilateralError for a data folder with a later or unreadable format."""
    try:
        require_readable(f"the data folder {data}", read_json(data / _MARK), DATA_FORMAT)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    except (ValueError, AttributeError) as error:
        remedy = f"remove {data / _MARK}; the next refresh writes it again"
        raise BilateralError(f"{_MARK} of the data folder cannot be read: {error}", remedy=remedy) from error


def mark_folder(data: Path) -> None:
    """Write the format of this version into a data folder."""
    write_json(data / _MARK, {FORMAT: DATA_FORMAT, READABLE_BY: DATA_SINCE, "written_by": __version__})
