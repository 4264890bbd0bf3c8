"""A wrong, missing or misplaced figure in a raw table of the bundle stops the build by the name of its source.

``reviewed_figures_hold`` compares every figure of a reviewed vintage, so that a fault of each kind in each table proves
it. Damaged payloads are refused in ``tests/unit/sources``; faults of new vintages are those of admission and of the
catalogue of faults.
"""

import csv
import re
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.core.settings import Settings
from orchestration.sources import load_sources
from orchestration.transform.build import latest_build, prepare_build
from tests.integration.conftest import REPOSITORY, PublishedCopy
from tests.integration.replay import RUN, Replay

pytestmark = pytest.mark.campaign

SOURCES = load_sources()
with (REPOSITORY / "dbt_project" / "seeds" / "reviewed_vintages.csv").open(encoding="utf-8", newline="") as stream:
    REVIEWED = sorted({row["source"] for row in csv.DictReader(stream)})

UNREVIEWED = "licensor_revenues"
"""A raw table without reviewed digests: its figures are in no metric."""

NUMBER = "try_cast(replace({value}::varchar, ',', '') as double)"
FAULTS = {
    "a thousand times as large": f"select * replace (coalesce({NUMBER} * 1000, {NUMBER})::{{kind}} as {{value}}) from figures",
    "half of the rows are out": "from figures limit (select count(*) // 2 from figures)",
    "each figure in the row before": "select * replace (coalesce(lead({value}) over (), {value}) as {value}) from figures",
}
"""What is wrong with the rows of a file, and the SQL that makes it so."""


@pytest.fixture(scope="module")
def replay(published_copy: PublishedCopy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder = tmp_path_factory.mktemp("replay")
    settings = Settings(root=published_copy.root, data=folder / "data")
    shutil.copytree(published_copy.settings.raw, settings.raw)
    build = prepare_build(settings, SOURCES, RUN)
    replay = Replay(latest_build(published_copy.settings), folder, build.raw)
    yield replay
    replay.connection.close()


def value_columns(source: str, table: str) -> list[str]:
    """Return the columns that the value of a figure is read from."""
    declared = getattr(SOURCES[source], "OBSERVATIONS", {}).get(table)
    words = re.findall(r"\w+", declared.value) if declared else ["value"]
    return [word for word in words if word in SOURCES[source].TABLES[table].names]


def put(fault: str, source: str, table: str, path: Path) -> None:
    """Write the rows of a raw file again, with a fault in them."""
    with duckdb.connect() as connection:
        connection.execute(f"create table figures as from read_parquet('{path}')")
        columns = value_columns(source, table)
        counts = [f"count({name})" for name in columns]
        (filled,) = connection.execute(f"select {', '.join(counts)} from figures").fetchall()
        value = next(name for name, count in zip(columns, filled, strict=True) if count)
        ((kind,),) = connection.execute(f"select distinct typeof({value}) from figures").fetchall()
        path.unlink()  # a link to the stored file
        changed = FAULTS[fault].format(value=value, kind=kind)
        connection.execute(f"copy ({changed}) to '{path}' (format parquet)")


def caught(replay: Replay, source: str) -> str | None:
    """Return the message of the first guard that fails and names the source, or None."""
    replay.connection.execute("begin")
    try:
        messages = chain(
            (test.message for test in replay.failing_tests(source)),
            (suite.message() for suite in replay.failing_suites(REPOSITORY / "expectations")),
        )
        return next((message for message in messages if source in message), None)
    finally:
        replay.connection.execute("rollback")


def test_every_bundle_folder_is_a_reviewed_source() -> None:
    folders = {path.name for path in (REPOSITORY / "data" / "bundle").iterdir() if path.is_dir()}
    assert folders <= SOURCES.keys()
    assert folders - set(REVIEWED) == {"uspto"}, "its sample of patents feeds no metric"


def test_without_a_fault_a_replay_is_the_published_build(replay: Replay) -> None:
    replay.connection.execute("begin")
    try:
        assert list(replay.failing_tests(*SOURCES)) == []
        assert [metric for metric in replay.metrics if replay.differs(f'"warehouse".metrics.{metric}')] == []
    finally:
        replay.connection.execute("rollback")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", REVIEWED)
def test_a_fault_in_reviewed_figures_is_caught(replay: Replay, source: str, fault: str, tmp_path: Path) -> None:
    for folder in (folder for folder in sorted((replay.raw / source).iterdir()) if folder.name != UNREVIEWED):
        path = min(folder.glob("*.parquet"))  # the largest
        whole = shutil.copyfile(path, tmp_path / path.name)
        if not pq.read_metadata(path).num_rows:
            continue
        put(fault, source, folder.name, path)
        try:
            assert caught(replay, source), f"{folder.name}: {fault}"
        finally:
            shutil.copyfile(whole, path)
