"""The ``bilateral describe`` command: meaning, columns, units and citation of the tables of a release."""

import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import click

from orchestration.cli.output import as_json, print_json, print_table
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.reading.description import described, tables_of, vintages_of
from orchestration.reading.release_store import require_current


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
