"""The pages of a published release, opened from disk in a real browser: no requests, no errors, accessible."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, ECONOMY, FRONT, LISTS, PAIR, PHONE, Scheme, Visit, violations

pytestmark = pytest.mark.campaign

PAGES = [FRONT, PAIR, ECONOMY, "metrics/ip_receipts.html", *LISTS]
OTHERS = [
    *("regions/W00.html", "metrics/index.html", "query.html", "queries.html", "changes.html", "methods.html"),
    *("sources.html", "404.html", "../guards.html"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_open_from_disk(
    visit: Callable[..., Visit], site: Path, name: str, size: tuple[int, int], scheme: Scheme
) -> None:
    """No message of the console, no request but files of the site, no sideways scrolling, every chart drawn, nothing
    that the accessibility checker objects to."""
    seen = visit(name, size, scheme)
    page = seen.page
    assert seen.noticed == []
    assert all(url.startswith(site.as_uri()) for url in seen.requested)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    charts = page.locator("[data-table]:visible")
    unreliable = charts.filter(has_text="No figure of normal reliability; the table has all.").count()
    assert charts.count() == page.locator("[data-table]:visible > svg").count() + unreliable
    for box in page.locator("[data-table]:visible > svg").all():
        shape = box.bounding_box()
        assert shape is not None
        assert shape["width"] > 200
        assert shape["height"] > 40
    if name != PAIR or (size, scheme) == (DESKTOP, "dark"):  # the pair's page on a light phone is checked below
        assert violations(page) == []


@pytest.mark.parametrize("name", OTHERS)
def test_every_other_kind_of_page_is_accessible(visit: Callable[..., Visit], name: str) -> None:
    assert violations(visit(name).page) == []


def test_lists_sort_filter_and_show_all_rows(visit: Callable[..., Visit]) -> None:
    page = visit("pairs/index.html").page
    table = page.locator("table").first
    shown = table.locator("tbody tr:visible")
    assert shown.count() == 50
    page.get_by_role("button", name="Show all").first.click()
    assert shown.count() > 300
    page.get_by_label("Filter").first.fill("germany estimate")
    assert {"Germany" in row and "estimate" in row for row in shown.all_text_contents()} == {True}
    page.get_by_label("Filter").first.fill("")
    table.get_by_role("button", name="Newest figure").click()
    expect(table.get_by_role("columnheader", name="Newest figure")).to_have_attribute("aria-sort", "descending")
    table.get_by_role("button", name="Newest figure").click()
    values = [float(value) for value in table.locator("data").evaluate_all("all => all.map(one => one.value)")]
    assert values == sorted(values)
    others = page.locator("table").nth(1)
    assert others.locator("tbody tr:visible").count() == 25
    page.get_by_label("Filter").nth(1).fill("romania algeria")
    expect(others.locator("tbody tr:visible")).to_have_text(re.compile("Algeria – Romania"))
    without = visit("pairs/index.html", scripts=False).page
    expect(without.locator("#scriptless")).to_contain_text("of the rows need JavaScript")
    assert without.locator("table").first.locator("tbody tr:visible").count() == len(values), (
        "without scripts all rows are there"
    )


def test_tables_queries_and_scroll_boxes_are_reached_with_the_keyboard(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR).page
    _tab_to(page, "#pay details.table > summary")
    page.keyboard.press("Enter")
    expect(page.locator("#pay details.table").first).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "scroll"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "where the focus is can be seen"
    _tab_to(page, "#pay details.table a[href*='queries.html']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queries.html?CHN,USA#pair-pay-payments")
    query = page.locator("#pair-pay-payments")
    expect(query).to_contain_text("'CHN'")
    expect(page.locator("#pair-pay-payments + a")).to_have_attribute("href", re.compile(r"query\.html#sql="))
    assert "$area" not in (query.text_content() or "")


def _tab_to(page: Page, selector: str) -> None:
    """Press the tabulator until the first element of a selector has the focus."""
    for _ in range(200):
        if page.evaluate("selector => document.activeElement === document.querySelector(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached with the tabulator")
