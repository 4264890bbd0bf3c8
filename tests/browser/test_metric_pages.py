"""Pages of metrics in a real browser: slider, ranking, lines and the address that keeps them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from orchestration.reading.read_only import open_read_only
from orchestration.reading.release_store import require_current
from orchestration.site.metric_figures import ALL_PAIRS, SELECTED, read_figures
from tests.browser.conftest import Visit
from tests.integration.conftest import PublishedCopy

pytestmark = pytest.mark.campaign

METRIC, PARTNERS = "metrics/ip_receipts.html", "metrics/bilateral_ip_charges.html"

COMPLETE_YEARS = """() => {
  const metric = bilateral.open(Object.values(bilateral.data)[0]), {columns, codes, first} = metric.data;
  const wanted = Object.fromEntries(columns.map((column, at) => [column, codes[column][first.codes[at]][0]]));
  const {rows} = bilateral.settle(metric, wanted);
  return [...bilateral.coveredYear(metric, rows).complete].sort();
}"""
"""The complete years of the series of the first view, as the script of the page judges them."""


def explored(seen: Visit) -> Page:
    seen.page.wait_for_selector("html[data-explored]", state="attached")
    expect(seen.page.locator("#lines svg")).to_be_visible()
    return seen.page


def ranking(page: Page) -> list[str]:
    return page.locator("#ranking tbody th").all_text_contents()


def test_every_metric_opens_without_messages(visit: Callable[..., Visit], site: Path) -> None:
    names = sorted(path.name for path in (site / "metrics").glob("*.html"))
    assert len(names) > 20
    for name in names:
        seen = visit(f"metrics/{name}") if name != "index.html" else None
        if seen:
            explored(seen)
            assert seen.noticed == [], name
            seen.page.close()


def test_the_script_ranks_as_the_page_without_it(visit: Callable[..., Visit]) -> None:
    """Two programs write the same table: figures, digits, marks and ranks are equal."""
    for name in (METRIC, PARTNERS, "metrics/co_inventions.html", "metrics/services_complementarity.html"):
        tables = [
            page.locator("#ranking tbody tr").evaluate_all(
                "rows => rows.map(row => [...row.cells].map(node => node.textContent))"
            )
            for page in (visit(name, scripts=False).page, explored(visit(name)))
        ]
        assert tables[0] == tables[1], name


@pytest.mark.parametrize("metric", ["ip_payments", "bilateral_ip_charges", "patent_families", "pct_applications"])
def test_script_and_warehouse_agree_on_years(
    visit: Callable[..., Visit], published_copy: PublishedCopy, metric: str
) -> None:
    years = explored(visit(f"metrics/{metric}.html")).evaluate(COMPLETE_YEARS)
    release = require_current(published_copy.settings)
    with open_read_only(release.database) as connection:
        first = read_figures(connection, metric, release.lineage.metrics[metric].get("first_view")).first
        series = {
            **first.selection,
            "counterpart_area": ALL_PAIRS if first.pairs else first.selection["counterpart_area"],
        }
        kept = [column for column in SELECTED if column not in ("base_year", "vintage")]
        complete = connection.execute(
            "select year from fct_series_coverage where is_complete and metric_id = ? and "
            f"{' and '.join(f'{column} = ?' for column in kept)} order by year",
            [metric, *(series[column] for column in kept)],
        ).fetchall()
    assert years == [year for (year,) in complete]
