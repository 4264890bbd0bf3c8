"""One multi-asset per source: fetch, land and read it, with rows, vintages and payload hashes as metadata. Formats live in sources/."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.failures import as_failure
from orchestration.catalogue import TABLES
from orchestration.contract import Source
from orchestration.errors import BilateralError
from orchestration.ingest import Selection, ingest
from orchestration.progress import say
from orchestration.settings import Settings

OWNER = "team:bilateral"


def raw_assets(source: Source, settings: Settings) -> dg.AssetsDefinition:
    """The raw tables of one source, materialised together because one payload may fill several."""
    card = source.CARD
    specs = [
        dg.AssetSpec(
            raw_key(card.id, table),
            group_name="raw",
            description=f"{card.publisher}: raw table {table}, in the publisher's own columns and codes. {card.citation}",
            kinds={"python", "parquet"},
            owners=[OWNER],
            metadata={
                "publisher": card.publisher,
                "homepage": dg.MetadataValue.url(card.homepage),
                "licence": card.licence,
                "cadence": card.cadence,
                "dagster/column_schema": dg.TableSchema(
                    columns=[dg.TableColumn(column.name, str(column.type)) for column in schema]
                ),
            },
        )
        for table, schema in source.TABLES.items()
    ]

    @dg.multi_asset(name=f"raw_{card.id}", specs=specs, can_subset=False)
    def raw() -> Iterator[dg.MaterializeResult[None]]:
        try:
            selection = ingest(source, settings)
        except BilateralError as error:
            raise as_failure(error) from error
        rows = sum(selection.rows().values())
        say(f"raw      {card.id}: {rows:,} rows from {len(selection.origins)} payloads, {_news(selection)}")
        for table in source.TABLES:
            yield dg.MaterializeResult(asset_key=raw_key(card.id, table), metadata=_metadata(selection, table))

    return raw


def catalogue_specs() -> list[dg.AssetSpec]:
    """What the warehouse knows about itself; every build writes these tables anew before dbt reads them."""
    return [
        dg.AssetSpec(
            raw_key("catalogue", table),
            group_name="raw",
            description=description,
            kinds={"python", "parquet"},
            owners=[OWNER],
        )
        for table, description in TABLES.items()
    ]


def raw_key(source_id: str, table: str) -> dg.AssetKey:
    """The asset key of a raw table."""
    return dg.AssetKey(["raw", source_id, table])


def _metadata(selection: Selection, table: str) -> dict[str, dg.MetadataValue]:
    files = [item for item in selection.files if item.table == table]
    hashes = sorted({item.payload_sha256[:12] for item in files if item.payload_sha256})
    return {
        "dagster/row_count": dg.MetadataValue.int(sum(item.rows for item in files)),
        "vintages": dg.MetadataValue.text(", ".join(sorted({item.vintage.isoformat() for item in files}))),
        "payloads": dg.MetadataValue.int(len(hashes)),
        "payload hashes": dg.MetadataValue.text(" ".join(hashes)),
        "payloads new in this run": dg.MetadataValue.int(selection.new_payloads),
        "answers unchanged at the publisher": dg.MetadataValue.int(selection.unchanged),
        "feeds": dg.MetadataValue.text(", ".join(selection.vintages_by_feed)),
    }


def _news(selection: Selection) -> str:
    """What this run brought, in words."""
    new = f"{selection.new_payloads} of them new" if selection.new_payloads else "nothing new"
    return f"{new}; {selection.unchanged} unchanged at the publisher" if selection.unchanged else new
