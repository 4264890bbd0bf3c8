"""Links to the pages beside the UI: relative where a service serves them, and words where none does."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.assets.descriptions import kinds
from orchestration.assets.page_links import page_links
from orchestration.core.processes import SERVICE

METRIC = {"name": "ip_receipts", "resource_type": "model", "path": "metrics/ip_receipts.sql", "language": "sql"}
MART = {"name": "int_x", "resource_type": "model", "path": "intermediate/int_x.py", "language": "python"}
SEED = {"name": "units", "resource_type": "seed", "path": "units.csv"}


def test_under_the_service_every_page_is_a_link_of_the_ui_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVICE, "lock")
    assert page_links(METRIC) == {
        "compiled SQL": dg.MetadataValue.url("/pages/sql/ip_receipts"),
        "page in the release": dg.MetadataValue.url("/pages/release/site/metrics/ip_receipts.html"),
        "guard report": dg.MetadataValue.url("/pages/guards/latest#ip_receipts"),
    }
    assert page_links(MART) == {"compiled Python": dg.MetadataValue.url("/pages/sql/int_x")}
    assert page_links(SEED) == {}


def test_without_the_service_a_page_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERVICE, raising=False)
    (words,) = page_links(MART).values()
    assert isinstance(words, dg.TextMetadataValue)
    assert "bilateral serve" in str(words.value)


def test_kinds_are_what_computes_and_what_guards() -> None:
    assert kinds(METRIC) == {"dbt", "duckdb", "greatexpectations"}
    assert kinds(MART) == {"dbt", "pandas"}
    assert kinds(SEED) == {"dbt", "duckdb"}
