"""Pages of metrics and the search index of the published release, compared with its data."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.unit import units_of_release
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from orchestration.site.formatting import brief
from tests.unit.site.test_metric_pages import decoded, parsed


@pytest.fixture(scope="module")
def site(release: Release) -> Path:
    return release.folder / "site"


@pytest.fixture(scope="module")
def metrics(release: Release) -> set[str]:
    with open_read_only(release.database) as connection:
        return {name for (name,) in connection.execute("select distinct metric_id from metric_vintages").fetchall()}


def test_every_metric_has_a_page_or_a_note(site: Path, metrics: set[str], release: Release) -> None:
    assert len(metrics) > 20
    assert {path.stem for path in (site / "metrics").glob("*.html")} == metrics | {"index"}
    assert {path.stem for path in (site / "data").glob("*.js")} == metrics | {"_words", "pairs"}
    front = (site / "index.html").read_text(encoding="utf-8")
    assert release.content["no_data"].keys() == {"cross_border_ownership"}
    assert re.search(
        r"No data yet: [^(]*ownership[^(]* \(expected from United States Patent and Trademark Office", front
    )


@pytest.mark.parametrize(
    "metric", ["ip_receipts", "bilateral_ip_charges", "patent_families", "ip_receipts_growth", "revisions"]
)
def test_a_data_file_has_every_latest_figure_to_the_bit(site: Path, release: Release, metric: str) -> None:
    content = parsed((site / f"data/{metric}.js").read_text(encoding="utf-8"))
    columns = [f"{column}::varchar" if column == "vintage" else column for column in content["columns"]]
    with open_read_only(release.database) as connection:
        held = connection.execute(
            f"select {', '.join([*columns, 'area', 'year', 'value', 'obs_status'])} from metric_vintages "
            "where is_latest and metric_id = ?",
            [metric],
        ).fetchall()
    assert len(held) > 1000
    figures = [(*figure[:-1], figure[-1].removesuffix("!")) for figure in decoded(content)]
    assert sorted(map(repr, figures)) == sorted(map(repr, held))


def test_the_query_of_a_page_returns_its_table_and_only_countries_rank(site: Path, release: Release) -> None:
    with open_read_only(release.database) as connection:
        units = units_of_release(connection)
        for path in sorted((site / "metrics").glob("*.html")):
            if path.stem == "index":
                continue
            page = path.read_text(encoding="utf-8")
            queries = re.findall(r'<pre id="ranking-sql"[^>]*><code>(.*?)</code>', page, re.DOTALL)
            rows = connection.execute(html.unescape(queries[0])).fetchall()
            tables = "".join(re.findall(r'<table class="listing" id="ranking".*?</table>', page, re.DOTALL))
            shown = re.findall(r'<data value="([^"]*)">([^<]*)</data>', tables)
            held = [(row[4], units[row[5]], row[6], row[7]) for row in rows if row[4] is not None]
            assert [(float(value), html.unescape(words)) for value, words in shown] == [
                (value, brief(value, unit, status, source)) for value, unit, status, source in held
            ], path.stem
            assert all((row[0] is not None) == (row[3] == "country" and row[4] is not None) for row in rows), path.stem
            assert len({row[7] for row in rows}) == 1, "one source per ranking"


@pytest.fixture(scope="module")
def index(release: Release) -> dict[str, Any]:
    text = (release.folder / "site" / "search-index.js").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text[text.index("{index: ") + len("{index: ") : text.rindex("}")])
    return content


def test_every_address_is_a_page_or_anchor(release: Release, index: dict[str, Any]) -> None:
    site = release.folder / "site"
    for kind, key, title, address, _ in index["entries"]:
        assert title
        if not address:
            assert kind == "economy"
            continue
        path, _, place = address.partition("#")
        assert (site / path).is_file(), address
        if place.startswith("item="):
            data = (site / "data" / f"{(site / path).stem}.js").read_text(encoding="utf-8")
            assert f'["{key}",' in data, "the page knows the item that it is asked for"
        elif place:
            assert f'id="{place}"' in (site / path).read_text(encoding="utf-8"), address
    listed = ((site / name).read_text(encoding="utf-8") for name in ("pairs/index.html", "data/pairs.js"))
    rows = "".join(listed)
    for codes, stem in index["pairs"].items():
        assert (site / "pairs" / f"{stem}.html").is_file() if stem else f'"{codes}"' in rows, codes
    assert (site / index["both"]).is_file()


def test_every_page_is_found(release: Release, index: dict[str, Any]) -> None:
    site = release.folder / "site"
    addresses = {entry[3].partition("#")[0] for entry in index["entries"]}
    addresses |= {f"pairs/{stem}.html" for stem in index["pairs"].values() if stem} | {"index.html"}
    written = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    assert written - addresses == {"404.html", "regions/WB_EUU.html", "asymmetries.html", "pairs/BEA_EU-USA.html"}, (
        "other pages link to them"
    )
