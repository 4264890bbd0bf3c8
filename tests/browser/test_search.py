"""The search in the header of every page: typed names and other names find pages, with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FRONT, Visit

pytestmark = [pytest.mark.campaign, pytest.mark.ci]

TITLES = "[...document.querySelectorAll('#search-found li')].map(node => node.firstChild.textContent)"

FIRST_FOUND = [
    ("china germany", "China \N{EN DASH} Germany"),
    ("america prc", "China \N{EN DASH} United States"),
    ("cote d'ivoire turkiye", "Côte d'Ivoire \N{EN DASH} Türkiye"),
    ("hong kong china", "China \N{EN DASH} Hong Kong, China"),
    ("royalties", "Charges for the use of intellectual property (SH)"),
    ("whole count", "whole and fractional counts"),
    ("one fifth", "China accounts for one fifth of United States royalty receipts from Asia and the Pacific."),
    ("EU", "European Union"),
    ("biggest receivers of royalties", "IP receipts"),
    ("Vereinigte Staaten", "United States"),
    ("\u7f8e\u56fd", "United States"),
    ("\u4e2d\u56fd \u5fb7\u56fd", "China \N{EN DASH} Germany"),
    ("EU US", "United States \N{EN DASH} European Union"),
    ("Korea China", "China \N{EN DASH} South Korea"),
    ("korea", "South Korea"),
    ("patents", "Patent families"),
    ("germny", "Germany"),
    ("chnia germany", "China \N{EN DASH} Germany"),
    ("china libya", "China \N{EN DASH} Libya"),
]
"""Typed words, and the title that they find first."""


def typed(page: Page, words: str) -> list[str]:
    """The titles that are found, best first."""
    page.fill("#search-words", words)
    expect(page.locator("#search-status")).not_to_be_empty()
    titles: list[str] = page.evaluate(TITLES)
    return titles


def test_what_is_typed_finds_the_page_first(visit: Callable[..., Visit]) -> None:
    page = visit(FRONT).page
    assert [(words, typed(page, words)[0]) for words, _ in FIRST_FOUND] == FIRST_FOUND


def test_a_pair_without_a_page_is_found_as_a_row(visit: Callable[..., Visit]) -> None:
    page = visit(FRONT).page
    typed(page, "china libya")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pairs/index.html#CHN-LBY")
    expect(page.locator("#CHN-LBY")).to_be_in_viewport()
    expect(page.locator("#CHN-LBY")).to_contain_text("less than 1 million")


def test_the_keyboard_chooses_opens_and_closes(visit: Callable[..., Visit]) -> None:
    page = visit(FRONT).page
    box = page.locator("#search-words")
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.id === 'search-words'"):
        page.keyboard.press("Tab")
    page.keyboard.type("royalties")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "search-1")
    expect(page.locator("#search-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = page.locator("#search-found li").count() - 1
    expect(box).to_have_attribute("aria-activedescendant", f"search-{last}")
    page.keyboard.press("Escape")
    expect(page.locator("#search-found")).not_to_be_visible()
    expect(box).to_have_value("royalties")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    page.keyboard.type("china germany")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pairs/CHN-DEU.html")
