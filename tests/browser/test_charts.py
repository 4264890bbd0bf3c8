"""Charts of the published pages in a browser: they draw their tables, and can be cited, embedded and saved."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PAIR, PHONE, Visit, violations

pytestmark = pytest.mark.campaign

FIRST = "#pay .part >> nth=0"
"""The chart of who pays whom."""

DRAW = """rows => {
    const table = document.createElement('table'), box = document.createElement('div');
    table.id = 'trial';
    Object.assign(table.dataset, {divisor: 1, unit: 'US dollars'});
    table.innerHTML = `<caption>Trial</caption><thead><tr><th>Year</th><th data-colour="1" data-basis="${rows.basis}">a</th></tr></thead><tbody>`
        + rows.cells.map(([year, cell]) => `<tr><th>${year}</th>${cell}</tr>`).join('') + '</tbody>';
    box.className = 'chart lines';
    Object.assign(box.dataset, {kind: 'lines', table: 'trial'});
    document.querySelector('main').append(box, table);
    bilateral.drawTable(box);
    const count = (selector) => box.querySelectorAll(selector).length;
    return {lines: [...box.querySelectorAll('line.line, line.link, line.gap, line.estimate')].map(one => one.getAttribute('class')),
        points: count('.point'), hatched: count("[fill='url(#hatch)']"), signs: [...box.querySelectorAll('.sign')].map(one => one.textContent)};
}"""


def cell(value: float, mark: str = "", title: str = "", edition: str = "") -> str:
    status = f'<abbr title="{title}">{mark}</abbr>' if mark else ""
    return f'<td data-vintage="{edition}"><data value="{value}">{value}</data>{status}</td>'


@pytest.mark.parametrize(
    ("cells", "drawn"),
    [
        ([(2018, cell(3)), (2019, cell(5))], {"lines": ["line"], "points": 2}),
        ([(2018, cell(3)), (2021, cell(6))], {"lines": ["gap"], "points": 2}),
        (
            [(2018, cell(3)), (2019, '<td class="word">suppressed</td>'), (2020, cell(6))],
            {"lines": [], "points": 2, "signs": ["S"]},
        ),
        ([(2018, cell(3, edition="2019-01-01")), (2019, cell(5, edition="2020-01-01"))], {"lines": ["link"]}),
        ([(2018, cell(3)), (2019, cell(9, "!", "large step"))], {"signs": ["!"]}),
        ([(2018, cell(3)), (2019, cell(99, "U", "low reliability"))], {"lines": [], "points": 1}),
        ([(2018, cell(3)), (2019, cell(5, "P", "part of the year, as of 2019-07-01"))], {"hatched": 1, "points": 2}),
    ],
    ids=["line", "gap", "suppressed", "edition", "step", "unreliable", "part of a year"],
)
def test_gaps_and_marks_are_drawn(
    visit: Callable[..., Visit], cells: list[tuple[int, str]], drawn: dict[str, Any]
) -> None:
    seen = visit("pairs/CHN-FRA.html").page.evaluate(DRAW, {"basis": "reported", "cells": cells})
    assert {name: seen[name] for name in drawn} == drawn


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
    places = page.locator(f"{FIRST} >> svg.marks .point").evaluate_all(
        "all => all.map(node => [Number(node.getAttribute('cx')), Number(node.getAttribute('cy'))])"
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


def test_a_figure_is_cited_and_embedded_with_its_own_source(visit: Callable[..., Visit]) -> None:
    page = visit(PAIR, PHONE).page
    page.locator(f"{FIRST} >> details.table summary").click()
    page.locator(f"{FIRST} >> data[value='7552000000.0']").click()
    dialog = page.locator("dialog.share")
    citation, link, card = (dialog.locator("textarea").nth(place).input_value() for place in range(3))
    assert "2018, China paid, report of the recipient: 7.55 billion US dollars" in citation
    assert "US Bureau of Economic Analysis, vintage 2021-09-21" in citation
    assert "World Trade Organization" not in citation
    assert "release 20" in citation
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.goto(link)
    expect(page.locator("main .value")).to_have_text("7.55 billion US dollars")
    expect(page.locator("main")).to_contain_text("US Bureau of Economic Analysis, vintage 2021-09-21")
    embedded = re.findall(r'src="([^"]*)"', card)[0].replace("&amp;", "&")
    assert embedded == link
