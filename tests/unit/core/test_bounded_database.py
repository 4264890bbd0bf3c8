"""DuckDB uses no more memory than it may, wherever it is opened, and leaves nothing on disk."""

from pathlib import Path

import duckdb
import pytest

from orchestration.core.bounded_database import MEMORY, bounded_database


def held(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    ((memory, folder),) = connection.execute(
        "select current_setting('memory_limit'), current_setting('temp_directory')"
    ).fetchall()
    return memory, folder


@pytest.mark.slow
def test_what_does_not_fit_into_memory_goes_to_a_folder_that_is_removed(tmp_path: Path) -> None:
    with duckdb.connect(config={"memory_limit": MEMORY}) as alone:
        limit = held(alone)[0]
    with bounded_database(folder=tmp_path) as connection:
        assert held(connection)[0] == limit
        overflow = Path(held(connection)[1])
        assert overflow.parent == tmp_path
        connection.execute("set memory_limit = '60MB'")
        connection.execute(
            "create temp table large as select hash(i) as one, hash(i + 1) as other from range(6000000) as t(i)"
        )
        assert any(overflow.iterdir())
        assert connection.execute("select count(*), count(distinct one) > 5e6 from large").fetchall() == [
            (6_000_000, True)
        ]
    assert not list(tmp_path.iterdir())
