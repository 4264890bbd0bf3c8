"""The warehouse as known at the end of 2018: figures checked by hand, and nothing newer inside."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pytest

from orchestration.contracts.metric import KEY
from orchestration.core.settings import Settings
from orchestration.reading.release import Release
from orchestration.reading.release_store import find_release, parquet_path, require_current
from tests.integration.conftest import PublishedCopy, run_bilateral

pytestmark = pytest.mark.campaign

DAY = "2018-12-31"


@dataclass(frozen=True)
class AsOf:
    """A data folder with today's release and one as of the day."""

    settings: Settings
    today: Release
    then: Release


@pytest.fixture(scope="module")
def as_of(published_copy: PublishedCopy, tmp_path_factory: pytest.TempPathFactory) -> AsOf:
    """A copy of the published tree and data, refreshed as of the day."""
    settings = published_copy.copied(tmp_path_factory.mktemp("as_of"))
    before = require_current(settings)
    done = run_bilateral(settings.root, settings.data, "refresh", "--as-of", DAY)
    assert done.returncode == 0, f"what was known on {DAY} is published\n{done.stdout}\n{done.stderr}"
    assert require_current(settings).id == before.id
    return AsOf(settings, before, find_release(settings, f"as-of-{DAY}"))


@pytest.fixture
def both(as_of: AsOf) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every figure as known then (known) and in today's release for the vintages of that time (said_today)."""
    with duckdb.connect(":memory:") as connection:
        for name, release in (("known", as_of.then), ("today", as_of.today)):
            path = parquet_path(release.folder, "metric_vintages")
            connection.execute(f"create view {name} as from read_parquet('{path}')")
        connection.execute(f"create view said_today as from today where vintage <= '{DAY}'")
        yield connection


HAND_CHECKED = [
    ("ip_receipts where area = 'USA' and year = 2016", 124.454e9, "2018-08-01"),
    (
        "bilateral_ip_charges where area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and year = 2016 "
        "and basis = 'reported' and source = 'wto'",
        7960e6,
        "2018-12-12",
    ),
    (
        "pct_applications where area = 'CHN' and year = 2017 and measure = 'applications' and clock = 'filing_year'",
        48882,
        "2018-11-19",
    ),
]


@pytest.mark.parametrize(("figure", "value", "vintage"), HAND_CHECKED)
def test_a_figure_of_that_time_is_the_one_that_was_known(as_of: AsOf, figure: str, value: float, vintage: str) -> None:
    query = ("query", f"select value, vintage from {figure}", "--release", as_of.then.id, "--format", "json")
    done = run_bilateral(as_of.settings.root, as_of.settings.data, *query)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert row["value"] == pytest.approx(value, rel=1e-6)
    assert row["vintage"][:10] == vintage


def test_nothing_newer_is_inside(as_of: AsOf) -> None:
    with duckdb.connect(str(as_of.then.database), read_only=True) as connection:
        dated = connection.execute(
            "select table_name, column_name from duckdb_columns() where data_type = 'DATE' and column_name <> 'date'"
        ).fetchall()
        newest = {
            (table, column): connection.execute(f'select max("{column}") from "{table}"').fetchall()[0][0]
            for table, column in dated
        }
        events = connection.execute("select max(date) from dim_policy_event").fetchall()[0][0]
    assert {place: day for place, day in newest.items() if day and day > date(2018, 12, 31)} == {}
    assert max(day for day in newest.values() if day) == date(2018, 12, 12)
    assert events <= date(2018, 12, 31)
    origins = json.loads((as_of.then.folder / "origins.json").read_text())
    assert origins
    assert all((origin["publisher_last_updated"] or origin["fetched_at"])[:10] <= DAY for origin in origins)


def test_a_release_as_of_a_day_equals_these_vintages_of_todays_release(both: duckdb.DuckDBPyConnection) -> None:
    key = ", ".join((*KEY, "value", "unit"))
    lost = both.execute(f"select {key} from said_today except select {key} from known limit 3").fetchall()
    assert lost == []
    # growth is published up to the newest vintage of each source alone, which was another one then
    more = both.execute(f"select {key} from known except select {key} from said_today").fetchall()
    assert {row[0] for row in more} == {"ip_receipts_growth"}
