"""Write the tables of a release as DuckDB file and Parquet, described in the words of their models."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.metric import KEY
from orchestration.contracts.unit import units_of_release
from orchestration.core.bounded_database import bounded_database
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.guards.suites import metrics_of
from orchestration.releases.citation import Edition
from orchestration.releases.named_views import write_named_views
from orchestration.releases.published_table import MART, METRIC, Column, Table
from orchestration.releases.release_store import ALL_VINTAGES, Release, parquet_path
from orchestration.releases.table_keys import Declared, create_table, declared_by_metric, declared_by_model
from orchestration.transform.build import Build

STORAGE_VERSION = "v1.5.0"
"""Readable by the DuckDB 1.5 clients that analysts have, and by every later one."""

SMALL_BLOCK, BLOCK = 65_536, 262_144
"""Bytes of a block. A table and an index take whole blocks: of a quarter of DuckDB's own, most tables here being small, the file is half
as large. But DuckDB puts blocks of any size but its own that do not fit into memory into a file each, and 30 million rows took longer to
put away than to sort."""

LARGE = 256_000_000
"""Bytes of the database of a build that gives a release blocks of DuckDB's own size."""

FIRST_SEEN = "release_first_seen"


def write_tables(
    folder: Path, build: Build, edition: Edition, before: Release | None, without: Container[str] = ()
) -> list[Table]:
    """Write ``warehouse.duckdb`` and a Parquet file for each table into ``folder``; return the tables.

    They are every mart as it was built; every metric but those in ``without`` at its latest vintage; and all of these in all
    vintages in ``metric_vintages``, each row stamped with the first release that had this very value. The database enforces
    the keys and ``not null`` columns of the contracts, and has views of the metrics with names beside codes. Every Parquet
    file has its description in its metadata.

    Raises:
        ReleaseError: a row breaks what the contract of its table declares.
    """
    manifest = build.manifest()
    metrics = [name for name in metrics_of(manifest) if name not in without]
    models = _models(manifest)
    with bounded_database(folder=folder) as connection:
        connection.execute(f"attach {text(build.database)} as build (read_only)")
        connection.execute(
            f"attach {text(folder / 'warehouse.duckdb')} as release "
            f"(storage_version '{STORAGE_VERSION}', block_size {block_size(build.database)})"
        )
        units = units_of_release(connection, "build.marts.dim_unit")
        units_of_words = {word: unit.code for unit in units.values() for word in unit.column_words}
        connection.begin()  # one transaction: a commit after every comment costs a second
        tables = []
        for planned in (*_marts(manifest), *_metrics(connection, metrics, edition.id, before)):
            name = planned.name
            declared = (
                declared_by_metric(connection, planned.counted, FIRST_SEEN)
                if planned.kind == METRIC
                else declared_by_model(models[name], manifest)
            )
            ((rows,),) = connection.execute(f"select count(*) from ({planned.counted})").fetchall()
            create_table(connection, "release.main", name, planned.queries, declared, rows)
            facts = facts_behind(manifest, "int_metrics_unioned" if name == ALL_VINTAGES else name)
            table = _described(connection, name, planned.kind, models[name], units_of_words, declared, edition, facts)
            path = parquet_path(folder, name)
            path.parent.mkdir(exist_ok=True)
            connection.execute(
                f"copy (from release.main.{quoted(name)}) to {text(path)} (format parquet, compression zstd, "
                f"kv_metadata {_file_metadata(table, edition)})"
            )
            _write_comments(connection, table)
            tables.append(table)
        columns = {table.name: {column.name: column.description for column in table.columns} for table in tables}
        write_named_views(connection, [*metrics, ALL_VINTAGES], columns, "release")
        connection.commit()
        connection.execute("detach release")
    return sorted(tables, key=lambda table: table.name == ALL_VINTAGES)


def block_size(built: Path) -> int:
    """Return the bytes of a block of the database of a release that is made of this one."""
    return BLOCK if built.stat().st_size > LARGE else SMALL_BLOCK


@dataclass(frozen=True)
class _Planned:
    """A table to be published: the queries that give its rows, in their order, and a cheaper one of the same rows, to count them."""

    name: str
    kind: str
    queries: tuple[str, ...]
    counted: str


def _marts(manifest: Mapping[str, Any]) -> Iterator[_Planned]:
    for name, model in sorted(_models(manifest).items()):
        if model.get("path", "").startswith("marts/"):
            table = f"build.marts.{quoted(name)}"
            yield _Planned(name, MART, (f"select * from {table} order by all",), f"from {table}")


def _metrics(
    connection: duckdb.DuckDBPyConnection, metrics: list[str], release_id: str, before: Release | None
) -> Iterator[_Planned]:
    """All vintages first, metric after metric, each sorted alone; a metric's own table is a part of them and in their order."""
    seen, built = _first_seen(connection, release_id, before), [quoted(name) for name in sorted(metrics)]
    counted = " union all by name ".join(f"from build.metrics.{name}" for name in built)
    yield _Planned(ALL_VINTAGES, METRIC, tuple(seen.format(metric=name) for name in built), counted)
    for name in metrics:
        latest = f"metric_id = {text(name)} and is_latest"
        query = f"select * exclude (is_latest) from release.main.{ALL_VINTAGES} where {latest}"
        yield _Planned(name, METRIC, (query,), query)


def _first_seen(connection: duckdb.DuckDBPyConnection, release_id: str, before: Release | None) -> str:
    """Return SQL of the rows of a metric, whose name replaces ``{metric}``, with the first release that had this very value."""
    built = "build.metrics.{metric}"
    if before is None:
        return f"select *, {text(release_id)} as {FIRST_SEEN} from {built} order by all"
    known = f"read_parquet({text(parquet_path(before.folder, ALL_VINTAGES))})"
    same = (*KEY, "value")
    columns = ", ".join(same)
    return (
        f"select built.*, coalesce(first.{FIRST_SEEN}, {text(release_id)}) as {FIRST_SEEN} from {built} as built "
        f"left join (select {columns}, min({FIRST_SEEN}) as {FIRST_SEEN} from {known} "
        f"where metric_id in (select metric_id from {built} limit 1) group by {columns}) as first "
        f"on {' and '.join(f'built.{column} is not distinct from first.{column}' for column in same)} order by all"
    )


def _models(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the manifest's models by name, and the table that is not a model."""
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    models[ALL_VINTAGES] = {
        "description": "Every published metric in every vintage, one below the other.",
        "columns": models.get("int_metrics_unioned", {"columns": {}})["columns"],
        "config": {"meta": {}},
    }
    return models


def _described(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    kind_of_table: str,
    model: Mapping[str, Any],
    units_of_words: Mapping[str, str],
    declared: Declared,
    edition: Edition,
    facts: Sequence[str],
) -> Table:
    table = f"release.main.{quoted(name)}"
    descriptions = {column["name"]: column["description"] for column in model["columns"].values()}
    descriptions[FIRST_SEEN] = "The first release that held this very value."
    types = dict(connection.execute(f"select column_name, column_type from (describe {table})").fetchall())
    units = _distinct(connection, table, "unit") if "unit" in types else ()
    named = [column for column in types if column == "source" or column.endswith("_sources")]
    values = (value for column in named for value in _distinct(connection, table, column))
    sources = tuple(sorted({part for value in values for part in value.split("+")}))
    ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
    examples = _examples(connection, table, list(types))
    columns = []
    for column, kind in types.items():
        description = " ".join(descriptions.get(column, "").split())
        own_units = units_of(column, kind, description, units, units_of_words)
        columns.append(
            Column(column, kind, description, own_units, examples.get(column, ""), column in declared.required)
        )
    payloads = _payloads(connection, facts)
    return Table(
        name=name,
        kind=kind_of_table,
        description=" ".join(str(model["description"]).split()),
        rows=int(rows),
        columns=tuple(columns),
        sources=sources,
        meta=model["config"].get("meta", {}),
        key=declared.key,
        works=edition.works_of(sources, payloads),
        licences=edition.licences_of(sources),
        citation=edition.citation_of(name, sources, payloads),
    )


def _payloads(connection: duckdb.DuckDBPyConnection, facts: Sequence[str]) -> frozenset[str]:
    """Return the hashes of the payloads behind the rows of these tables."""
    if not facts:
        return frozenset()
    union = " union ".join(f"select payload_sha256 from build.marts.{quoted(fact)}" for fact in facts)
    return frozenset(str(row[0]) for row in connection.execute(union).fetchall())


def facts_behind(manifest: Mapping[str, Any], name: str) -> list[str]:
    """Return the marts with a hash of the payload that a model reads, directly or through models without one, or is itself."""
    models = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    facts, waiting, seen = set[str](), [name], set[str]()
    while waiting:
        model = waiting.pop()
        if model in seen or model not in models:
            continue
        seen.add(model)
        if models[model]["path"].startswith("marts/") and "payload_sha256" in models[model]["columns"]:
            facts.add(model)
        else:
            waiting += [key.rpartition(".")[2] for key in models[model]["depends_on"]["nodes"]]
    return sorted(facts)


def units_of(
    column: str, kind: str, description: str, units_of_rows: tuple[str, ...], units_of_words: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the units of a column of figures: those of the rows where it is the value or its description names ``unit``, else
    the unit of a word in its name."""
    if not kind.startswith(("DOUBLE", "DECIMAL")):
        return ()
    if column.startswith("value") or "in `unit`" in description:
        return units_of_rows
    return tuple(units_of_words[word] for word in column.split("_") if word in units_of_words)


def _examples(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> dict[str, str]:
    """Return a value of each column that has one, as DuckDB writes it: of the first row, or of the next that has one."""
    examples: dict[str, str] = {}
    for limit in ("limit 1", ""):  # in most columns the first row has one, and searching all rows takes long
        lacking = [column for column in columns if column not in examples]
        if lacking:
            chosen = ", ".join(f"arg_min({quoted(column)}, place)::varchar" for column in lacking)
            rows = connection.execute(
                f"select {chosen} from (select rowid as place, * from {table} order by rowid {limit})"
            )
            values = zip(lacking, rows.fetchall()[0], strict=True)
            examples |= {column: str(value) for column, value in values if value is not None}
    return examples


def _distinct(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> tuple[str, ...]:
    rows = connection.execute(
        f"select distinct {quoted(column)} from {table} where {quoted(column)} is not null order by all"
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def _file_metadata(table: Table, edition: Edition) -> str:
    """Return SQL of the key-value metadata of a Parquet file; a key without a value is left out."""
    entries = {
        "table": table.name,
        "description": table.description,
        "unit": str(table.meta.get("unit", "")) or ", ".join(table.units),
        "key": ", ".join(table.key),
        "source": ", ".join(table.sources),
        "licence": "; ".join(table.licences),
        "works": "; ".join(table.works),
        "release": edition.id,
    }
    return "{" + ", ".join(f"{quoted(key)}: {text(value)}" for key, value in entries.items() if value) + "}"


def _write_comments(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Write comments on the table and its columns."""
    named = f"release.main.{quoted(table.name)}"
    connection.execute(f"comment on table {named} is {text(table.description)}")
    for column in table.columns:
        if column.description:
            connection.execute(f"comment on column {named}.{quoted(column.name)} is {text(column.description)}")
