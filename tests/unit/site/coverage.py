"""What tests of pages share: a release's context, and the table of complete years by the project's own query."""

import html
import re
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jinja2 import Environment

from orchestration.contracts.unit import units_of_project
from orchestration.site.release_context import ReleaseContext

PROJECT = Path(__file__).parents[3] / "dbt_project"
VARIABLES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def write_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``fct_series_coverage`` from the tables ``metric_vintages`` and ``dim_area`` of a connection."""
    template = Environment(autoescape=False).from_string(  # noqa: S701 - SQL, not HTML
        (PROJECT / "models/marts/on_metrics/fct_series_coverage.sql").read_text(encoding="utf-8")
    )
    tables = {"int_metrics_unioned": "metric_vintages", "dim_unit": f"'{PROJECT}/seeds/units/units__*.csv'"}
    macros = {"ref": lambda name: tables.get(name, name), "var": VARIABLES.__getitem__, "exact_sum": "sum({})".format}
    macros |= {"double_type": lambda: "double", "adds_up": lambda: "true"}
    sql = template.render(macros)
    connection.execute(f"create or replace table fct_series_coverage as {sql}")


def context_with(**fields: Any) -> ReleaseContext:
    """Return the context of a release of July 2026 with these fields; all others are empty."""
    empty: dict[str, Any] = {
        "metrics": {},
        "without_data": {},
        "sources": {},
        "names": {},
        "events": (),
        "diff": None,
        "held": {},
    }
    stamp = {"release": "20260701T000000Z-aaaaaaaa", "published_at": "2026-07-01T00:00:00+00:00"}
    return ReleaseContext(**{"tables": frozenset(), "units": units_of_project(PROJECT), **empty, **stamp, **fields})


def words_of(markup: str) -> str:
    """Return the words of HTML without its elements."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))
