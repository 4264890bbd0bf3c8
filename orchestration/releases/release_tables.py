"""Write the tables of a release as DuckDB file and Parquet, with their models' descriptions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.metric import ALL_ROWS, ALL_VINTAGES, KEY, PREFERRED_KEY
from orchestration.contracts.unit import units_of_release
from orchestration.core.bounded_database import bounded_database
from orchestration.core.files import sha256_of
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from orchestration.reading import vintage_dates
from orchestration.reading.macros import MACROS, PREFERRED, columns_of, named_view, refusal, refusing_view
from orchestration.reading.release import Release
from orchestration.reading.release_store import parquet_path
from orchestration.releases.package import TYPES, Edition
from orchestration.transform.build import Build
from orchestration.transform.nodes import node_of
from orchestration.transform.project import Project

STORAGE_VERSION = "v1.5.0"
"""Readable by DuckDB 1.5, which analysts have, and every later version."""

FIRST_SEEN = "release_first_seen"

_UNIONED = "int_metrics_unioned"
"""The model whose columns describe the table of all vintages."""


def write_tables(
    folder: Path,
    build: Build,
    edition: Edition,
    before: Release | None,
    without: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """Write ``warehouse.duckdb`` and a Parquet file per table into ``folder``; return their data package resources.

    Tables: every mart; the preferred rows (``ip_receipts``) and all latest rows (``ip_receipts_all``) of every metric
    but those in ``without``, which names the sources that would provide them; and ``metric_vintages``, all metrics in
    all vintages, each row with the first release that had this value. The database also has views of them with names
    of codes, the macros of ``macros.py``, and a view that raises for each metric without a bare name. Parquet files
    have their description as metadata.
    """
    described = build.project.metrics
    metrics = [name for name in described if name not in without]
    with bounded_database(folder=folder) as connection:
        connection.execute(f"attach {text(build.database)} as build (read_only)")
        connection.execute(
            f"attach {text(folder / 'warehouse.duckdb')} as release (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("use release")
        connection.begin()  # one transaction: a commit after every comment costs a second
        writer = _TableWriter(connection, build.project, edition, folder)
        resources = [
            writer.write(name, f"from build.marts.{quoted(name)} order by all")
            for name, model in sorted(writer.models.items())
            if model.layer == "marts"
        ]
        # each metric sorted by itself; its own table is a subset of all vintages in the same order
        seen = _first_seen(edition.id, before, *vintage_dates.columns(connection, metrics, writer.models))
        vintages = writer.write(ALL_VINTAGES, *(seen.format(metric=quoted(name)) for name in metrics))
        marts = len(resources)
        for name in metrics:
            of_metric = f"from {ALL_VINTAGES} where metric_id = {text(name)}"
            complete = f"select * exclude (is_latest) {of_metric} and is_latest"
            resources.append(writer.write(f"{name}{ALL_ROWS}", complete))
            if "none" not in described[name].answer:
                preferred = f"select * exclude (is_latest, is_preferred) {of_metric} and is_preferred"
                resources.append(writer.write(name, preferred))
        resources.append(vintages)
        columns = columns_of(resources)
        for resource in resources[marts:]:
            connection.execute(named_view(resource, columns))
        for name, metric in described.items():
            if refused := refusal(name, metric.answer, without.get(name)):
                connection.execute(refusing_view(name, *refused))
        for statement in (*MACROS, PREFERRED):
            connection.execute(statement)
        connection.commit()
        connection.execute("use memory")
        connection.execute("detach release")
    return resources


class _TableWriter:
    """Writes tables of an open build into an attached release."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, project: Project, edition: Edition, folder: Path) -> None:
        self._connection, self._project, self._edition, self._folder = connection, project, edition, folder
        self.models = dict(project.models)
        described = "Every published metric in every vintage, one below the other."
        unioned = self.models.get(_UNIONED) or node_of("", {"name": _UNIONED}, "model")
        self.models[ALL_VINTAGES] = replace(unioned, description=described, path="metrics/", config={})
        units = units_of_release(connection, "build.marts.dim_unit")
        for name, metric in project.metrics.items():
            model = self.models[name]
            complete = f"Every latest row, of every measure, item, source and basis. {metric.description}"
            self.models[f"{name}{ALL_ROWS}"] = replace(model, description=complete)
            self.models[name] = replace(model, description=f"{metric.answer['question']} {metric.description}")
        self._unit_of_word = {word: unit.code for unit in units.values() for word in unit.column_words}

    def write(self, name: str, *queries: str) -> dict[str, Any]:
        """Write a table with the rows of queries in order; return its data package resource."""
        table = quoted(name)
        self._connection.execute(f"create table {table} as {queries[0]}")
        for query in queries[1:]:
            self._connection.execute(f"insert into {table} by name {query}")
        resource = self._described(name)
        path = parquet_path(self._folder, name)
        path.parent.mkdir(exist_ok=True)
        metadata = self._file_metadata(resource)
        self._connection.execute(
            f"copy (from {table}) to {text(path)} (format parquet, compression zstd, kv_metadata {metadata})"
        )
        self._connection.execute(f"comment on table {table} is {text(resource['description'])}")
        for field in resource["schema"]["fields"]:
            if field["description"]:
                comment = f"comment on column {table}.{quoted(field['name'])} is {text(field['description'])}"
                self._connection.execute(comment)
        return resource | {
            "path": str(path.relative_to(self._folder)),
            "bytes": path.stat().st_size,
            "hash": f"sha256:{sha256_of(path)}",
        }

    def _described(self, name: str) -> dict[str, Any]:
        model = self.models[name]
        descriptions = {column["name"]: column["description"] for column in model.columns.values()}
        descriptions |= {FIRST_SEEN: "The first release that held this very value.", **vintage_dates.DESCRIPTIONS}
        types = dict(self._execute(f"select column_name, column_type from (describe {quoted(name)})"))
        key = self._key(name)
        units = self._distinct(name, "unit") if "unit" in types else []
        fields = []
        for column, kind in types.items():
            description = " ".join(descriptions.get(column, "").split())
            own_units = self._units(column, kind, description, units)
            field = {"name": column, "type": TYPES.get(kind.partition("(")[0], "any"), "description": description}
            fields.append(field | ({"units": own_units} if own_units else {}))
        columns = [column for column in types if column == "source" or column.endswith("_sources")]
        sources = {part for column in columns for value in self._distinct(name, column) for part in value.split("+")}
        return {
            "name": name,
            "description": " ".join(model.description.split()),
            "rows": self._execute(f"select count(*) from {quoted(name)}")[0][0],
            "schema": {"fields": fields, **({"primaryKey": key} if key else {})},
            **self._edition.cited(name, sources, self._payloads(name)),
        }

    def _key(self, name: str) -> list[str]:
        """Return the columns that identify a row.

        A base year belongs to the key if all figures have one; if only some do, there is no key.
        """
        if self.models[name].layer != "metrics":
            return self._project.key_of(self.models[name])
        if self.models[name].name == name:
            return list(PREFERRED_KEY)
        ((rows, with_base),) = self._execute(f"select count(*), count(base_year) from {quoted(name)}")
        if 0 < with_base < rows:
            return []
        return [column for column in KEY if column != "base_year" or with_base]

    def _units(self, column: str, kind: str, description: str, units: list[str]) -> list[str]:
        """Return the units of a column: those of the rows if it is the value or its description names ``unit``, else
        the unit in its name."""
        if not kind.startswith(("DOUBLE", "DECIMAL")):
            return []
        if column.startswith("value") or "in `unit`" in description:
            return units
        return [self._unit_of_word[word] for word in column.split("_") if word in self._unit_of_word]

    def _payloads(self, name: str) -> set[str]:
        """Return the payload hashes of the rows of a table."""
        key = self.models[name].key
        nodes = [
            self._project.nodes[item] for item in {key, *self._project.ancestors(key)} if item in self._project.nodes
        ]
        facts = [node.name for node in nodes if node.layer == "marts" and "payload_sha256" in node.columns]
        return {sha256 for fact in facts for sha256 in self._distinct(f"build.marts.{fact}", "payload_sha256")}

    def _distinct(self, table: str, column: str) -> list[str]:
        sql = f"select distinct {quoted(column)} from {table} where {quoted(column)} is not null order by all"
        return [str(row[0]) for row in self._execute(sql)]

    def _execute(self, sql: str) -> list[Any]:
        return self._connection.execute(sql).fetchall()

    def _file_metadata(self, resource: Mapping[str, Any]) -> str:
        """Return SQL of the key-value metadata of a Parquet file; keys without a value are omitted."""
        units = dict.fromkeys(unit for field in resource["schema"]["fields"] for unit in field.get("units", ()))
        meta = self.models[resource["name"]].meta
        entries = {
            "table": resource["name"],
            "description": resource["description"],
            "unit": str(meta.get("unit", "")) or ", ".join(units),
            "key": ", ".join(resource["schema"].get("primaryKey", ())),
            "source": ", ".join(sorted({source["source"] for source in resource["sources"]})),
            "licence": "; ".join(resource["licences"]),
            "works": "; ".join(sorted({source["citation"] for source in resource["sources"]})),
            "release": self._edition.id,
        }
        return "{" + ", ".join(f"{quoted(key)}: {text(value)}" for key, value in entries.items() if value) + "}"


def _first_seen(release_id: str, before: Release | None, dates: str, join: str) -> str:
    """Return SQL of the rows of a metric (``{metric}`` is its name), with the first release that had each value.

    ``dates`` and ``join`` are those of ``vintage_dates``.
    """
    built = "build.metrics.{metric}"
    known = f"(select *, null as {FIRST_SEEN} from {built} limit 0)"
    if before:
        known = f"read_parquet({text(parquet_path(before.folder, ALL_VINTAGES))})"
    same = (*KEY, "value")
    columns = ", ".join(same)
    return (
        f"select built.*, {dates}, coalesce(first.{FIRST_SEEN}, {text(release_id)}) as {FIRST_SEEN} "
        f"from {built} as built "
        f"left join (select {columns}, min({FIRST_SEEN}) as {FIRST_SEEN} from {known} "
        f"where metric_id in (select metric_id from {built} limit 1) group by {columns}) as first "
        f"on {' and '.join(f'built.{column} is not distinct from first.{column}' for column in same)} "
        f"{join} order by all"
    )
