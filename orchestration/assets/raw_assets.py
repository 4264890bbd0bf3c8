"""One multi-asset for each source: fetch, store and read it, with rows, vintages and payload hashes as metadata."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.assets import run_tags
from orchestration.assets.data_folder import DataFolder
from orchestration.assets.descriptions import SOURCE_TAG, code_references
from orchestration.assets.failures import failing_in_words
from orchestration.assets.publisher_assets import publisher_key
from orchestration.assets.vintage_assets import report_vintages
from orchestration.catalog.catalog_tables import TABLES
from orchestration.contracts.payload import short_hash
from orchestration.contracts.source import Card, Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema
from orchestration.ingestion.selection import Selection
from orchestration.transform.project import Project

OWNER = "team:bilateral"


class FetchConfig(dg.Config):
    """The configuration of one fetch."""

    since: str = Field(
        default="",
        description="The first archived version to request, as year and month (200804), where they are kept; "
        "all later ones come with it, and stay. Empty: the newest.",
    )


def raw_assets(
    source: Source,
    settings: Settings,
    project: Project | None = None,
    freshness: dg.FreshnessPolicy | None = None,
) -> dg.AssetsDefinition:
    """Return the raw tables of one source, materialised together because one payload may fill several.

    Where there is a dbt project, its sources describe tables and columns.
    """
    card = source.CARD
    nodes = project.nodes if project else {}
    described = {table: nodes.get(f"source.bilateral.{card.id}.{table}") for table in source.TABLES}
    specs = [
        dg.AssetSpec(
            raw_key(card.id, table),
            deps=[publisher_key(card.id)],
            group_name="raw",
            description=f"{card.publisher}: raw table {table}, in the publisher's own columns and codes.\n\n"
            f"{node.description if (node := described[table]) else ''}",
            kinds={"python", "parquet"},
            owners=[OWNER],
            tags={SOURCE_TAG: card.id},
            freshness_policy=freshness,
            metadata={
                **code_references(settings, f"orchestration/sources/{card.id}.py"),
                "publisher": card.publisher,
                "citation": card.citation,
                "licence": card.licence,
                "dagster/column_schema": _columns(schema, node.columns if node else {}),
            },
        )
        for table, schema in source.TABLES.items()
    ]

    @dg.multi_asset(name=raw_step(card.id), specs=specs, pool=publisher_pool(card))
    def raw(context: dg.AssetExecutionContext, config: FetchConfig, data_folder: DataFolder) -> Iterator[Any]:
        from orchestration.admission.ingest import ingest, ingest_or_keep
        from orchestration.ingestion.archived_versions import resources_since

        with failing_in_words(settings):
            resources = resources_since(source, settings, config.since) if config.since else None
            if context.run.tags.get(run_tags.KIND) == run_tags.REFRESH:
                selection = ingest_or_keep(source, settings, resources)
            else:
                selection = ingest(source, settings, resources=resources)
        rows = sum(selection.rows().values())
        payloads = f"{rows:,} rows from {len(selection.origins)} payloads"
        context.log.info(f"raw      {card.id}: {payloads}, {_news(selection)}")
        for table in source.TABLES:
            files = [file for file in selection.files if file.table == table]
            feeds = dg.MetadataValue.text(", ".join(selection.vintages_by_feed))
            yield dg.MaterializeResult(
                asset_key=raw_key(card.id, table),
                metadata={**_metadata(files), "feeds": feeds},
                data_version=_data_version(files),
            )
        report_vintages(context, source, selection)

    return raw


def raw_step(source_id: str) -> str:
    """Return the name of the step that fetches a source."""
    return f"raw_{source_id}"


def catalogue_specs() -> list[dg.AssetSpec]:
    """Return the tables of sources, payloads, claims and corrections, which dbt reads in every build."""
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
    """Return the asset key of a raw table."""
    return dg.AssetKey(["raw", source_id, table])


def _metadata(files: Sequence[RawFile]) -> dict[str, dg.MetadataValue]:
    hashes = sorted({short_hash(item.payload_sha256) for item in files if item.payload_sha256})
    return {
        "dagster/row_count": dg.MetadataValue.int(sum(item.rows for item in files)),
        "vintages": dg.MetadataValue.text(", ".join(sorted({item.vintage.isoformat() for item in files}))),
        "payloads": dg.MetadataValue.int(len(hashes)),
        "payload hashes": dg.MetadataValue.text(" ".join(hashes)),
    }


def _data_version(files: Iterable[RawFile]) -> dg.DataVersion:
    """Return a data version that changes with the payloads of a table, and with nothing else."""
    payloads = sorted((file.resource, file.vintage.isoformat(), file.payload_sha256) for file in files)
    return dg.DataVersion(hashlib.sha256(repr(payloads).encode()).hexdigest())


def _columns(schema: Any, described: Mapping[str, Mapping[str, Any]]) -> dg.TableSchema:
    return dg.TableSchema(
        columns=[
            dg.TableColumn(column.name, str(column.type), description=described.get(column.name, {}).get("description"))
            for column in raw_schema(schema)
        ]
    )


def _news(selection: Selection) -> str:
    """Return a sentence about the new vintages of this run."""
    new = f"{selection.new_payloads} of them new" if selection.new_payloads else "nothing new"
    return f"{new}; {selection.unchanged} unchanged at the publisher" if selection.unchanged else new


def publisher_pool(card: Card) -> str | None:
    """Return the pool that lets one run at a time request a publisher that counts its callers; else None."""
    pace = card.pace
    strict = pace.ban_seconds or pace.requests_per_hour or pace.requests_per_minute
    return f"publisher_{card.id}" if strict else None
