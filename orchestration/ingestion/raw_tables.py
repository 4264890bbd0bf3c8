"""Raw tables: parsed payloads as typed Parquet in the publisher's own columns."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration import formats
from orchestration.contracts import payload as payload_contract
from orchestration.contracts import raw_table as raw_table_contract
from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import LINEAGE_FIELDS, Parsed
from orchestration.contracts.source import Source
from orchestration.core.files import atomic_path, read_json, sha256_of, write_json
from orchestration.core.progress import log
from orchestration.core.text import STEERING
from orchestration.formats.delimited import refuse_where

SECONDS_BETWEEN_LINES = 10.0
"""Between two messages of progress."""

_STEERING_RULE = "must have no control character and no mark that changes its direction"

TIME_ZONES = timedelta(days=1)
"""How far the publisher's day can be ahead of the day of a fetch in UTC."""


@dataclass(frozen=True)
class RawFile:
    """One Parquet file: the rows of one raw table in one payload at one vintage."""

    source: str
    table: str
    resource: str
    vintage: date
    payload_sha256: str
    rows: int
    path: Path


class RawStore:
    """``<root>/<source>/<table>/<resource>_<vintage>_<payload>_<reader>.parquet``.

    A payload that this very reader has read before is not read again.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def read_payload(self, source: Source, payload: Payload) -> list[RawFile]:
        """Return the raw files of a payload, parsed now or by an earlier run of the same code.

        Raises:
            PayloadError: the source's parser refuses the payload, or it is dated later than its fetch.
        """
        # the same bytes, such as an empty selection, may answer two resources and mean two tables
        name = f"{payload.origin.sha256}_{payload.origin.resource}_{reader_version(source)}.json"
        index = self.root / source.CARD.id / "_read" / name
        if index.exists():
            result = [raw_file(self.root, item) for item in read_json(index)]
            if all(item.path.exists() for item in result):
                return result
        files = [self._write(source, payload, parsed) for parsed in source.parse(payload)]
        if not files:
            raise payload.error("the payload yielded no raw table")
        write_json(index, [raw_json(self.root, item) for item in files])
        return files

    def _write(self, source: Source, payload: Payload, parsed: Parsed) -> RawFile:
        if parsed.table not in source.TABLES:
            raise payload.error(f"raw table {parsed.table!r} is not declared in TABLES")
        _require_past(source, payload, parsed.vintage)
        schema = raw_schema(source.TABLES[parsed.table])
        short = f"{payload.origin.sha256[:16]}_{reader_version(source)}"
        name = f"{payload.origin.resource}_{parsed.vintage:%Y-%m-%d}_{short}.parquet"
        path = self.root / source.CARD.id / parsed.table / name
        rows, message = 0, time.monotonic()
        with atomic_path(path) as part, pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for batch in with_lineage(parsed, payload, schema):
                writer.write_batch(batch)
                rows += batch.num_rows
                if time.monotonic() - message > SECONDS_BETWEEN_LINES:
                    message = time.monotonic()
                    log.info(f"read     {source.CARD.id}: {rows:,} rows of {parsed.table} so far")
        return RawFile(
            source.CARD.id, parsed.table, payload.origin.resource, parsed.vintage, payload.origin.sha256, rows, path
        )


def _require_past(source: Source, payload: Payload, vintage: date) -> None:
    """Raise if figures are dated after they were fetched."""
    fetched = payload.origin.fetched_at
    if vintage > fetched.date() + TIME_ZONES:
        raise payload.error(
            f"the figures are dated {vintage}, after their fetch on {fetched:%Y-%m-%d}; a last update lies at most a "
            "day after the fetch, since days begin earlier elsewhere",
            row=source.CARD.change_signal,
            remedy="look at the date in the payload: if the publisher mistyped it, refresh again when it is corrected; "
            "of a dropped file, whose own date is the fetch, correct that date and refresh again",
        )


def raw_schema(declared: pa.Schema) -> pa.Schema:
    """Return a source's declared schema followed by the lineage columns."""
    return pa.schema([*declared, *LINEAGE_FIELDS])


def with_lineage(parsed: Parsed, payload: Payload, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield batches in the raw schema: the declared columns, checked, and the four lineage columns.

    Raises:
        PayloadError: a text has control characters or marks that change its direction.
    """
    constant = {
        "resource": pa.scalar(payload.origin.resource, pa.string()),
        "vintage": pa.scalar(parsed.vintage, pa.date32()),
        "payload_sha256": pa.scalar(payload.origin.sha256, pa.string()),
    }
    for batch in parsed.batches:
        columns = []
        for column in schema:
            if column.name in constant:
                columns.append(pa.repeat(constant[column.name], batch.num_rows))
            else:
                columns.append(batch.column(column.name).cast(column.type))
                if pa.types.is_string(column.type):
                    steers = pc.match_substring_regex(columns[-1], STEERING)
                    refuse_where(payload, batch, steers, column.name, _STEERING_RULE)
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def is_read_by(source: Source, file: RawFile) -> bool:
    """Return whether the current code of a source wrote a raw file; an empty table always matches."""
    return not file.payload_sha256 or file.path.stem.endswith(f"_{reader_version(source)}")


def reader_version(source: Source) -> str:
    """Return a short hash of the code that decides which rows this source's payloads have."""
    return _version(str(cast(ModuleType, source).__file__))


@cache
def _version(module: str) -> str:
    code = [module, __file__, str(payload_contract.__file__), str(raw_table_contract.__file__)]
    paths = [*map(Path, code), *sorted(Path(formats.__path__[0]).rglob("*.py"))]
    return hashlib.sha256("".join(map(sha256_of, paths)).encode()).hexdigest()[:8]


def raw_json(root: Path, item: RawFile) -> dict[str, str | int]:
    """Return the JSON object of a raw file, its path relative to the raw folder."""
    return {**asdict(item), "vintage": item.vintage.isoformat(), "path": str(item.path.relative_to(root))}


def raw_file(root: Path, item: dict[str, Any]) -> RawFile:
    """Return the raw file that ``raw_json`` described."""
    return RawFile(**{**item, "vintage": date.fromisoformat(item["vintage"]), "path": root / item["path"]})
