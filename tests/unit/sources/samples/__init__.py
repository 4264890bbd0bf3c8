"""Small synthetic payloads, one module a source: what is read of each, and refused changes (docs/adding.md)."""

import gzip
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.contracts.payload import Origin

Refusal = tuple[str, str, str, str | None]
"""A text of the payload, what replaces it everywhere, a part of the failure, and the row that the error names."""


@dataclass(frozen=True)
class Case:
    """A payload that its source reads, and the refusals of what it becomes by a change.

    ``rows`` counts the rows of each table; ``first`` has some columns of the first one; ``vintage`` is their ISO date.
    ``same`` are other payloads with the same rows, such as columns in another order.
    """

    origin: Origin
    body: bytes
    rows: Mapping[str, int]
    first: Mapping[str, Any]
    vintage: str
    refused: tuple[Refusal, ...] = ()
    same: tuple[bytes, ...] = ()


def table(header: Iterable[str], *rows: Mapping[str, object], delimiter: str = ",", end: str = "\n") -> str:
    """Return lines of delimited text, the first with its columns; a cell that a row does not name is empty."""
    names = list(header)
    lines = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    return "".join(delimiter.join(cells) + end for cells in lines)


def changed(body: bytes, old: str, new: str) -> bytes:
    """Return a payload in which a text is another one, inside an archive or gzip body too."""
    if body.startswith(b"PK"):
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
            members = {name: before.read(name) for name in before.namelist()}
            assert any(old.encode() in content for content in members.values()), old
            for name, content in members.items():
                after.writestr(name, content.replace(old.encode(), new.encode()))
        return target.getvalue()
    if body.startswith(b"\x1f\x8b"):
        return gzip.compress(changed(gzip.decompress(body), old, new), mtime=0)
    assert old.encode() in body, old
    return body.replace(old.encode(), new.encode())
