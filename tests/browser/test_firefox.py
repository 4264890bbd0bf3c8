"""The pages in Firefox: drawn without a message, accessible in the dark, and the query page answers as DuckDB does in Python."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urljoin

import pytest

from orchestration.releases.release_store import Release
from orchestration.site.worked_questions import worked_questions
from tests.browser.conftest import DESKTOP, ECONOMY, FRONT, PHONE, violations_in_firefox
from tests.browser.firefox import Firefox
from tests.browser.worked_answers import ENDED, ROWS, differences, rows_in_python
from tests.integration.conftest import PublishedCopy

pytestmark = pytest.mark.campaign


def kinds(site: Path) -> list[Path]:
    """The front page, the page of a pair, and the first page of every other folder of pages."""
    first = [min(folder.glob("*.html")) for folder in sorted(site.iterdir()) if any(folder.glob("*.html"))]
    return [site / "index.html", site / "pairs" / "CHN-USA.html", *first]


def test_every_kind_of_page_is_drawn_without_a_message_or_a_request(firefox: Firefox, release: Release) -> None:
    site = release.folder / "site"
    for page in kinds(site):
        firefox.open(page.as_uri())
        charts = firefox.evaluate("document.querySelectorAll('[data-table]').length")
        if charts:
            firefox.wait_for("document.documentElement.dataset.drawn === 'all'")
            firefox.wait_for(f"document.querySelectorAll('[data-table] svg.marks').length === {charts}")
        assert charts or page.parent.name != "pairs"
        assert firefox.noticed == [], page.name
        assert [one for one in firefox.requested if not one.startswith(("file:", "data:", "blob:"))] == [], page.name
    assert firefox.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", [FRONT, ECONOMY, "metrics/ip_receipts.html", "pairs/index.html"])
def test_dark_pages_are_accessible_and_fit_the_screen(
    dark_firefox: Firefox, release: Release, name: str, size: tuple[int, int]
) -> None:
    dark_firefox.resize(*size)
    dark_firefox.open((release.folder / "site" / name).as_uri())
    if dark_firefox.evaluate("document.querySelectorAll('[data-table]').length"):
        dark_firefox.wait_for("document.documentElement.dataset.drawn === 'all'")
    assert dark_firefox.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert dark_firefox.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations_in_firefox(dark_firefox) == []
    assert dark_firefox.noticed == []


def test_the_query_page_answers_worked_questions_as_duckdb_does_in_python(
    firefox: Firefox, served: str, release: Release, published_copy: PublishedCopy
) -> None:
    firefox.open(f"{served}site/query.html")
    firefox.wait_for("document.documentElement.dataset.ready === 'yes'")
    firefox.tab_to("#sql")
    for question in worked_questions(published_copy.root):
        firefox.evaluate(f"document.querySelector('#sql').value = {json.dumps(question.sql)}")
        firefox.press("Enter", held="Control")
        firefox.wait_for(f"Boolean(document.querySelector('{ENDED}'))")
        assert firefox.evaluate("document.querySelector('#failure').textContent") == "", question.name
        found = firefox.evaluate(ROWS)
        assert differences(question.name, found, rows_in_python(release, question.sql)) == [], question.name
    assert firefox.evaluate("document.querySelectorAll('#chart svg').length") == 1
    assert firefox.noticed == []
    own = (served, f"blob:{urljoin(served, '/')}", "data:")
    foreign = [address for address in firefox.requested if not address.startswith(own)]
    assert foreign == [], "nothing but its own origin is asked"
