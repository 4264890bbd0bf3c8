"""The documentation site, built as `make docs` builds it and opened from disk: it searches, and sends no request."""

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from orchestration.core.settings import program
from tests.integration.conftest import REPOSITORY

FOUND = {
    "Salton": "Intensity of co-invention",
    "upgrade": "Upgrade",
    "as of date": "As of an earlier day",
    "open in excel": "Open in Excel",
}
"""Words of a reader, and the words of a page or section that the search finds."""


@pytest.mark.campaign
def test_the_documentation_searches_offline(browser: Browser, tmp_path: Path) -> None:
    subprocess.run(
        [program("mkdocs"), "build", "--quiet", "--strict", "--site-dir", tmp_path / "site"],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        check=True,
    )
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto((tmp_path / "site" / "index.html").as_uri())
    expect(page.get_by_role("img", name="The pipeline")).to_be_visible()
    results = page.locator(".md-search-result__link")
    for words, expected in FOUND.items():
        box = page.get_by_role("textbox", name="Search")
        box.clear()
        box.press_sequentially(words)
        wanted = results.filter(has_text=expected).first
        expect(wanted).to_be_attached(timeout=60_000)
    assert [url for url in requested if not url.startswith(("file:", "data:"))] == []
    context.close()
