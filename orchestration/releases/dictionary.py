"""The data dictionary of a release as Markdown: every table and column in the words of its model, with an example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from orchestration.core.text import one_line
from orchestration.guards.suites import Metric
from orchestration.releases.published_table import METRIC, Table

NAME = "dictionary.md"

_SHOWN = ("formula", "unit", "grain", "owner", "cadence", "sources", "awaits", "caveats")
"""Keys of a metric's meta that readers see, in this order."""

_EXAMPLE = 60
"""Characters of a column's example."""

LONGEST_TEXT = 20_000
"""Characters of one text in the dictionary."""

_ACTIVE = re.compile(r"([\\<>\[\]|&])")


def data_dictionary(
    release_id: str,
    tables: Sequence[Table],
    without_data: Iterable[Metric],
    suites: Mapping[str, Mapping[str, Any]],
    as_of: str | None = None,
) -> str:
    """Return the content of ``dictionary.md``: the metrics at a glance, each metric and mart with its columns, and metrics without data.

    Args:
        suites: the results of each metric's suite, as in the receipt.
        as_of: the day as of which the release was made; None for all that is known.
    """
    metrics = [table for table in tables if table.kind == METRIC]
    marts = [table for table in tables if table.kind != METRIC]
    lines = [
        "# Data dictionary",
        "",
        f"Release `{release_id}`{f', with everything that had been published by {as_of}' if as_of else ''}. "
        "Every table is in `warehouse.duckdb` and in `parquet/`. Codes of units are in `dim_unit`, "
        "of areas in `dim_area`, of service items in `dim_service_item`; `obs_status` is the SDMX observation status. "
        "Every metric has a view in `warehouse.duckdb` with these names beside the codes, such as `named_ip_receipts`.",
        "",
        "## Metrics",
        "",
        "| metric | what it is | unit | rows | suite |",
        "|---|---|---|---:|---|",
    ]
    for table in metrics:
        cells = (table.description.partition(". ")[0].rstrip(".") + ".", str(table.meta.get("unit", "")))
        words = " | ".join(map(escaped, cells))
        lines.append(
            f"| [{escaped(table.name)}](#{table.name}) | {words} | {table.rows:,} | {_passed(suites, table)} |"
        )
    lines += ["", "## Marts", ""]
    lines += [f"- [{escaped(table.name)}](#{table.name}): {table.rows:,} rows" for table in marts]
    for table in (*metrics, *marts):
        lines += _section(table, _passed(suites, table))
    if waiting := list(without_data):
        lines += ["", "## No data yet", "", "Metrics whose figures no source has supplied yet."]
        for metric in waiting:
            lines += ["", f"### {escaped(metric.name)}", "", escaped(metric.description), "", *_meta(metric.meta)]
    return "\n".join(lines) + "\n"


def _passed(suites: Mapping[str, Mapping[str, Any]], table: Table) -> str:
    if table.name not in suites:
        return ""
    results = suites[table.name]["results"]
    return f"{sum(1 for result in results if result['passed'])} of {len(results)} expectations passed"


def _section(table: Table, passed: str) -> Iterator[str]:
    yield from ("", f"### {escaped(table.name)}", "", escaped(table.description), "", f"{table.rows:,} rows.")
    if table.sources:
        yield from ("", f"Sources: {escaped(', '.join(table.sources))}.")
    if meta := list(_meta(table.meta)):
        yield from ("", *meta)
    if passed:
        yield from ("", f"Guarded by `expectations/{table.name}.py`: {passed}, see [guards.html](guards.html).")
    yield from ("", f"Cite as: {escaped(table.citation)}", "")
    yield from ("| column | type | unit | description | example |", "|---|---|---|---|---|")
    for column in table.columns:
        example = column.example if len(column.example) <= _EXAMPLE else f"{column.example[:_EXAMPLE]}…"
        cells = (column.name, column.type.lower(), ", ".join(column.units), column.description, example)
        yield "| " + " | ".join(map(escaped, cells)) + " |"


def _meta(meta: Mapping[str, Any]) -> Iterator[str]:
    for name in _SHOWN:
        value = meta.get(name)
        if isinstance(value, (list, tuple)):
            yield f"- **{name.replace('_', ' ')}**:"
            yield from (f"  - {escaped(item)}" for item in value)
        elif value:
            yield f"- **{name.replace('_', ' ')}**: {escaped(value)}"


def escaped(words: object) -> str:
    """Return text on one line in which nothing is HTML, a link, the border of a cell or an invisible mark."""
    html = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    text = one_line(" ".join(str(words).split()), LONGEST_TEXT)
    return _ACTIVE.sub(lambda match: html.get(match[0], f"\\{match[0]}"), text)
