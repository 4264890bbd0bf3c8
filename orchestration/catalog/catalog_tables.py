"""Raw tables of the warehouse about itself: sources, payloads, claims, corrections."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.catalog.claim_files import claims_table
from orchestration.catalog.correction_files import corrections_table
from orchestration.catalog.entry_files import columns
from orchestration.contracts.payload import Origin
from orchestration.contracts.source import Resource, Source
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

_CARD_SCHEMA = columns(
    "id publisher homepage licence citation cadence cycle_months:int32 timezone change_signal limits"
)
PAYLOAD_SCHEMA = columns(
    "source resource publisher url fetched_at:moment media_type licence citation file_name payload_sha256 size:int64 "
    "publisher_last_updated:date32 compiler_name compiler_address note excerpt vintage_basis"
)
_VINTAGE_SCHEMA = columns("source table_name resource vintage:date32 payload_sha256 feed rows:int64")
_LATER_SCHEMA = columns("source table_name vintage:date32")


def catalogue_tables(
    sources: Mapping[str, Source],
    selections: Iterable[Selection],
    claims: Path,
    corrections: Path,
    units: Iterable[str],
    as_of: date | None = None,
) -> dict[str, pa.Table]:
    """Return the catalogue's raw tables by name, as ``TABLES`` describes them.

    Claims and corrections that were made after ``as_of`` are left out; all of them are in one of ``units``.

    Raises:
        BilateralError: a claim or correction file is wrong; see ``read_table``.
    """
    chosen, last, vocabulary = list(selections), as_of or date.max, {"unit": dict.fromkeys(units, "")}
    cards = [vars(source.CARD) | {"limits": source.CARD.all_limits} for source in sources.values()]
    made, corrected = claims_table(claims, vocabulary=vocabulary), corrections_table(corrections, vocabulary)
    said_later = sorted({day for day in made["said_on"].to_pylist() if day > last})
    left_out = {item.source: item.later for item in chosen} | {"catalogue": {"claims": said_later}}
    later = [
        {"source": source, "table_name": table, "vintage": day}
        for source, tables in left_out.items()
        for table, days in tables.items()
        for day in days
    ]
    files = [
        vars(file) | {"table_name": file.table, "feed": selection.feeds.get(file.payload_sha256, BUNDLE)}
        for selection in chosen
        for file in selection.files
        if file.payload_sha256  # a declared table that no payload filled has none
    ]
    return {
        "sources": pa.Table.from_pylist(cards, schema=_CARD_SCHEMA),
        "payloads": payload_table((origin for selection in chosen for origin in selection.origins), sources),
        "vintages": pa.Table.from_pylist(files, schema=_VINTAGE_SCHEMA),
        "claims": made.filter(pc.less_equal(made["said_on"], last)),
        "corrections": corrected.filter(pc.less_equal(corrected["corrected_on"], last)),
        "as_of": pa.table({"as_of": pa.array([as_of], pa.date32())}),
        "later": pa.Table.from_pylist(later, schema=_LATER_SCHEMA),
    }


def payload_table(origins: Iterable[Origin], sources: Mapping[str, Source]) -> pa.Table:
    """Return origin cards as a table, one row a payload and resource."""
    resources = {(name, resource.key): resource for name, source in sources.items() for resource in source.RESOURCES}
    rows = [
        vars(origin)
        | {"payload_sha256": origin.sha256}
        | {f"compiler_{name}": text for name, text in (origin.compiler or {}).items()}
        | {"vintage_basis": resources.get((origin.source, origin.resource), Resource("", "")).basis_of(origin)}
        for origin in origins
    ]
    return pa.Table.from_pylist(rows, schema=PAYLOAD_SCHEMA)
