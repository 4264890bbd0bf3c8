"""Raw tables of the warehouse about itself: sources, payloads, claims, corrections."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.catalog.claim_files import claims_table
from orchestration.catalog.correction_files import corrections_table
from orchestration.catalog.entry_files import columns
from orchestration.contracts.payload import Origin
from orchestration.contracts.source import Source
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection

TABLES = {
    "sources": "The cards of all sources: publisher, licence, citation, cadence, limits.",
    "payloads": "The origin cards of all payloads that the build saw.",
    "vintages": "The raw files that the build saw, each with its vintage and the feed by which it came.",
    "claims": "Figures that other people published, from the files in data/claims.",
    "corrections": "Official errors that are corrected, from the files in data/corrections.",
    "as_of": "The day as of which the build knows; empty for a build of all that is known.",
    "later": "What exists and a build as of an earlier day leaves out, because it was published later.",
}
"""The catalogue's raw tables and their contents."""

_CARD_SCHEMA = columns("id publisher homepage licence citation cadence timezone change_signal limits")
_PAYLOAD_SCHEMA = columns(
    "source resource publisher url fetched_at media_type licence citation file_name payload_sha256 size publisher_last_updated "
    "compiler_name compiler_address note excerpt",
    fetched_at=pa.timestamp("us", tz="UTC"),
    size=pa.int64(),
    publisher_last_updated=pa.date32(),
)
_VINTAGE_SCHEMA = columns(
    "source table_name resource vintage payload_sha256 feed rows", vintage=pa.date32(), rows=pa.int64()
)
_LATER_SCHEMA = columns("source table_name vintage", vintage=pa.date32())


def catalogue_tables(
    sources: Mapping[str, Source],
    selections: Iterable[Selection],
    claims: Path,
    corrections: Path,
    units: Iterable[str],
    as_of: date | None = None,
) -> dict[str, pa.Table]:
    """The catalogue's raw tables by name, as ``TABLES`` describes them.

    Claims and corrections that were made after ``as_of`` are left out; all of them are in one of ``units``.

    Raises:
        BilateralError: see ``claims_table``.
        BilateralError: see ``corrections_table``.
    """
    chosen, cards = list(selections), [source.CARD for source in sources.values()]
    vocabulary = {"unit": dict.fromkeys(units, "")}
    made, corrected = claims_table(claims, vocabulary=vocabulary), corrections_table(corrections, vocabulary)
    known = pc.less_equal(made["said_on"], as_of or date.max)
    later = [
        {"source": selection.source, "table_name": table, "vintage": vintage}
        for selection in chosen
        for table, vintages in selection.later.items()
        for vintage in vintages
    ]
    said_later = sorted(set(made.filter(pc.invert(known))["said_on"].to_pylist()))
    later += [{"source": "catalogue", "table_name": "claims", "vintage": said_on} for said_on in said_later]
    return {
        "sources": pa.Table.from_pylist(
            [vars(card) | {"limits": card.all_limits} for card in cards], schema=_CARD_SCHEMA
        ),
        "payloads": payload_table(origin for selection in chosen for origin in selection.origins),
        "vintages": pa.Table.from_pylist(list(_vintage_rows(chosen)), schema=_VINTAGE_SCHEMA),
        "claims": made.filter(known),
        "corrections": corrected.filter(pc.less_equal(corrected["corrected_on"], as_of or date.max)),
        "as_of": pa.table({"as_of": pa.array([as_of], pa.date32())}),
        "later": pa.Table.from_pylist(later, schema=_LATER_SCHEMA),
    }


def payload_table(origins: Iterable[Origin]) -> pa.Table:
    """Origin cards as a table, one row a payload and resource."""
    return pa.Table.from_pylist([_payload_row(origin) for origin in origins], schema=_PAYLOAD_SCHEMA)


def _vintage_rows(selections: Iterable[Selection]) -> Iterator[dict[str, object]]:
    """Yield a row for each raw file; a declared table that no payload filled has none."""
    for selection in selections:
        for item in selection.files:
            if item.payload_sha256:
                feed = selection.feeds.get(item.payload_sha256, BUNDLE)
                yield vars(item) | {"table_name": item.table, "feed": feed}


def _payload_row(origin: Origin) -> dict[str, object]:
    compiler = origin.compiler or {}
    return vars(origin) | {
        "payload_sha256": origin.sha256,
        "compiler_name": compiler.get("name"),
        "compiler_address": compiler.get("address"),
    }
