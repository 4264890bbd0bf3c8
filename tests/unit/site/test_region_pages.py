"""Pages of aggregates from synthetic figures: a title of whole years, how many economies reported, no page for lending groups."""

import re
from dataclasses import replace

import duckdb
import pytest

from orchestration.site.pages.region_pages import region_pages, regions_of
from orchestration.site.release_context import SourceFacts
from tests.unit.site.coverage import context_with, words_of
from tests.unit.synthetic_project import figure, write_latest

TABLES = ("ip_receipts", "ip_payments", "fct_indicator", "fct_series_coverage")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect(":memory:")
    opened.execute(
        "create table dim_area as select * from (values ('EUU', 'European Union', 'aggregate', 'Members of the Union'), "
        "('W00', 'World', 'aggregate', 'All economies'), ('IDB', 'IDA blend', 'aggregate', ''), ('CHN', 'China', 'country', '')) "
        "as areas(area, name, kind, definition)"
    )
    for table in TABLES[:2]:
        rows = [
            figure(area=area, year=year, value=value, obs_status=status, source="world_bank")
            for area in ("W00", "EUU", "IDB", "CHN")
            for year, value, status in ((2023, 400e9, "A"), (2024, 500e9, "A"), (2025, 450e9, "U"))
        ]
        write_latest(opened, table, rows)
    opened.execute(
        "create table fct_indicator as select area, indicator, year, 'world_bank' as source, true as is_latest, 1e9 as value, "
        "case year when 2025 then 48 else 59 end as countries_reporting from (values ('W00'), ('EUU')) as areas(area), "
        "(values ('ip_receipts'), ('ip_payments')) as indicators(indicator), (values (2024), (2025)) as years(year)"
    )
    opened.execute(
        "create table fct_series_coverage as select 'ip_receipts' as metric_id, 'W00' as counterpart_area, "
        "'world_bank' as source, year, year < 2025 as is_complete from (values (2024), (2025)) as years(year)"
    )
    return opened


def test_an_aggregate_has_a_page_with_the_economies_that_reported_in_each_year(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    context = context_with(
        tables=frozenset(TABLES), sources={"world_bank": SourceFacts("world_bank", "World Bank", "", "", "")}
    )
    regions = regions_of(connection, context)
    assert [region.name for region in regions] == ["World", "European Union"], "the world first; no lending group"
    assert regions_of(connection, replace(context, tables=frozenset(TABLES[1:]))) == [], "both flows make a page"
    page = next(region_pages(connection, context, regions))
    assert "All economies. An aggregate is the sum of its members and has no rank" in page
    titles = [words_of(title) for title in re.findall("<h3[^>]*>(.*?)</h3>", page)]
    assert titles[0] == "Receipts of all economies for the use of intellectual property", (
        "members change over the years"
    )
    coverage = page[page.index('id="coverage"') :]
    rows = [re.findall("<td[^>]*>(.*?)</td>", row) for row in re.findall("<tr>(<td.*?)</tr>", coverage)]
    assert rows == [["2025", "48", "48", "incomplete"], ["2024", "59", "59", "complete"]]
