"""Describe the tables of a release: columns, units, sources, citation, and the definitions of metrics."""

from collections.abc import Mapping
from typing import Any

from orchestration.contracts.metric import ALL_ROWS
from orchestration.core.sql_quoting import name as quoted
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_table
from orchestration.reading.vintage_dates import BASIS, vintage_text

_HIDDEN = ("description", "selection", "first_view", "left_out", "area_notes")
"""Keys of a metric's definition that only its pages use, and its description, which is shown first."""


def tables_of(release: Release) -> list[dict[str, Any]]:
    """Return every table of a release: name, kind (metric or mart), rows and description."""
    return [
        {"table": name, "kind": "metric" if name.removesuffix(ALL_ROWS) in release.content["metrics"] else "mart"}
        | {word: resource[word] for word in ("rows", "description")}
        for name, resource in _resources(release).items()
    ]


def described(release: Release, table: str) -> dict[str, Any]:
    """Return one table: description, rows, sources, citation, columns, and for a metric its definition.

    Raises:
        ReleaseError: the release has no such table.
    """
    metric = table.removesuffix(ALL_ROWS)
    if table in release.content["metrics"] and table not in release.content["tables"]:
        table = release.complete(table)  # it has no rows under its own name: ``answer`` has the reason
    require_table(release, table)
    resource = _resources(release)[table]
    definition: Mapping[str, Any] = release.lineage.metrics.get(metric, {})
    return {
        "table": table,
        "release": release.id,
        "description": resource["description"],
        **{word: text for word, text in definition.items() if word not in _HIDDEN},
        "rows": resource["rows"],
        "sources": sorted({source["source"] for source in resource["sources"]}),
        "cite_as": resource["citation"],
        "columns": resource["schema"]["fields"],
    }


def vintages_of(release: Release, table: str) -> list[str]:
    """Return the newest vintage of each source of a table, with the kind of its date."""
    columns = {field["name"] for field in _resources(release)[table]["schema"]["fields"]}
    if {"source", "vintage", BASIS} <= columns:
        figures = quoted(table)
    elif {"source", "vintage", "payload_sha256"} <= columns:
        figures = (
            f"(from {quoted(table)} join (select payload_sha256, {BASIS} from dim_payload) using (payload_sha256))"
        )
    else:
        return []
    newest = f"select source, max(vintage), arg_max({BASIS}, vintage) from {figures} group by source order by source"
    with open_read_only(release.database) as connection:
        return [f"{source} {vintage_text(day, basis)}" for source, day, basis in connection.execute(newest).fetchall()]


def _resources(release: Release) -> dict[str, Any]:
    return {resource["name"]: resource for resource in release.json("datapackage.json")["resources"]}
