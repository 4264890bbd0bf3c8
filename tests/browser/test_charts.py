"""Charts of the published pages in a browser: they draw their tables, and can be cited, embedded and saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PAIR, PHONE, Visit, violations

pytestmark = pytest.mark.campaign

FIRST = "#ip_charges .part >> nth=0"
"""The chart of who pays whom."""

ONE_LINE = {"colour": 1, "shape": 1, "flow": "", "basis": ""}


def specification(page: Page, chart: dict[str, Any]) -> dict[str, Any]:
    """Return the lines that ``bilateral.lines`` makes of a chart."""
    made: dict[str, Any] = page.evaluate("chart => bilateral.lines(chart)", chart)
    return made


def points(*years: tuple[int, float | None], word: str = "") -> list[dict[str, Any]]:
    return [{"year": year, "value": value, "shown": str(value), "word": word} for year, value in years]


def test_a_chart_draws_every_figure_of_its_table_where_it_belongs(visit: Callable[..., Visit]) -> None:
    """Places of the drawn points are an affine function of years and values, so that none is elsewhere."""
    page = visit(PAIR).page
    figures = page.locator(f"{FIRST} >> table").evaluate(
        """table => {
            const rows = [...table.tBodies[0].rows].reverse();
            return [...table.tHead.rows[0].cells].slice(1).flatMap((_, c) => rows
                .filter(row => row.cells[c + 1].querySelector('data'))
                .map(row => [Number(row.cells[0].textContent), Number(row.cells[c + 1].querySelector('data').value)]));
        }"""
    )
    places = page.locator(f"{FIRST} >> svg.marks .mark-symbol path").evaluate_all(
        "all => all.map(node => node.getAttribute('transform').match(/-?[0-9.]+/g).map(Number))"
    )
    assert len(places) == len(figures) > 20
    drawn = sorted(zip(figures, places, strict=True))
    _lie_on_a_line([(year, x) for (year, _), (x, _) in drawn])
    _lie_on_a_line([(value, y) for (_, value), (_, y) in drawn])


def _lie_on_a_line(pairs: list[tuple[float, float]]) -> None:
    low, high = min(pairs), max(pairs)
    slope = (high[1] - low[1]) / (high[0] - low[0])
    assert slope != 0
    for value, place in pairs:
        assert place == pytest.approx(low[1] + slope * (value - low[0]), abs=0.05)


def test_a_line_breaks_where_a_year_is_missing_and_a_withheld_figure_is_no_zero(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR).page
    held = [*points((2018, 3.0), (2021, 6.0)), *points((2019, None), word="suppressed")]
    made = specification(page, {"series": [{**ONE_LINE, "name": "a", "points": held}]})
    drawn = made["layer"][-1]
    values = {point["year"]: point["value"] for point in drawn["data"]["values"]}
    assert values == {2018: 3.0, 2019: None, 2020: None, 2021: 6.0}
    assert any(layer["mark"].get("text") == "S" for layer in drawn["layer"])


def test_the_range_between_both_sides_is_a_band_and_two_reports_of_one_side_are_none(
    visit: Callable[..., Visit],
) -> None:
    page = visit(PAIR).page

    def report(name: str, basis: str, *years: tuple[int, float | None]) -> dict[str, Any]:
        return {**ONE_LINE, "name": name, "flow": "one way", "basis": basis, "points": points(*years)}

    first, second = (
        report("a", "reported", (2018, 3.0), (2019, 5.0)),
        report("b", "mirrored", (2018, 4.0), (2019, None)),
    )
    band = specification(page, {"series": [first, second]})["layer"][0]["data"]["values"]
    assert [(row["year"], row["low"], row["high"]) for row in band] == [(2018, 3.0, 4.0), (2019, None, None)]
    same = specification(page, {"series": [first, report("b", "reported", (2018, 4.0))]})
    assert len(same["layer"]) == 1


def test_part_of_a_year_is_hatched_and_named(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR).page
    chart = page.locator("#co_inventions .part").filter(has_text="shared patents").first
    expect(chart.locator("svg.marks [fill='url(#hatch)']")).to_have_count(1)
    expect(chart.locator("svg.marks")).to_contain_text("part of the year")


def test_all_figures_of_a_year_are_shown_wherever_the_pointer_is(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR).page
    chart = page.locator(f"{FIRST} >> svg.marks")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + box["height"] * 0.8)
    tip = page.locator(f"{FIRST} >> .tip")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("2018, billion US dollars")
    expect(tip).to_contain_text("own report (US Bureau of Economic Analysis): 8.50")
    expect(tip).to_contain_text("Tax Cuts and Jobs Act")
    page.mouse.move(5, 5)
    expect(tip).not_to_be_visible()


def test_a_figure_is_cited_and_embedded_with_its_own_source(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR, PHONE).page
    page.locator(f"{FIRST} >> details.table summary").click()
    page.locator(f"{FIRST} >> data[value='8500000000.0']").click()
    dialog = page.locator("dialog.share")
    citation, link, card = (dialog.locator("textarea").nth(place).input_value() for place in range(3))
    assert (
        "2018, China \N{RIGHTWARDS ARROW} United States: own report (US Bureau of Economic Analysis): 8.50 billion US dollars"
        in citation
    )
    assert "US Bureau of Economic Analysis, vintage 2019-08-07" in citation
    assert "World Trade Organization" not in citation
    assert "release 20" in citation
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.goto(link)
    expect(page.locator("main .value")).to_have_text("8.50 billion US dollars")
    expect(page.locator("main")).to_contain_text("US Bureau of Economic Analysis, vintage 2019-08-07")
    embedded = re.findall(r'src="([^"]*)"', card)[0].replace("&amp;", "&")
    assert embedded == link


def test_breaks_and_large_steps_are_marked_and_unreliable_figures_are_not_drawn(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR).page
    held = [
        *points((2018, 3.0)),
        {**points((2019, 9.0))[0], "sign": "!"},
        {**points((2020, 99.0))[0], "isUnreliable": True},
    ]
    drawn = specification(page, {"series": [{**ONE_LINE, "name": "a", "points": held}]})["layer"][-1]
    values = {point["year"]: (point["value"], point["sign"]) for point in drawn["data"]["values"]}
    assert values == {2018: (3.0, ""), 2019: (9.0, "!"), 2020: (None, "")}


def test_a_card_is_one_chart_that_fits_its_frame(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR).page
    page.set_viewport_size({"width": 700, "height": 620})
    page.goto(f"{page.url}?card=ip_charges-1-1-1")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("svg.marks")).to_have_count(1)
    expect(page.locator("main a[target=_top]")).to_contain_text("Bilateral, release")
    page.wait_for_selector("html[data-drawn]", state="attached")
    assert page.evaluate("document.documentElement.scrollHeight") <= 620
    assert violations(page) == []


@pytest.mark.parametrize(("words", "suffix", "start"), [("PNG", "png", b"\x89PNG"), ("SVG", "svg", b"<svg")])
def test_a_chart_is_saved_as_a_picture_with_title_source_and_vintage(
    visit: Callable[..., Visit], words: str, suffix: str, start: bytes
) -> None:
    seen = visit(PAIR)
    with seen.page.expect_download() as saved:
        seen.page.locator(f"{FIRST} >> button", has_text=words).click()
    assert saved.value.suggested_filename == f"bilateral-CHN-USA-ip_charges-1-1-1.{suffix}"
    content = saved.value.path().read_bytes()
    assert content.startswith(start)
    assert seen.noticed == []
    if suffix == "svg":
        text = content.decode("utf-8")
        for held in ("Who pays whom", "Billion US dollars, 2005 to 2018", "vintage 2019-08-07", "Bilateral, release"):
            assert held.split()[0] in text, held
        assert "var(--" not in text, "it does not need the style sheet of the page"
