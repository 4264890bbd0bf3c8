"""Descriptions of the tables of a release, from its data package and lineage: meaning, unit, example, citation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from orchestration.cli.table_output import print_values
from orchestration.core.files import read_json
from orchestration.core.text import one_line
from orchestration.releases import datapackage, lineage
from orchestration.releases.citation import bibtex
from orchestration.releases.release_store import Release, require_table

_EXCERPT = 70
"""Characters of a description in the list of tables."""


_HIDDEN = ("description", "first_view", "left_out", "area_notes")
"""Keys of a metric's definition that its pages use, and its description, which is shown first."""


def tables_of(release: Release) -> list[dict[str, Any]]:
    """Every table of a release: name, kind (metric or mart), rows and description."""
    metrics = {*release.content["metrics"]}
    return [
        {
            "table": one["name"],
            "kind": "metric" if one["name"] in metrics else "mart",
            "rows": one["rows"],
            "description": one["description"],
        }
        for one in read_json(release.folder / datapackage.NAME)["resources"]
    ]


def described(release: Release, table: str) -> dict[str, Any]:
    """One table: description, rows, sources, citation, columns, and for a metric its definition.

    Raises:
        ReleaseError: the release has no such table.
    """
    require_table(release, table)
    package = read_json(release.folder / datapackage.NAME)
    (resource,) = [one for one in package["resources"] if one["name"] == table]
    definition: Mapping[str, Any] = lineage.described_metrics(release).get(table, {})
    return {
        "table": table,
        "release": release.id,
        "description": resource["description"],
        **{word: text for word, text in definition.items() if word not in _HIDDEN},
        "rows": resource["rows"],
        "sources": sorted({one["source"] for one in resource["sources"]}),
        "cite_as": resource["citation"],
        "columns": resource["schema"]["fields"],
    }


def bibtex_of(release: Release, table: str) -> str:
    """Return BibTeX entries of a table and of the works that it is made from.

    Raises:
        ReleaseError: the release has no such table.
    """
    require_table(release, table)
    package = read_json(release.folder / datapackage.NAME)
    (resource,) = [one for one in package["resources"] if one["name"] == table]
    return bibtex(release.id, package["created"], table, sorted({one["citation"] for one in resource["sources"]}))


def print_tables(release: Release, stream: TextIO) -> None:
    """The list of tables, metrics first."""
    tables = sorted(tables_of(release), key=lambda one: (one["kind"] != "metric", one["table"]))
    rows = [(one["table"], one["kind"], one["rows"], _excerpt(one["description"])) for one in tables]
    print_values(("table", "kind", "rows", "description"), rows, stream)
    stream.write("\nDescribe one: bilateral describe ip_receipts\n")


def _excerpt(description: str) -> str:
    """The first sentence, as far as a line holds it."""
    words = description.partition(". ")[0]
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT]}…"


def print_described(content: Mapping[str, Any], stream: TextIO) -> None:
    """Print one table for people; columns last."""
    console = Console(file=stream, highlight=False, soft_wrap=not stream.isatty())
    console.print(Text(one_line(content["table"]), style="bold"))
    console.print(Text(one_line(content["description"])))
    for word, text in content.items():
        if word not in ("table", "description", "columns"):
            lines = text if isinstance(text, list) else [text]
            console.print(Text(f"\n{word.replace('_', ' ')}", style="bold"))
            for line in lines:
                console.print(Text(f"  {one_line(str(line))}"))
    for field in content["columns"]:
        units = f", {', '.join(field['units'])}" if "units" in field else ""
        example = f"  e.g. {one_line(field['example'], _EXCERPT)}" if "example" in field else ""
        console.print(
            Text(f"\n{one_line(field['name'])}", style="bold"), Text(f"{field['type']}{units}{example}", style="dim")
        )
        console.print(Text(f"  {one_line(field['description'])}"))
