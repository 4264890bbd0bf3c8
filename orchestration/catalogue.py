"""What the warehouse knows about itself, as raw tables: sources, payloads and claims. No figure of a publisher passes here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from orchestration.claims import claims_table
from orchestration.contract import Card, Origin, Source
from orchestration.ingest import Selection

TABLES = {
    "sources": "The cards of all sources: publisher, licence, citation, cadence, limits.",
    "payloads": "The origin cards of all payloads that the build saw.",
    "claims": "Figures that other people published, from the files in data/claims.",
}
"""The catalogue's raw tables and what they hold."""

_CARD_FIELDS = ("id", "publisher", "homepage", "licence", "citation", "cadence", "timezone", "change_signal", "limits")
_PAYLOAD_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("resource", pa.string()),
        ("publisher", pa.string()),
        ("url", pa.string()),
        ("fetched_at", pa.timestamp("us", tz="UTC")),
        ("media_type", pa.string()),
        ("licence", pa.string()),
        ("citation", pa.string()),
        ("file_name", pa.string()),
        ("payload_sha256", pa.string()),
        ("size", pa.int64()),
        ("publisher_last_updated", pa.date32()),
        ("compiler_name", pa.string()),
        ("compiler_address", pa.string()),
        ("note", pa.string()),
        ("excerpt", pa.string()),
    ]
)


def catalogue_tables(
    sources: Mapping[str, Source], selections: Iterable[Selection], claims: Path
) -> dict[str, pa.Table]:
    """The catalogue's raw tables by name: ``sources`` (one row a card), ``payloads`` (one row an origin card), ``claims``."""
    origins = [origin for selection in selections for origin in selection.origins]
    return {
        "sources": source_table(source.CARD for source in sources.values()),
        "payloads": payload_table(origins),
        "claims": claims_table(claims),
    }


def source_table(cards: Iterable[Card]) -> pa.Table:
    """Cards as a table of text columns, one row a source."""
    rows = [{name: getattr(card, name) for name in _CARD_FIELDS} | {"limits": card.all_limits} for card in cards]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in _CARD_FIELDS]))


def payload_table(origins: Iterable[Origin]) -> pa.Table:
    """Origin cards as a table, one row a payload and resource."""
    return pa.Table.from_pylist([_payload_row(origin) for origin in origins], schema=_PAYLOAD_SCHEMA)


def _payload_row(origin: Origin) -> dict[str, object]:
    compiler = origin.compiler or {}
    row = {name: getattr(origin, name, None) for name in _PAYLOAD_SCHEMA.names}
    return row | {
        "payload_sha256": origin.sha256,
        "compiler_name": compiler.get("name"),
        "compiler_address": compiler.get("address"),
    }
