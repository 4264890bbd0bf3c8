"""Addresses of policy events: the test of the mart lets http and https through and nothing that a browser would run or open."""

from __future__ import annotations

import csv

import duckdb
import pytest
import yaml

from tests.unit.on_duckdb import PROJECT, rendered

pytestmark = pytest.mark.slow

TEST = PROJECT / "tests" / "generic" / "matches_pattern.sql"
MART = PROJECT / "models" / "marts" / "dim_policy_event.yml"
SEEDS = PROJECT / "seeds" / "policy_events"


def stopped(address: str) -> bool:
    """Whether the mart's own test of ``source_url`` finds the address."""
    (model,) = yaml.safe_load(MART.read_text(encoding="utf-8"))["models"]
    (column,) = (one for one in model["columns"] if one["name"] == "source_url")
    rules = column["config"]["meta"]["rules"]
    (test,) = (one["matches_pattern"] for one in rules if "matches_pattern" in one)
    body = TEST.read_text(encoding="utf-8").partition("-#}")[2]
    macro = body.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    with duckdb.connect() as connection:
        connection.execute("create table events as select ?::varchar as source_url", [address])
        call = "{{ matches_pattern('events', 'source_url', pattern) }}"
        sql = rendered(macro + call, pattern=test["arguments"]["pattern"])
        return bool(connection.execute(sql).fetchall())


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "//example.org/a",
        "example.org",
        "",
        " https://example.org",
        "https://",
        "https:///etc/passwd",
        "https://example.org/a b",
        'https://example.org/" onclick="alert(1)',
        "https://example.org/<script>",
        "https://example.org/\njavascript:alert(1)",
    ],
)
def test_another_address_stops_the_build(address: str) -> None:
    assert stopped(address)


def test_every_event_of_the_project_has_an_address_that_passes() -> None:
    for path in SEEDS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            addresses = [row["source_url"] for row in csv.DictReader(stream)]
        assert addresses
        assert not any(map(stopped, addresses))
