"""A copy of the pages for a static host replaces an earlier copy and nothing else."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from orchestration.core.errors import BilateralError
from orchestration.reading.release import Release
from orchestration.site import site_copy

PAGE = """<html><head><title>A &amp; B</title></head><body><main id="main"><p class="trail">All</p>
<p class="lead">A paid <data value="8.5">"8.50"</data> &lt;dollars&gt;.</p></main></body></html>"""
PACKAGE = {
    "title": "Bilateral: ideas",
    "description": "Figures.",
    "keywords": ["ideas"],
    "resources": [
        {
            "name": "a",
            "description": "What </script> is.",
            "path": "parquet/a.parquet",
            "mediatype": "application/x",
            "citation": "C",
            "licences": ["L"],
        }
    ],
}


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    folder, engine = tmp_path / "releases" / "one", tmp_path / "engine"
    for name, text in {
        "site/index.html": PAGE,
        "site/metrics/a.html": PAGE,
        "site/404.html": PAGE + '<a href="../site/index.html">',
        "parquet/a.parquet": "a",
        "warehouse.duckdb": "b",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o444)
    engine.mkdir()
    (engine / "engine.json").write_text("{}")
    monkeypatch.setattr(site_copy, "engine_folder", lambda: engine)
    (folder / "release.json").write_text("{}")
    (folder / "datapackage.json").write_text(json.dumps(PACKAGE))
    (folder / "CHANGELOG.md").write_text(
        "# Changes\n\n## two, 2026-11-29\n\nCompared with one.\n\n## one, 2026-11-01\n\nFirst.\n"
    )
    names = (
        "site/index.html",
        "site/404.html",
        "site/metrics/a.html",
        "parquet/a.parquet",
        "warehouse.duckdb",
        "CHANGELOG.md",
    )
    content = {"id": "one", "published_at": "2026-11-29T10:00:00+00:00", "files": dict.fromkeys(names, "")}
    return Release(folder, content)


def held(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_folder_with_something_else_is_left_alone(release: Release, tmp_path: Path) -> None:
    target = tmp_path / "home"
    target.mkdir()
    site_copy.copy_site(release, target)  # an empty folder is taken
    site_copy.copy_site(release, target)  # and an earlier copy
    foreign = tmp_path / "work"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(BilateralError, match="is neither empty nor an earlier copy"):
        site_copy.copy_site(release, foreign)
    assert held(foreign) == {"thesis.txt"}
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(BilateralError, match="is neither empty nor an earlier copy"):
        site_copy.copy_site(release, file)


def test_a_copy_with_an_address_can_be_found_previewed_and_followed(release: Release, tmp_path: Path) -> None:
    target = tmp_path / "public"
    site_copy.copy_site(release, target, "https://figures.example.org/x")
    assert {
        "release.json",
        "warehouse.duckdb",
        ".nojekyll",
        "_headers",
        "site/card-site.png",
        "site/card-metrics.png",
        "site/engine/engine.json",
    } <= held(target)
    page = (target / "site" / "metrics" / "a.html").read_text()
    assert '<link rel="canonical" href="https://figures.example.org/x/site/metrics/a.html">' in page
    assert '<meta name="description" content="A paid &#34;8.50&#34; &lt;dollars&gt;.">' in page
    assert '<meta property="og:title" content="A &amp; B">' in page
    assert '<meta property="og:image" content="https://figures.example.org/x/site/card-metrics.png">' in page
    record = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert record
    content = json.loads(record[1])
    assert (content["@type"], content["description"]) == ("Dataset", "What </script> is.")
    assert content["isAccessibleForFree"] is True
    assert content["distribution"][0]["contentUrl"] == "https://figures.example.org/x/parquet/a.parquet"
    front = (target / "site" / "index.html").read_text()
    assert '"name":"Bilateral: ideas"' in front
    assert '"contentUrl":"https://figures.example.org/x/warehouse.duckdb"' in front
    assert '"name":"Bilateral: ideas","description"' not in page
    sitemap = ElementTree.fromstring((target / "sitemap.xml").read_text())  # noqa: S314 - our own
    assert [place[0].text for place in sitemap] == [
        "https://figures.example.org/x/site/index.html",
        "https://figures.example.org/x/site/metrics/a.html",
    ]
    assert 'href="https://figures.example.org/x/site/index.html"' in (target / "404.html").read_text()
    assert (target / "robots.txt").read_text().endswith("Sitemap: https://figures.example.org/x/sitemap.xml\n")
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring((target / "feed.xml").read_text())  # noqa: S314 - our own
    assert [entry.findtext("a:content", "", atom) for entry in feed.findall("a:entry", atom)] == [
        "Compared with one.",
        "First.",
    ]


@pytest.mark.parametrize(
    "base", ["figures.example.org", "https:///a", "https://a/#b", "https://a/?b", 'https://a/"onload="', "javascript:x"]
)
def test_an_invalid_base_address_is_refused(release: Release, tmp_path: Path, base: str) -> None:
    with pytest.raises(BilateralError, match="is not the address of a folder"):
        site_copy.copy_site(release, tmp_path / "public", base)
