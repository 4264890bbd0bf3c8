"""The data dictionary of a release as Markdown: every table and column in the words of its model, with an example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orchestration.core.text import one_line
from orchestration.guards.suites import Metric
from orchestration.releases.published_table import METRIC, Table

NAME = "dictionary.md"

_SHOWN = ("formula", "unit", "grain", "owner", "cadence", "sources", "awaits", "caveats")
"""Keys of a metric's meta that readers see, in this order."""

_GLANCE = 140
"""Characters of a description in the catalogue of metrics."""

_EXAMPLE = 60
"""Characters of a column's example."""

LONGEST_HELD = 20_000
"""Characters of one text that the dictionary holds."""

_ACTIVE = re.compile(r"([\\<>\[\]|&])")


def data_dictionary(
    release_id: str,
    tables: Iterable[Table],
    without_data: Iterable[Metric],
    suites: Mapping[str, Mapping[str, Any]],
    as_of: str | None = None,
) -> str:
    """The content of ``dictionary.md``: the catalogue of metrics, each metric and mart with its columns, and the metrics without data.

    Args:
        suites: the results of each metric's suite, as the receipt holds them.
        as_of: the day as of which the release holds what was known; None for all that is known.
    """
    tables = list(tables)
    metrics = [table for table in tables if table.kind == METRIC]
    marts = [table for table in tables if table.kind != METRIC]
    lines = [
        "# Data dictionary",
        "",
        f"Release `{release_id}`{f', which holds what had been published by {as_of}' if as_of else ''}. "
        "Every table is in `warehouse.duckdb` and in `parquet/`. Codes of units are in `dim_unit`, "
        "of areas in `dim_area`, of service items in `dim_service_item`; `obs_status` is the SDMX observation status. "
        "Every metric has a view in `warehouse.duckdb` with these names beside the codes, such as `named_ip_receipts`.",
        "",
        "## Metrics",
        "",
        "| metric | what it is | unit | rows | suite |",
        "|---|---|---|---:|---|",
        *(_catalogued(table, suites.get(table.name)) for table in metrics),
        "",
        "## Marts",
        "",
        *(f"- [{escaped(table.name)}](#{table.name}): {table.rows:,} rows" for table in marts),
    ]
    for table in (*metrics, *marts):
        lines += _section(table, suites.get(table.name))
    if waiting := list(without_data):
        lines += [
            "",
            "## No data yet",
            "",
            "Metrics that this release does not hold, because no source has supplied their figures.",
        ]
        for metric in waiting:
            lines += ["", f"### {escaped(metric.name)}", "", escaped(metric.description), "", *_meta(metric.meta)]
    return "\n".join(lines) + "\n"


def _catalogued(table: Table, suite: Mapping[str, Any] | None) -> str:
    words = (
        table.description
        if len(table.description) <= _GLANCE
        else table.description.partition(". ")[0].rstrip(".") + "."
    )
    unit = str(table.meta.get("unit", ""))
    return f"| [{escaped(table.name)}](#{table.name}) | {escaped(words)} | {escaped(unit)} | {table.rows:,} | {_held(suite)} |"


def _held(suite: Mapping[str, Any] | None) -> str:
    """How a metric's suite ended in this release."""
    if suite is None:
        return ""
    held = sum(1 for result in suite["results"] if result["passed"])
    return f"{held} of {len(suite['results'])} expectations hold"


def _section(table: Table, suite: Mapping[str, Any] | None) -> Iterator[str]:
    yield from ("", f"### {escaped(table.name)}", "", escaped(table.description), "", f"{table.rows:,} rows.")
    if table.sources:
        yield from ("", f"Sources: {escaped(', '.join(table.sources))}.")
    if meta := list(_meta(table.meta)):
        yield from ("", *meta)
    if suite is not None:
        yield from ("", f"Guarded by `expectations/{table.name}.py`: {_held(suite)}, see [guards.html](guards.html).")
    yield from (
        "",
        f"Cite as: {escaped(table.citation)}",
        "",
        "| column | type | unit | description | example |",
        "|---|---|---|---|---|",
    )
    for column in table.columns:
        cells = (column.name, column.type.lower(), ", ".join(column.units), column.description, _short(column.example))
        yield "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def _short(example: str) -> str:
    return example if len(example) <= _EXAMPLE else f"{example[:_EXAMPLE]}…"


def _meta(meta: Mapping[str, Any]) -> Iterator[str]:
    for name in _SHOWN:
        value = meta.get(name)
        if isinstance(value, (list, tuple)):
            yield f"- **{name.replace('_', ' ')}**:"
            yield from (f"  - {escaped(item)}" for item in value)
        elif value:
            yield f"- **{name.replace('_', ' ')}**: {escaped(value)}"


def escaped(words: object) -> str:
    """Text on one line in which nothing is HTML, a link, the border of a cell or a mark that cannot be seen."""
    return _ACTIVE.sub(_inert, one_line(" ".join(str(words).split()), LONGEST_HELD))


def _inert(found: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(found[0], f"\\{found[0]}")
