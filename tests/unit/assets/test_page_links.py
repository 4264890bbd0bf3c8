"""Links to the pages beside the UI, relative to its address."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.descriptions import kinds
from orchestration.assets.page_links import page_links

METRIC = {"name": "ip_receipts", "resource_type": "model", "path": "metrics/ip_receipts.sql", "language": "sql"}
MART = {"name": "int_x", "resource_type": "model", "path": "intermediate/int_x.py", "language": "python"}
SEED = {"name": "units", "resource_type": "seed", "path": "units.csv"}


def test_every_page_about_a_metric_is_a_link_of_the_ui_itself() -> None:
    assert page_links(METRIC) == {
        "page in the release": dg.MetadataValue.url("/pages/release/site/metrics/ip_receipts.html"),
        "guard report": dg.MetadataValue.url("/pages/guards/latest#ip_receipts"),
    }
    assert page_links(MART) == page_links(SEED) == {}


def test_kinds_are_what_computes_and_what_guards() -> None:
    assert kinds(METRIC) == {"dbt", "duckdb", "greatexpectations"}
    assert kinds(MART) == {"dbt", "pandas"}
    assert kinds(SEED) == {"dbt", "duckdb"}
