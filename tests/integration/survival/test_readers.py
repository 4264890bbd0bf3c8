"""Readers see one whole release, whatever is published and pruned meanwhile. All figures are synthetic."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from orchestration.core.settings import Settings
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release_store import all_releases, require_current
from orchestration.releases.upkeep import damage_of, prune
from tests.unit.synthetic_project import Project, write_suite

pytestmark = pytest.mark.campaign

READERS, PUBLICATIONS = 10, 20


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


def read_until(stop: threading.Event, releases: Path) -> set[float]:
    """Read the current release again and again; return the values seen."""
    seen: set[float] = set()
    while not seen or not stop.wait(0.1):
        values = values_in((releases / "current").resolve())
        assert len(values) == 1, "a mixed release"
        seen |= values
    return seen


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


def test_readers_see_whole_releases_through_twenty_publications(project: Project) -> None:
    publish(project, 0)
    stop = threading.Event()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_until, stop, project.settings.releases) for _ in range(READERS)]
        try:
            for number in range(1, PUBLICATIONS + 1):
                publish(project, number)
                prune(project.settings, 5)
        finally:
            stop.set()
        seen = [reader.result() for reader in readers]
    assert any(len(values) > 1 for values in seen), "at least one reader saw a release follow another"
    for release in all_releases(project.settings):
        assert damage_of(project.settings, release) == []
