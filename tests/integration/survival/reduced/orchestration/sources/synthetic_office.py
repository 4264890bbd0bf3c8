"""Synthetic Statistics Office: one invented indicator. No figure here is official."""

import csv
import io
from collections.abc import Iterator, Mapping

import pyarrow as pa

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

RESOURCES = (Resource("trademark_applications", "trademark applications by economy"),)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The one table."""
    yield feed.get(CARD, resource, "https://statistics.example/table.csv", params={"of": resource.key})


def parse(payload: Payload) -> Iterator[Parsed]:
    """One row per economy and year.

    Raises:
        PayloadError: another header, or no release date.
    """
    reader = csv.DictReader(io.StringIO(payload.read().decode("utf-8")))
    require_columns(payload, reader.fieldnames or (), ("economy", "year", "applications", "released"), row="line 1")
    rows = list(reader)
    released = iso_date(payload, rows[0]["released"] if rows else "", row="line 2")
    records = [
        (f"line {number}", {**row, "year": int(row["year"]), "applications": float(row["applications"])})
        for number, row in enumerate(rows, start=2)
    ]
    yield tabulate(payload, "indicators", TABLES["indicators"], released, records)


TABLES: Mapping[str, pa.Schema] = {
    "indicators": pa.schema(
        [
            pa.field("economy", pa.string(), nullable=False),
            pa.field("year", pa.int32(), nullable=False),
            pa.field("applications", pa.float64(), nullable=False),
            pa.field("released", pa.string(), nullable=False),
        ]
    )
}
