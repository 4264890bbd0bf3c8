"""The row, element or cell of a payload that a ``payload_pointer`` names.

============================  ==========================================================================================
``/Dataset/12/Value``         JSON pointer (RFC 6901) into an answer in JSON
``row 12``                    row of delimited text, counted after the header;  also inside an archive with one table
``line 12``                   line of a file of delimited text without a header that names all columns
``line 12 column 3``          cell of such a line
``annual(USD)!AH63``          cell of a workbook; ``Time Series!J12:M12`` cells side by side
``all rows, ...``             the whole payload: the figure was counted over it
============================  ==========================================================================================
"""

import csv
import glob
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from pathlib import PurePosixPath
from typing import IO, Any, cast

from orchestration.contracts.payload import Payload
from orchestration.core.errors import PayloadError
from orchestration.core.text import excerpt
from orchestration.formats.archives import archive_member, members, plain_or_gzip, sheet_cells
from orchestration.formats.delimited import csv_lines, rows_at
from orchestration.formats.strict_json import NoSuchPlaceError, strict_json, value_at

WHOLE = "all rows"
"""A pointer that begins so names the whole payload."""

_LONGEST_HEADER = 64 * 1024
_JSON = re.compile(r"(/[^/]*)+")
_ROW = re.compile(r"row ([0-9]{1,12})")
_LINE = re.compile(r"line ([0-9]{1,9})(?:,? column ([0-9]{1,6}))?")
_CELL = re.compile(r"(.+)!([A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?)")
_TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class Fragment:
    """The content at a pointer, in ``member`` of an archive: a JSON value, cells by column, or None for all of it."""

    pointer: str
    member: str | None
    content: Any


def fragments(payload: Payload, pointers: Iterable[str]) -> dict[str, Fragment]:
    """Return the fragments at several places of one payload, which is read once.

    Raises:
        PayloadError: a pointer is of an unknown kind or points to nothing, or the payload cannot be read.
    """
    wanted = list(dict.fromkeys(pointers))
    result: dict[str, Fragment] = {}
    for kind, read in _READERS.items():
        own = {pointer: match for pointer in wanted if pointer not in result and (match := kind.fullmatch(pointer))}
        if own:
            result |= read(payload, own)
    lost = next((pointer for pointer in wanted if pointer not in result), None)
    if lost is not None:
        raise payload.error(
            "the payload has no such place",
            row=lost,
            remedy="the payload does not belong to this release, or the source module numbers its rows differently",
        )
    return result


def _in_all(payload: Payload, own: Mapping[str, re.Match[str]]) -> dict[str, Fragment]:
    names = members(payload)
    member = names[0] if len(names) == 1 else None
    return {pointer: Fragment(pointer, member, None) for pointer in own}


def _in_json(payload: Payload, own: Mapping[str, re.Match[str]]) -> dict[str, Fragment]:
    content = strict_json(payload.read(), payload.error, fallback="iso-8859-1")
    result = {}
    for pointer in own:
        with suppress(NoSuchPlaceError):
            result[pointer] = Fragment(pointer, None, value_at(content, pointer))
    return result


def _in_table(payload: Payload, own: Mapping[str, re.Match[str]]) -> dict[str, Fragment]:
    names = [name for name in members(payload) if name.lower().endswith(_TABLES)]
    if len(names) > 1:
        raise payload.error(f"{len(names)} tables in the archive instead of one: {excerpt(names)}")
    member = names[0] if names else None
    rows = _rows(payload, _opener(payload, member), {int(match[1]) for match in own.values()})
    return {
        pointer: Fragment(pointer, member, rows[int(match[1])])
        for pointer, match in own.items()
        if int(match[1]) in rows
    }


def _opener(payload: Payload, member: str | None) -> Callable[[], AbstractContextManager[IO[bytes]]]:
    if member is None:
        return lambda: plain_or_gzip(payload.open, payload.error)
    return partial(archive_member, payload, glob.escape(PurePosixPath(member).name))


def _rows(
    payload: Payload, opened: Callable[[], AbstractContextManager[IO[bytes]]], numbers: set[int]
) -> dict[int, dict[str, str | None]]:
    with opened() as stream:
        first = stream.readline(_LONGEST_HEADER).decode("utf-8-sig", "replace")
    delimiter = "\t" if "\t" in first else ","
    header = next(csv.reader([first], delimiter=delimiter), [])
    look = partial(rows_at, payload, opened, numbers, header=header, delimiter=delimiter)
    try:
        return look()
    except PayloadError:  # some publishers have written Latin-1, which anything is
        return look(encoding="iso-8859-1")


def _in_lines(payload: Payload, own: Mapping[str, re.Match[str]]) -> dict[str, Fragment]:
    lines = csv_lines(payload)
    result = {}
    for pointer, match in own.items():
        cells, column = lines.get(int(match[1]), []), int(match[2] or 0)
        if cells and column <= len(cells):
            content = {"cell": cells[column - 1]} if column else {}
            result[pointer] = Fragment(pointer, None, {**content, "line": cells})
    return result


def _in_workbook(payload: Payload, own: Mapping[str, re.Match[str]]) -> dict[str, Fragment]:
    from openpyxl.utils.cell import range_boundaries  # loading it takes a moment, which other pointers do not need

    result = {}
    for sheet in {match[1] for match in own.values()}:
        places = {
            pointer: cast("tuple[int, int, int, int]", range_boundaries(match[2]))
            for pointer, match in own.items()
            if match[1] == sheet
        }
        _, _, last_columns, last_rows = zip(*places.values(), strict=True)
        cells = sheet_cells(payload, sheet, rows=max(last_rows), columns=max(last_columns))
        for pointer, (column, row, last, _) in places.items():
            line = cells[row - 1] if row <= len(cells) else []
            if column <= last <= len(line) and line[column - 1] is not None:
                labels = takewhile(lambda cell: not isinstance(cell, int | float), line)
                texts = (cell.strip() for cell in labels if isinstance(cell, str) and re.search(r"\w", cell))
                figures = {"cell": line[column - 1]} if column == last else {"cells": line[column - 1 : last]}
                result[pointer] = Fragment(pointer, sheet, {"row": ", ".join(texts), **figures})
    return result


def cell_pointer(sheet: str, row: int, column: int) -> str:
    """Return the pointer to a cell of a workbook, row and column counted from 0."""
    from openpyxl.utils import get_column_letter

    return f"{sheet}!{get_column_letter(column + 1)}{row + 1}"


_Reader = Callable[[Payload, Mapping[str, re.Match[str]]], dict[str, Fragment]]
_READERS: Mapping[re.Pattern[str], _Reader] = {
    re.compile(f"{WHOLE}.*"): _in_all,
    _JSON: _in_json,
    _ROW: _in_table,
    _LINE: _in_lines,
    _CELL: _in_workbook,
}
