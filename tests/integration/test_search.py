"""The index of the search of a published release: every address is a page of the release and a place on it."""

import json
from typing import Any

import pytest

from orchestration.reading.release import Release


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
    rows = (site / "pairs/index.html").read_text(encoding="utf-8") + (site / "data/pairs.js").read_text(
        encoding="utf-8"
    )
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
