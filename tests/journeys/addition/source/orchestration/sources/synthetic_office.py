"""Synthetic Statistics Office: invented trademark applications, an example of a new source."""

import csv
import io
import re
from collections.abc import Iterator, Mapping

import pyarrow as pa

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, iso_date, require_columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource

CARD = Card(
    id="synthetic_office",
    publisher="Synthetic Statistics Office",
    homepage="https://statistics.example",
    licence="none: synthetic figures for tests",
    citation="Synthetic Statistics Office: invented figures for tests.",
    cadence="never",
    timezone="UTC",
    change_signal="the column released",
    limits="none",
)

RESOURCES = (Resource("trademark_applications", "trademark applications by applicant and office"),)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The one table."""
    yield feed.get(CARD, resource, "https://statistics.example/table.csv", params={"of": resource.key})


def parse(payload: Payload) -> Iterator[Parsed]:
    """One row per applicant, office, counting rule and year; applications at all offices are a table of their own.

    Raises:
        PayloadError: not CSV in UTF-8, another header, a short line, no release date or several.
    """
    try:
        lines = list(csv.reader(io.StringIO(payload.read().decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise payload.error(f"not CSV in UTF-8: {error}") from error
    header = lines[0] if lines else []
    require_columns(payload, header, _COLUMNS, row="line 1")
    rows = [(f"line {number}", dict(zip(header, cells, strict=False))) for number, cells in enumerate(lines[1:], 2)]
    short = next((pointer for pointer, row in rows if len(row) != len(_COLUMNS)), None)
    if short:
        raise payload.error(f"a line without all of {list(_COLUMNS)}", row=short)
    stamps = {row.pop("released") for _, row in rows}
    if len(stamps) != 1:
        raise payload.error(f"{len(stamps)} release dates in one table: {sorted(stamps)[:3]}", row="line 2")
    released = iso_date(payload, stamps.pop(), row="line 2")
    records: list[tuple[str, dict[str, object]]] = [
        (pointer, {**row, "year": _whole(row["year"]), "applications": _whole(row["applications"])})
        for pointer, row in rows
    ]
    for table, of_all_offices in (("indicators", True), ("trademark_counts", False)):
        chosen = [record for record in records if (record[1]["office"] == "W00") is of_all_offices]
        yield tabulate(payload, table, TABLES[table], released, chosen)


_COLUMNS = ("applicant", "office", "counting", "year", "applications", "released")

_SCHEMA = pa.schema(
    [
        pa.field("applicant", pa.string(), nullable=False),
        pa.field("office", pa.string(), nullable=False),
        pa.field("counting", pa.string(), nullable=False),
        pa.field("year", pa.int32(), nullable=False),
        pa.field("applications", pa.int64(), nullable=False),
    ]
)

TABLES: Mapping[str, pa.Schema] = {"indicators": _SCHEMA, "trademark_counts": _SCHEMA}

_FIGURES = Observations(year="year", value="applications", area="applicant", counterpart="office", item="counting")

OBSERVATIONS: Mapping[str, Observations] = {"indicators": _FIGURES, "trademark_counts": _FIGURES}


def _whole(text: str) -> int | str:
    """A number where the text is one; other text is left to the table, which puts the row aside."""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else text
