"""The pages of the published release against its data: same figures, working links, hashed, reproducible."""

from __future__ import annotations

import csv
import html
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from orchestration.contracts.unit import units_of_release
from orchestration.releases.release_store import Release, open_read_only, require_current
from orchestration.site.answers import ask_figure
from orchestration.site.chapter import Figure
from orchestration.site.write_site import write_site
from tests.integration.conftest import PublishedCopy, run_bilateral


@pytest.fixture(scope="module")
def release(published_copy: PublishedCopy) -> Release:
    return require_current(published_copy.settings)


@pytest.fixture(scope="module")
def pages(release: Release) -> list[Path]:
    return sorted((release.folder / "site").rglob("*.html"))


class Reader(HTMLParser):
    """Links, anchors, and the queries and figures of every table, in the order of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            is_outward = tag == "a" and value and value.startswith("https://")
            if name in ("href", "src") and value and not is_outward:
                self.links.append(value)
            if name == "id" and value:
                self.ids.append(value)


def test_every_link_leads_to_a_file_of_the_release_or_a_place_on_the_page(pages: list[Path], release: Release) -> None:
    assert len(pages) > 20

    @cache
    def read(page: Path) -> Reader:
        reader = Reader()
        reader.feed(page.read_text(encoding="utf-8"))
        return reader

    for page in pages:
        reader = read(page)
        assert len(reader.ids) == len(set(reader.ids)), page.name
        for link in reader.links:
            path, _, place = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.is_file(), f"{page.name}: {link}"
            assert target.is_relative_to(release.folder), f"{page.name}: {link}"
            assert not place or place in read(target).ids, f"{page.name}: {link}"


def test_every_figure_in_the_words_of_a_page_is_in_the_release(pages: list[Path], release: Release) -> None:
    said = 0
    with open_read_only(release.database) as connection:
        for page in pages:
            words = re.findall(r'<p class="lead" id="says">(.*?)</p>', page.read_text(encoding="utf-8"), re.DOTALL)
            figures = re.findall(r'<data value="([^"]*)">([^<]*)</data>', "".join(words))
            held = {
                float(value)
                for (value,) in connection.execute(
                    "select value from metric_vintages where is_latest and value is not null "
                    "and ($1 = 'index' or list_sort([area, counterpart_area]) = list_sort(string_split($1, '-')))",
                    [page.stem],
                ).fetchall()
            }
            for text, shown in figures:
                value = float(text)
                is_ratio = shown.endswith("times") and any(
                    one and other and one / other == value for one in held for other in held
                )
                assert value in held or is_ratio, f"{page.name}: {shown}"
                said += 1
    assert said > 20


def test_the_queries_on_the_page_give_the_figures_on_the_page(release: Release) -> None:
    """Every query is taken from the HTML, asked again, and its values are those of the table, digit by digit."""
    page = (release.folder / "site/pairs/CHN-USA.html").read_text(encoding="utf-8")
    parts = re.findall(r'<section class="part[^>]*>(.*?)</section>', page, re.DOTALL)
    asked = 0
    with open_read_only(release.database) as connection:
        units = units_of_release(connection)
        for part in parts:
            figures = [float(value) for value in re.findall(r'<data value="([^"]*)"', part)]
            if "data-table" not in part:
                continue
            sql = html.unescape(re.findall(r"<code>(.*?)</code>", part, re.DOTALL)[0])
            answers = ask_figure(connection, Figure("asked again", sql), sql, units)
            held = [sorted(row.value for row in one.rows if row.value is not None) for one in answers]
            assert sorted(figures) in held
            asked += 1
    assert asked > 20


@pytest.mark.parametrize(
    ("title", "bases"),
    [
        ("Who pays whom: China and the United States", "'reported', 'mirrored'"),
        ("China and the United States paid each other for the use of intellectual property, as OECD", "'balanced'"),
        (
            "China and the United States paid each other for the use of intellectual property, reconciled",
            "'reconciled'",
        ),
    ],
    ids=["reports", "balanced estimates", "reconciled"],
)
def test_both_directions_of_one_basis_share_a_table(release: Release, title: str, bases: str) -> None:
    """The charts are drawn from the tables in the browser; their tests are in tests/browser/test_charts.py."""
    page = (release.folder / "site/pairs/CHN-USA.html").read_text(encoding="utf-8")
    part = next(one for one in re.findall(r'<section class="part.*?</section>', page, re.DOTALL) if f">{title}" in one)
    shown = sorted(float(value) for value in re.findall(r'<data value="([^"]*)"', part))
    with open_read_only(release.database) as connection:
        held = connection.execute(
            "select value from bilateral_ip_charges where area in ('USA', 'CHN') and counterpart_area in ('USA', 'CHN') "
            f"and item = 'SH' and value is not null and basis in ({bases})"
        ).fetchall()
    assert shown == sorted(value for (value,) in held)
    flows = dict.fromkeys(re.findall(r'data-colour="(\d)" data-shape="\d" data-flow="([^"]*)"', part))
    assert len(flows) == len({colour for colour, _ in flows}), "a direction is a colour"


def test_the_csv_of_a_pair_is_exact(release: Release) -> None:
    with (release.folder / "site/pairs/CHN-USA.csv").open(encoding="utf-8", newline="") as stream:
        rows = [
            row
            for row in csv.DictReader(stream)
            if row["figure"] == "Inventors in China and the United States shared patents"
        ]
    with open_read_only(release.database) as connection:
        held = connection.execute(
            "select year, value from co_inventions where area = 'CHN' and counterpart_area = 'USA' and item = '_T'"
        ).fetchall()
    assert sorted((int(row["year"]), float(row["value"])) for row in rows) == sorted(held)


def test_a_metric_without_data_is_named(release: Release) -> None:
    page = (release.folder / "site/pairs/CHN-USA.html").read_text(encoding="utf-8")
    assert release.content["no_data"], "the bundle has a metric without data"
    for metric, sources in release.content["no_data"].items():
        assert re.search(rf"<code>{metric}</code>; it is expected from {re.escape(' or '.join(sources))}\.", page)


def test_pages_are_hashed_and_a_changed_one_is_found(release: Release, pages: list[Path], tmp_path: Path) -> None:
    hashed = set(release.content["files"])
    assert {str(page.relative_to(release.folder)) for page in pages} <= hashed
    assert {"site/charts.js", "site/pairs/CHN-USA.csv"} <= hashed
    copy = shutil.copytree(release.folder, tmp_path / release.id)
    changed = copy / "site/pairs/CHN-USA.html"
    changed.chmod(0o644)
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("billion US dollars", "million US dollars", 1), encoding="utf-8"
    )
    assert Release(copy, release.content).damage() == ["site/pairs/CHN-USA.html"]


def test_the_same_release_gives_the_same_pages_to_the_byte(release: Release, tmp_path: Path) -> None:
    copy = shutil.copytree(release.folder, tmp_path / "again", ignore=shutil.ignore_patterns("site", "parquet"))
    write_site(copy, release.id, release.published_at)
    made = {path.relative_to(copy): path.read_bytes() for path in (copy / "site").rglob("*") if path.is_file()}
    held = {path.relative_to(release.folder): path.read_bytes() for path in (release.folder / "site").rglob("*.*")}
    assert made == held


def test_the_command_prints_the_page(published_copy: PublishedCopy, release: Release) -> None:
    printed = run_bilateral(published_copy.root, published_copy.data, "site")
    assert printed.stdout.strip() == str(release.folder / "site/index.html")
