"""Readers see one whole release, whatever is published and pruned meanwhile. All figures are synthetic."""

from pathlib import Path

import duckdb
import pytest

from orchestration.core.settings import Settings
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release_store import require_current
from orchestration.releases.upkeep import prune
from tests.unit.synthetic_project import Project, write_suite

pytestmark = pytest.mark.campaign


@pytest.fixture
def project(tmp_path: Path) -> Project:
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings, ceiling=1000.0)
    return Project(settings)


def value_of(number: int) -> float:
    """The one value that all figures of a release have; steps that stay within the limits of the metric's factor."""
    return 100.0 + number


def publish(project: Project, number: int) -> None:
    project.release(f"r{number}", value=value_of(number), accept="a synthetic step")


def values_in(folder: Path) -> set[float]:
    """Return the values in the tables of a release, read with DuckDB and from Parquet."""
    tables = ("synthetic_metric", "fct_synthetic")
    files = [f"'{folder}/parquet/{name}.parquet'" for name in (*tables, "metric_vintages")]
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        answers = [connection.execute(f"select max(value) from {place}").fetchone() for place in (*tables, *files)]
    return {answer[0] for answer in answers if answer}


def test_readers_keep_their_release_through_pruning(project: Project) -> None:
    publish(project, 0)
    first = require_current(project.settings)
    with open_read_only(first.database) as connection:
        assert connection.execute("select max(value) from synthetic_metric").fetchall() == [(value_of(0),)]
        for number in range(1, 4):
            publish(project, number)
        assert first.id in {release.id for release in prune(project.settings, 1)}
        assert not first.folder.exists()
        # a table that was not read yet: its bytes are still there for who holds the file
        assert connection.execute("select max(value) from fct_synthetic").fetchall() == [(value_of(0),)]
        assert connection.execute("select count(*) from dim_area").fetchall() == [(1,)]
    assert values_in(require_current(project.settings).folder) == {value_of(3)}
