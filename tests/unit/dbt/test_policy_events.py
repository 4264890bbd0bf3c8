"""Addresses of policy events: the mart's constraint lets http and https through and no other text."""

import duckdb
import pytest
import yaml

from tests.unit.on_duckdb import PROJECT

pytestmark = pytest.mark.slow

MART = PROJECT / "models" / "marts" / "dim_policy_event.yml"


def stopped(text: str, name: str = "source_url") -> bool:
    """Return whether the check constraint of a column refuses a text."""
    (model,) = yaml.safe_load(MART.read_text(encoding="utf-8"))["models"]
    (column,) = (column for column in model["columns"] if column["name"] == name)
    (check,) = (constraint["expression"] for constraint in column["constraints"] if constraint["type"] == "check")
    with duckdb.connect() as connection:
        connection.execute(f"create table events ({name} varchar check ({check}))")
        try:
            connection.execute("insert into events values (?)", [text])
        except duckdb.ConstraintException:
            return True
    return False


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//example.org/a",
        "",
        " https://example.org",
        "https:///etc/passwd",
        "https://example.org/a b",
        'https://example.org/" onclick="alert(1)',
        "https://example.org/\njavascript:alert(1)",
    ],
)
def test_another_address_stops_the_build(address: str) -> None:
    assert stopped(address)
