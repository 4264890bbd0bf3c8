"""The notebook runs from a published release alone, and every number in it is the release's."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from tests.integration.conftest import REPOSITORY, PublishedCopy

NOTEBOOK = REPOSITORY / "docs" / "notebooks" / "first_pair.py"


def test_the_notebook_runs_from_a_release_alone(published_copy: PublishedCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(published_copy.data))
    app = runpy.run_path(str(NOTEBOOK))["app"]
    outputs, names = app.run()
    names["warehouse"].close()  # it holds the file as no other connection of this process does
    assert sum(output is not None for output in outputs) == 7
    with duckdb.connect(
        str(published_copy.data / "releases" / "current" / "warehouse.duckdb"), read_only=True
    ) as release:
        (known,) = release.execute(
            "select value / 1e9 from ip_receipts where area = 'CHN' and source = 'world_bank' and year = 2020"
        ).fetchall()
    charges = names["charges"]
    shown = charges[
        (charges["economy"] == "China") & (charges["year"] == 2020) & (charges["metric_id"] == "ip_receipts")
    ]
    assert shown["billion_usd"].tolist() == [known[0]]
    assert len(names["between"]) > 20
    assert names["known"]["vintage"].nunique() > 2
    assert names["joint"]["patents"].gt(0).all()
    assert len(names["events"]) > 5
    assert "CGTN" in " ".join(names["audit"]["claim_id"]).upper()
    assert all(name in outputs[-1].text for name in ("ip_receipts", "bilateral_ip_charges", "co_inventions"))


class Loaded(HTMLParser):
    """Elements that a page draws or loads."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.drawn.append(tag)
        if tag in ("script", "link", "iframe", "img"):
            self.loaded.append(f"{tag} {attrs}")


def test_the_notebook_as_a_page_opens_without_a_network(published_copy: PublishedCopy, tmp_path: Path) -> None:
    target = tmp_path / "first_pair.html"
    subprocess.run(
        [sys.executable, NOTEBOOK.with_name("page.py"), target],
        env=os.environ | {"BILATERAL_DATA": str(published_copy.data)},
        check=True,
        capture_output=True,
    )
    page = Loaded()
    page.feed(target.read_text(encoding="utf-8"))
    assert page.loaded == []
    assert page.drawn.count("svg") == 3
    assert page.drawn.count("table") == 3
    assert not any(tag.startswith("marimo-") for tag in page.drawn)
