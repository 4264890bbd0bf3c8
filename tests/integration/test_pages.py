"""The pages of the published release against its data: same figures, working links, hashed, reproducible."""

import html
import itertools
import json
import math
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from orchestration.cli.main import cli
from orchestration.cli.mcp import series
from orchestration.contracts.unit import units_of_release
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.site.answers import answers_of
from orchestration.site.batch import Found, ask_each
from orchestration.site.chapter import Part, chapters_of, tables_read
from orchestration.site.lead import Lead, leads_of
from orchestration.site.metric_figures import SELECTED, ranking_query, read_figures
from orchestration.site.pages.front import declared_questions
from tests.integration.conftest import REPOSITORY, PublishedCopy


@pytest.fixture(scope="module")
def pages(release: Release) -> list[Path]:
    return sorted((release.folder / "site").rglob("*.html"))


def rows_of_script(site: Path) -> list[list[Any]]:
    """Return the rows of pairs that a script adds to their list: stem, whether it has a page, and cells."""
    script = (site / "data/pairs.js").read_text(encoding="utf-8")
    rows: list[list[Any]] = json.loads(script.removeprefix("bilateral.addPairs(").removesuffix(");\n"))["rows"]
    return rows


def test_every_link_leads_to_a_file_or_an_anchor(pages: list[Path], release: Release) -> None:
    assert len(pages) > 400
    places, links = {}, {}
    for page in (*pages, release.folder / "guards.html"):
        text = page.read_text(encoding="utf-8")
        ids = re.findall(r'<[^<>]* id="([^"]+)"', text)
        places[page] = set(ids)
        assert len(ids) == len(places[page]), page.name
        places[page] |= {row[0] for row in rows_of_script(page.parents[1])} if page.match("pairs/index.html") else set()
        links[page] = set(re.findall(r'<[^<>]* (?:href|src)="(?!https?://)([^"]+)"', text))
    for page, addresses in links.items():
        for link in addresses:
            path, _, place = re.sub(r"\?[^#]*", "", html.unescape(link)).partition("#")
            target = Path(os.path.normpath(page.parent / path)) if path else page
            assert target.is_file(), f"{page.name}: {link}"
            assert target.is_relative_to(release.folder), f"{page.name}: {link}"
            is_state = place.startswith("sql=")
            assert not place or is_state or place in places[target], f"{page.name}: {link}"


def figures_of_text(text: str) -> list[float]:
    return [float(value) for value in re.findall(r'<data value="([^"]*)"', text)]


def test_every_figure_in_the_words_of_the_front_page_is_in_the_release(release: Release) -> None:
    page = (release.folder / "site/index.html").read_text(encoding="utf-8")
    answers = "".join(re.findall(r'<ol class="questions.*?</ol>', page, re.DOTALL))
    in_claims = figures_of_text("".join(re.findall(r'<details class="claim".*?</details>', page, re.DOTALL)))
    with open_read_only(release.database) as connection:
        held = {value for (value,) in connection.execute("select value from metric_vintages").fetchall()}
        columns = "claimed_value, value_latest, value_when_said, deviation_percent, fits_value, revision_percent"
        audited = connection.execute(f"select unnest([{columns}]) from fct_claim_audit").fetchall()
        per_head = connection.execute(
            "select receipts.value / people.value from ip_receipts_all as receipts join fct_indicator as people "
            "using (area, year) where people.indicator = 'population' and people.is_latest"
        ).fetchall()
    assert answers.count("<li>") == 10
    years = [int(year) for year in re.findall(r'<p class="source">(\d{4})', answers)]
    assert years[2:] == sorted(years[2:], reverse=True), "after what no other publication has, the newest figures first"
    assert 'data-kind="range"' in page, "both sides' reports of one payment are drawn"
    assert set(figures_of_text(answers)) <= held | {value for (value,) in per_head}
    assert len(in_claims) > 8
    assert set(in_claims) <= held | {value for (value,) in audited}
    assert page.count('<p class="answer">') == len(
        re.findall(r'<p class="source">(?:\d{4}|Published)[^<]* · <a href=', page)
    )


def test_every_pair_with_a_figure_is_a_row_and_those_with_more_have_a_page(release: Release) -> None:
    """Pairs with joint publications or citations alone, or with estimates below a million dollars, have no page."""
    ends = "(from dim_area select area where kind = 'country' or area like '%_EU27%' or area = 'BEA_EU')"
    figures = "from metric_vintages where is_latest and value is not null and metric_id <> 'revisions'"
    with open_read_only(release.database) as connection:
        held = connection.execute(
            "select least(area, counterpart_area) || '-' || greatest(area, counterpart_area), "
            "bool_and(metric_id like 'co_publication%' or metric_id = 'citation_index') or (bool_and(basis = 'balanced') and "
            "max(value) filter (metric_id = 'bilateral_ip_charges') < 1e6 and min(value) filter (metric_id = 'bilateral_ip_charges') > -1e6) "
            f"{figures} and area <> counterpart_area and area in {ends} and counterpart_area in {ends} group by 1"
        ).fetchall()
        economies = connection.execute(
            f"select area from dim_area where (kind = 'country' or area = 'WB_EUU') and (area in (select area {figures}) "
            f"or area in (select counterpart_area {figures}))"
        ).fetchall()
    site = release.folder / "site"
    rows = re.findall(
        r'<tr(?: id="([^"]+)")?><th scope=row>(?:<a href="(\S+)\.html">)?', (site / "pairs/index.html").read_text()
    )
    rows += [("" if has_page else stem, stem if has_page else "") for stem, has_page, *_ in rows_of_script(site)]
    assert sorted(map(max, rows)) == sorted(stem for stem, _ in held)
    with_page = {stem for stem, is_row_alone in held if not is_row_alone}
    assert len(held) - len(with_page) > 900
    assert {stem for _, stem in rows} - {""} == with_page == {path.stem for path in site.glob("pairs/*-*.html")}
    assert {path.stem for path in site.glob("economies/[A-Z]*.html")} == {area for (area,) in economies}


Query = tuple[str, Part | Lead, tuple[str, ...], int]


def declared_queries() -> Iterator[Query]:
    """Every query of the pages of pairs and economies: name, query, tables, and how many economies it is about."""
    folders = ((2, "pair_chapters", "pair_leads"), (1, "economy_chapters", "economy_leads"), (1, "region_chapters", ""))
    for count, chapters, leads in folders:
        for name, chapter in chapters_of(chapters).items():
            for number, part in enumerate(chapter.parts, start=1):
                yield f"{chapters} {name} {number}", part, tables_read(part.sql), count
        for lead in leads_of(leads) if leads else ():
            yield f"lead {lead.name} of {count}", lead, tables_read(lead.sql), count


QUERIES = list(declared_queries())


def skip_without(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Skip a test of tables that no source of the release supplies."""
    held = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    if {*tables} - held:
        pytest.skip("has no data yet")


@pytest.mark.parametrize(
    ("name", "least"), [("pairs/CHN-USA", 20), ("pairs/CHN-FRA", 3), ("economies/CHN", 10), ("economies/IRL", 10)]
)
def test_the_queries_on_the_page_give_the_figures_on_the_page(release: Release, name: str, least: int) -> None:
    """Each query is taken from the page of queries and run again; its values are those of the table."""
    page = (release.folder / f"site/{name}.html").read_text(encoding="utf-8")
    parts = re.findall(r'<section class="part[^>]*>(.*?)</section>', page, re.DOTALL)
    listed = (release.folder / "site/queries.html").read_text(encoding="utf-8")
    texts = dict(re.findall(r'<pre id="([^"]+)"[^>]*><code>(.*?)</code>', listed, re.DOTALL))
    queries = 0
    with open_read_only(release.database) as connection:
        units = units_of_release(connection)
        for part in parts:
            figures = [float(value) for value in re.findall(r'<data value="([^"]*)"', part)]
            if "data-table" not in part:
                continue
            ((codes, place),) = re.findall(r'queries\.html\?([A-Z,]+)#([^"]+)"', part)
            figure = Part("lines", "asked again", html.unescape(texts[place]))
            answers = answers_of(figure, next(ask_each(connection, figure.sql, [codes.split(",")])), units)
            held = [sorted(row.value for row in answer.rows if row.value is not None) for answer in answers]
            assert sorted(figures) in held
            queries += 1
    assert queries > least


Statement = tuple[str, str, Part | Lead, int]


def statements() -> Iterator[Statement]:
    """Every lead, question, chart and table of figures of metrics: name, concept, query, and how many economies it is
    about.

    A table of facts alone, such as reports in their own currency, shows figures of no metric.
    """
    for name, query, tables, count in QUERIES:
        of_metrics = not all(table.startswith("fct_") for table in tables)
        if isinstance(query, Lead) or query.is_chart or ("struct_pack" in query.sql and of_metrics):
            yield name, query.concept, query, count
    for question in declared_questions():
        yield f"question {question.name}", question.concept, Part("table", question.name, question.sql), 0


CONCEPTS = yaml.safe_load((REPOSITORY / "orchestration/site/queries/concepts.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("statement", list(statements()), ids=lambda statement: statement[0])
def test_statements_show_their_concept_alone(release: Release, statement: Statement) -> None:
    _, concept, question, economies = statement
    with open_read_only(release.database) as connection:
        skip_without(connection, *tables_read(question.sql))
        figures = f"from metric_vintages where value is not null and {CONCEPTS[concept]}"
        of_concept = set(connection.execute(f"select year, value, unit, source, vintage {figures}").fetchall())
        reliable = set(
            connection.execute(f"select year, value {figures} and is_latest and obs_status <> 'U'").fetchall()
        )
        units = units_of_release(connection)
        for codes in itertools.permutations(("CHN", "USA", "DEU", "JPN"), economies):
            rows = [] if codes else connection.execute(question.sql).fetchall()
            result = next(ask_each(connection, question.sql, [codes])) if codes else Found((), rows)
            if isinstance(question, Part) and not question.is_chart:
                cells = (cell for row in result.rows for cell in row if isinstance(cell, dict))
                shown = {tuple(cell[name] for name in CAPTIONED) for cell in cells if cell["value"] is not None}
                assert shown <= of_concept, codes
            elif isinstance(question, Part) and economies:
                answers = answers_of(question, result, units)
                valued = [row for answer in answers for row in answer.rows if row.value is not None]
                assert {tuple(getattr(row, name) for name in CAPTIONED) for row in valued} <= of_concept, codes
            else:
                year, value = result.columns.index("year"), result.columns.index("value")
                assert {(row[year], row[value]) for row in result.rows} <= reliable, codes


CAPTIONED = ("year", "value", "unit", "source", "vintage")
"""What a figure's caption and source line state beside its title."""


REVIEWED = Path(__file__).with_name("figures_of_queries.csv")
"""Rows of each query, and the sum of its figures times their row numbers, for all SUBJECTS together."""

SUBJECTS: dict[int, list[tuple[str, ...]]] = {
    2: [("CHN", "USA"), ("USA", "DEU"), ("IND", "GBR")],
    1: [("CHN",), ("USA",), ("WB_EUU",)],
    0: [],
}


def test_queries_of_pages_return_the_reviewed_figures_in_their_order(release: Release) -> None:
    """The failure prints the lines that changed: review them, and enter each in the place of the line of its query."""
    questions = [
        (f"question {question.name}", Part("table", question.name, question.sql), 0)
        for question in declared_questions()
    ]
    lines = ["query,rows,total"]
    with open_read_only(release.database) as connection:
        held = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        for name, query, count in [*((name, query, count) for name, query, _, count in QUERIES), *questions]:
            if {*tables_read(query.sql)} <= held:
                answers = answers_about(connection, query.sql, SUBJECTS[count])
                total = math.fsum(
                    place * number for rows in answers for place, row in enumerate(rows, 1) for number in numbers(row)
                )
                lines.append(f"{name},{sum(map(len, answers))},{total:.9g}")
    reviewed = REVIEWED.read_text(encoding="utf-8").splitlines()
    changed = [line for line in lines if line not in reviewed]
    assert not changed, "\n".join(changed)
    assert len(lines) == len(reviewed)


def answers_about(connection: duckdb.DuckDBPyConnection, sql: str, subjects: list[tuple[str, ...]]) -> list[list[Any]]:
    """Return the rows of a query about each subject, or of a query about none."""
    if subjects:
        return [found.rows for found in ask_each(connection, sql, subjects)]
    return [connection.execute(sql).fetchall()]


def numbers(row: tuple[Any, ...]) -> Iterator[float]:
    for cell in row:
        value = cell.get("value") if isinstance(cell, dict) else cell
        if isinstance(value, int | float):
            yield value


METRICS = sorted(path.stem for path in (REPOSITORY / "dbt_project/models/metrics").glob("*.sql"))


def figures_of(connection: duckdb.DuckDBPyConnection, metric: str, series: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    """Year, value, unit and source of the figures of a metric that fit a series by its columns."""
    columns = {name: code for name, code in series.items() if name in SERIES}
    fits = " and ".join(f"{name} is not distinct from ${name}" for name in columns)
    sql = f"select year, value, unit, source from metric_vintages where metric_id = $metric and {fits}"
    return set(connection.execute(sql, {"metric": metric, **columns}).fetchall())


SERIES = (*SELECTED[:-1], "area", "year")
"""Columns by which a statement about a metric declares its concept."""


@pytest.mark.parametrize("metric", METRICS)
def test_rankings_tools_and_commands_show_the_declared_series(
    release: Release, published_copy: PublishedCopy, monkeypatch: pytest.MonkeyPatch, metric: str
) -> None:
    places = {"BILATERAL_ROOT": str(published_copy.root), "BILATERAL_DATA": str(published_copy.data)}
    for name, value in places.items():
        monkeypatch.setenv(name, value)
    if metric in release.content["no_data"]:
        pytest.skip("has no data yet")
    with open_read_only(release.database) as connection:
        first = read_figures(connection, metric, release.lineage.metrics[metric].get("first_view")).first
        ranked = connection.execute(ranking_query(metric, first)).fetchall()
        of_view = figures_of(connection, metric, {**first.selection, "year": first.year})
        assert {(first.year, row[4], row[5], row[7]) for row in ranked} <= of_view
        assert not [row for row in ranked if row[0] == 1 and row[6] == "U"], (
            "a figure of low reliability leads no ranking"
        )
        areas = connection.execute(f"select area, counterpart_area from {metric}_all order by all limit 1").fetchall()[
            0
        ]
        answer = json.loads(series(metric, *areas))
        shown = json.loads(CliRunner().invoke(cli, ["show", metric, *areas, "--json"], env=places).stdout)
        of_answer = [{**answer["shared"], **figure} for figure in answer["figures"]]
        of_command = [{**series, **figure} for series in shown["series"] for figure in series["figures"]]
        for figure in (*of_answer, *of_command):
            whole = {"area": areas[0], "counterpart_area": areas[1], **figure}
            stated = (whole["year"], whole.get("value"), whole["unit"], whole["source"])
            assert {"measure", "basis"} <= whole.keys()
            assert stated in figures_of(connection, metric, whole)
