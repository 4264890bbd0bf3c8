"""The ``bilateral describe`` command: meaning, columns, units and citation of the tables of a release."""

import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import click

from orchestration.cli.output import as_json, print_json, print_table
from orchestration.contracts.metric import ALL_ROWS
from orchestration.core.settings import Settings
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.text import one_line
from orchestration.releases.lineage import read_lineage
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import StoredRelease, require_current, require_table
from orchestration.releases.vintage_dates import BASIS, vintage_text

_HIDDEN = ("description", "selection", "first_view", "left_out", "area_notes")
"""Keys of a metric's definition that only its pages use, and its description, which is shown first."""


@click.command()
@click.argument("table", required=False)
@as_json
def describe(table: str | None, as_json: bool) -> None:
    """Describe a TABLE of the current release: columns, units, caveats, citation. Without a name, list all tables."""
    release = require_current(Settings.from_environment())
    if not table:
        tables = tables_of(release)
        return print_json(tables) if as_json else _print_tables(tables)
    content = described(release, table)
    columns = content.pop("columns")
    content |= {"vintages": vintages_of(release, table), "columns": columns}
    return print_json(content) if as_json else _print_described(content)


def tables_of(release: StoredRelease) -> list[dict[str, Any]]:
    """Return every table of a release: name, kind (metric or mart), rows and description."""
    return [
        {"table": name, "kind": "metric" if name.removesuffix(ALL_ROWS) in release.content["metrics"] else "mart"}
        | {word: resource[word] for word in ("rows", "description")}
        for name, resource in _resources(release).items()
    ]


def described(release: StoredRelease, table: str) -> dict[str, Any]:
    """Return one table: description, rows, sources, citation, columns, and for a metric its definition.

    Raises:
        ReleaseError: the release has no such table.
    """
    metric = table.removesuffix(ALL_ROWS)
    if table in release.content["metrics"] and table not in release.content["tables"]:
        table = release.complete(table)  # it has no rows under its own name: ``answer`` has the reason
    require_table(release, table)
    resource = _resources(release)[table]
    definition: Mapping[str, Any] = read_lineage(release).metrics.get(metric, {})
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


def vintages_of(release: StoredRelease, table: str) -> list[str]:
    """Return the newest vintage of each source of a table, with the kind of its date; none of a table without vintages."""
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


def _resources(release: StoredRelease) -> dict[str, Any]:
    return {resource["name"]: resource for resource in release.json("datapackage.json")["resources"]}


def _print_tables(tables: list[dict[str, Any]]) -> None:
    ordered = sorted(tables, key=lambda table: (table["kind"] != "metric", table["table"]))
    facts = itemgetter("table", "kind", "rows")
    rows = ((*facts(table), re.split(r"\. |:", table["description"])[0]) for table in ordered)
    print_table(("table", "kind", "rows", "description"), rows)
    click.echo("Describe one: bilateral describe ip_receipts")


def _print_described(content: Mapping[str, Any]) -> None:
    click.echo(content["table"])
    click.echo(one_line(content["description"]))
    for word, text in content.items():
        if word not in ("table", "description", "columns"):
            click.echo(f"\n{word.replace('_', ' ')}")
            lines = [f"{key}: {_in_words(value)}" for key, value in text.items()] if isinstance(text, dict) else text
            for line in lines if isinstance(lines, list) else [lines]:
                click.echo(f"  {one_line(str(line))}")
    for field in content["columns"]:
        units = f", {', '.join(field['units'])}" if "units" in field else ""
        click.echo(f"\n{one_line(field['name'])} {field['type']}{units}")
        click.echo(f"  {one_line(field['description'])}")


def _in_words(value: Any) -> str:
    """Return a value of a definition; an inner list is one place of an order."""
    if isinstance(value, list):
        return ", ".join(item if isinstance(item, str) else " or ".join(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
