"""Pages of metrics in a real browser: slider, ranking, lines and the address that keeps them."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from orchestration.releases.lineage import read_lineage
from orchestration.releases.release_store import open_read_only, require_current
from orchestration.site.metric_figures import ALL_PAIRS, SELECTED, read_figures
from tests.browser.conftest import Visit, violations
from tests.integration.conftest import PublishedCopy
from tests.unit.site.test_metric_pages import decoded, parsed

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


def test_the_slider_changes_the_year_with_the_keyboard(visit: Callable[..., Visit]) -> None:
    page = explored(visit(METRIC))
    newest, before = page.locator("#year-shown").text_content(), ranking(page)
    page.focus("#year")
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#year-shown")).to_have_text(str(int(newest or 0) - 12))
    expect(page.locator("#year")).to_have_attribute("aria-valuetext", str(int(newest or 0) - 12))
    assert ranking(page) != before
    expect(page.locator("#ranking caption")).to_contain_text(str(int(newest or 0) - 12))
    world = page.locator("#ranking tr", has=page.locator("th", has_text="World no country")).locator("td").first
    expect(world).to_have_text("\N{EN DASH}")


def test_a_typed_economy_gets_a_line_and_eight_are_enough(visit: Callable[..., Visit]) -> None:
    page = explored(visit(METRIC))
    assert page.locator("#picked li").count() == 5
    page.focus("#economy")
    page.keyboard.type("Swed")
    page.keyboard.press("Enter")
    expect(page.locator("#picked li")).to_have_count(6)
    expect(page.locator("#picked")).to_contain_text("Sweden")
    expect(page.locator("#lines-table thead th")).to_have_count(7)
    expect(page.locator("#lines svg text.label")).to_have_count(6)
    for name in ("China", "India"):
        page.fill("#economy", name)
        page.press("#economy", "Enter")
    expect(page.locator("#picked li")).to_have_count(8)
    expect(page.locator("#economy")).to_be_disabled()
    page.get_by_role("button", name="Remove India").click()
    expect(page.locator("#picked li")).to_have_count(7)


def test_a_suppressed_figure_states_it_in_the_ranking(visit: Callable[..., Visit], site: Path) -> None:
    content = parsed((site / "data/bilateral_ip_charges.js").read_text(encoding="utf-8"))
    columns = [*content["columns"], "area", "year", "value", "status"]
    kinds = {code: kind for code, _, kind in content["areas"]}
    figure = next(
        record
        for record in (dict(zip(columns, row, strict=True)) for row in decoded(content))
        if record["status"] == "Q" and kinds[record["area"]] == "country"
    )
    address = "&".join(f"{column}={figure[column]}" for column in [*content["columns"], "year"])
    page = explored(visit(PARTNERS))
    page.evaluate("hash => { location.hash = hash; }", address)
    expect(page.locator("#year-shown")).to_have_text(str(figure["year"]))
    assert page.locator("#ranking td.word", has_text="suppressed").count() > 0


def test_the_address_reproduces_the_view(visit: Callable[..., Visit], site: Path) -> None:
    page = explored(visit(PARTNERS))
    page.select_option("#choice-basis", "balanced") if page.locator(
        "#choice-basis option[value=balanced]"
    ).count() else None
    page.focus("#year")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Remove").first.click()

    def view(shown: Page) -> list[object]:
        return [
            shown.evaluate("[...document.querySelectorAll('#choices select')].map(box => box.value)"),
            shown.locator("#year-shown").text_content(),
            shown.locator("#picked").text_content(),
            ranking(shown),
        ]

    address = page.evaluate("location.href")
    second = page.context.new_page()
    second.goto(address)
    second.wait_for_selector("html[data-explored]", state="attached")
    assert view(second) == view(page)


def test_the_table_is_saved_with_exact_values(visit: Callable[..., Visit]) -> None:
    page = explored(visit(METRIC))
    with page.expect_download() as download:
        page.click("#save")
    saved = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    shown = page.locator("#ranking data").evaluate_all("all => all.map(node => Number(node.value))")
    assert len(saved) > 50
    assert [float(row["value"]) for row in saved if row["value"]] == shown
    assert {(row["unit"], row["source"], row["year"]) for row in saved} == {("USD", "world_bank", "2024")}


def test_one_ranking_has_one_source_and_basis(visit: Callable[..., Visit]) -> None:
    page = explored(visit(PARTNERS))
    for basis in page.locator("#choice-basis option").evaluate_all("all => all.map(node => node.value)"):
        page.select_option("#choice-basis", basis)
        assert (page.locator("#ranking-source").text_content() or "").count(", vintage ") == 1
        expect(page.locator("#series")).to_contain_text(basis)


def test_chosen_lines_are_cited_and_embedded(visit: Callable[..., Visit]) -> None:
    page = visit("metrics/ip_receipts.html").page
    chart = page.locator("section.part")
    chart.get_by_role("button", name="Cite").click()
    dialog = page.locator("dialog.share")
    option = dialog.locator("option", has_text="2024, United States").get_attribute("value")
    dialog.locator("select").select_option(value=str(option))
    citation, link = (dialog.locator("textarea").nth(place).input_value() for place in range(2))
    assert re.search(r"2024, United States: [0-9.]+ billion US dollars; exactly [0-9.]+ in the base unit", citation)
    assert "Source: World Bank, vintage " in citation
    page.keyboard.press("Escape")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("main .value")).to_contain_text("billion US dollars")
    expect(page.locator("main .source").first).to_contain_text("World Bank, vintage")
    assert violations(page) == []


@pytest.mark.parametrize("metric", ["ip_payments", "bilateral_ip_charges", "patent_families", "pct_applications"])
def test_the_script_and_the_warehouse_judge_the_same_years_complete(
    visit: Callable[..., Visit], published_copy: PublishedCopy, metric: str
) -> None:
    years = explored(visit(f"metrics/{metric}.html")).evaluate(COMPLETE_YEARS)
    release = require_current(published_copy.settings)
    with open_read_only(release.database) as connection:
        first = read_figures(connection, metric, read_lineage(release).metrics[metric].get("first_view")).first
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


def test_an_incomplete_year_has_no_ranks_and_names_who_is_missing(visit: Callable[..., Visit]) -> None:
    page = explored(visit("metrics/ip_payments.html"))
    expect(page.locator("#answer")).to_contain_text("2025 is not ranked: Ireland")
    assert page.locator("#ranking tbody tr td:first-child").first.text_content() == "1"
    page.focus("#year")
    page.keyboard.press("End")
    expect(page.locator("#unranked")).to_contain_text("2025 is not ranked: Ireland")
    assert set(page.locator("#ranking tbody tr td:first-child").all_text_contents()) == {"\N{EN DASH}"}
