"""Pages of metrics in a real browser: slider, ranking, lines and the address that keeps them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.campaign

METRIC, PARTNERS = "metrics/ip_receipts.html", "metrics/bilateral_ip_charges.html"


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
