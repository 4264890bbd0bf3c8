"""The documents beside the tables: whole, true to the tables, and harmless whatever text it is made from. All figures are synthetic."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json
from orchestration.guards.guard_report import report_path
from orchestration.ingestion.origin_cards import origin_json
from orchestration.releases.dictionary import escaped
from orchestration.releases.release_store import Release
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import META, Project, figure, write_suite

pytestmark = pytest.mark.slow

HOSTILE = '<script>alert(\'x\')</script> "quoted" =HYPERLINK("https://evil.example") [a](javascript:b) | <img src=//evil.example/i>'
HOSTILE += " \u202eneddih\u2066 z\u200bw \x1b[2J \u0421HN"
FETCHING = {"script", "img", "link", "iframe", "object", "embed", "video", "audio", "source", "base", "form", "svg"}


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and what was left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_plain(text: str) -> None:
    """Nothing that a reader cannot see changes what is read."""
    assert [character for character in text if not character.isprintable() and character != "\n"] == []


def assert_harmless(page: str) -> None:
    assert_plain(page)
    tags = Tags(page)
    assert tags.open == []
    for tag, attributes in tags.tags:
        assert tag not in FETCHING
        assert not attributes.keys() & {"src", "href", "srcset", "action", "background", "style"}
        assert not any(name.startswith("on") for name in attributes)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in page


@pytest.fixture
def release(project: Project) -> Release:
    project.origins = (synthetic.origin(b"b", resource="more"), synthetic.origin(b"a"))
    return project.release("a", figures=[figure(), figure(unit="PT", year=2023)])


def test_the_folder_is_complete(release: Release) -> None:
    assert set(release.content["files"]) == {
        "warehouse.duckdb",
        "parquet/dim_area.parquet",
        "parquet/fct_synthetic.parquet",
        "parquet/synthetic_metric.parquet",
        "parquet/metric_vintages.parquet",
        "build.json",
        "croissant.json",
        "datapackage.json",
        "dictionary.md",
        "guards.html",
        "lineage.json",
        "origins.json",
        "receipt.json",
    }


def test_fields_say_type_and_units_and_sources_say_licence_and_citation(release: Release) -> None:
    package = read_json(release.folder / "datapackage.json")
    (metric,) = [one for one in package["resources"] if one["name"] == "synthetic_metric"]
    fields = {field["name"]: field for field in metric["schema"]["fields"]}
    assert {name: fields[name]["type"] for name in ("area", "year", "value", "vintage")} == {
        "area": "string",
        "year": "integer",
        "value": "number",
        "vintage": "date",
    }
    assert fields["value"]["units"] == ["PT", "USD"]
    assert fields["area"]["description"] == "The area."
    assert [one["title"] for one in metric["sources"]] == [synthetic.CARD.publisher]
    (source,) = package["sources"]
    assert (source["licence"], source["citation"]) == (synthetic.CARD.licence, synthetic.CARD.citation)
    (licence,) = package["licenses"]
    assert licence == {"title": synthetic.CARD.licence, "path": synthetic.URL}


def test_an_open_licence_is_named_by_its_identifier(project: Project) -> None:
    from dataclasses import replace

    project.origins = (replace(synthetic.origin(b"a"), licence="CC BY 4.0"),)
    package = read_json(project.release("a").folder / "datapackage.json")
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]


def test_every_input_s_origin_card_is_there_in_a_fixed_order(release: Release, project: Project) -> None:
    cards = read_json(release.folder / "origins.json")
    assert cards == [origin_json(origin) for origin in project.origins[::-1]]


def test_the_dictionary_describes_every_table_and_column(release: Release) -> None:
    text = (release.folder / "dictionary.md").read_text()
    with duckdb.connect(str(release.database), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal "
            "and table_name in (select table_name from duckdb_tables())"
        ).fetchall()
    assert len(columns) > 20
    for table, column in columns:
        section = text[text.index(f"### {table}\n") :].split("\n### ")[0]
        assert f"\n| {column} | " in section
    assert "- **formula**: synthetic" in text


def test_every_column_has_a_unit_where_it_is_a_figure_and_an_example_that_it_holds(release: Release) -> None:
    text = (release.folder / "dictionary.md").read_text()
    section = text[text.index("### synthetic_metric\n") :].split("\n### ")[0]
    (row,) = [line for line in section.splitlines() if line.startswith("| value |")]
    assert row == "| value | double | PT, USD |  | 5.0 |"
    (row,) = [line for line in section.splitlines() if line.startswith("| base_year |")]
    assert row.endswith("|  |")  # a column without any value has no example


def test_the_dictionary_says_how_each_suite_ended_and_how_to_cite(release: Release) -> None:
    text = (release.folder / "dictionary.md").read_text()
    assert "| [synthetic_metric](#synthetic_metric) |" in text
    assert "1 of 1 expectations passed" in text
    cited = f"Bilateral, table synthetic_metric, release {release.id}, {release.published_at[:10]}. Made from: "
    assert cited + synthetic.CARD.citation.rstrip(". ") in text
    package = read_json(release.folder / "datapackage.json")
    assert all(
        one["citation"].startswith(f"Bilateral, table {one['name']}, release {release.id}")
        for one in package["resources"]
    )


def test_the_dictionary_is_harmless_whatever_it_is_made_from(project: Project) -> None:
    project.meta = {**META, "caveats": [HOSTILE, "two\nlines"]}
    project.description = HOSTILE + " {name}"
    text = (project.release("a").folder / "dictionary.md").read_text()
    assert_plain(text)
    assert "<" not in text
    assert not re.search(r"(?<!\\)\[a(?<!\\)\]\(javascript", text)
    assert "alert('x')" in text
    assert "  - two lines\n" in text
    assert escaped("a|b") == "a\\|b"


def test_the_report_of_a_release_is_self_contained_and_says_what_was_seen(release: Release) -> None:
    page = (release.folder / "guards.html").read_text()
    assert_harmless(page)
    for part in (
        release.id,
        "Every metric passed",
        "1 of 1 passed",
        "a unit slip",
        "between",
    ):
        assert part in page


def test_a_failed_build_has_a_report_that_shows_failing_rows_and_the_refusal_names_it(project: Project) -> None:
    build = project.build("bad", value=5000.0)
    project.guard(build)
    page = report_path(build).read_text()
    assert_harmless(page)
    for part in ("1 of 1 metrics failed", "5000", "2026-07-01", "Failing rows, 1 shown", "AAA"):
        assert part in page
    with pytest.raises(ReleaseError, match=re.escape(str(report_path(build)))):
        project.publish(build, "a" * 64)


def test_the_report_is_harmless_whatever_was_in_the_data_and_the_suite(project: Project) -> None:
    write_suite(project.settings, fault=HOSTILE)
    build = project.build("bad", figures=[figure(value=5000.0, area=HOSTILE, item=HOSTILE * 3)])
    project.guard(build)
    page = report_path(build).read_text()
    assert_harmless(page)
    assert "&lt;script&gt;alert" in page
