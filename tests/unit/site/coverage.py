"""Table of complete years for tests: the project's own query, on figures in memory."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml
from jinja2 import Environment

PROJECT = Path(__file__).parents[3] / "dbt_project"
VARIABLES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def write_coverage(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``fct_series_coverage`` from the tables ``metric_vintages`` and ``dim_area`` of a connection."""
    template = Environment(autoescape=False).from_string(  # noqa: S701 - SQL, not HTML
        (PROJECT / "models/marts/fct_series_coverage.sql").read_text(encoding="utf-8")
    )
    tables = {"int_metrics_unioned": "metric_vintages"}
    sql = template.render(ref=lambda name: tables.get(name, name), var=VARIABLES.__getitem__)
    connection.execute(f"create or replace table fct_series_coverage as {sql}")
