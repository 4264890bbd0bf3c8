"""Hashes that occur more than once are found whatever part of them is grouped at a time. All rows are synthetic."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.core import repeated_keys


@pytest.mark.parametrize("at_once", [1, 7, 1_000_000])
def test_every_repeated_hash_is_found_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated_keys, "AT_ONCE", at_once)
    with duckdb.connect() as connection:
        hashes = "select hash(range % 60) as key_hash from range(75)"
        repeated_keys.keep_repeated(connection, hashes, "several")
        found = connection.execute("from several order by all").fetchall()
        assert found == connection.execute("select hash(range) from range(15) order by all").fetchall()
        repeated_keys.keep_repeated(connection, "select hash(range) as key_hash from range(20)", "several")
        assert connection.execute("from several").fetchall() == []
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("several",)]
