"""The pages in Firefox: drawn without a message or a foreign request, and the query page answers."""

import json
from pathlib import Path
from urllib.parse import urljoin

import pytest

from orchestration.releases.release_store import Release
from orchestration.site.pages.query import worked_questions
from tests.browser.firefox import Firefox
from tests.browser.test_query import ENDED
from tests.integration.conftest import PublishedCopy

pytestmark = pytest.mark.campaign

DRAWN_OR_STATED = (
    "!chart.checkVisibility() || chart.querySelector('svg.marks')"
    " || chart.textContent === 'No figure of normal reliability; the table has all.'"
)


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
            firefox.wait_for(f"[...document.querySelectorAll('[data-table]')].every(chart => {DRAWN_OR_STATED})")
        assert charts or page.parent.name != "pairs"
        assert firefox.noticed == [], page.name
        assert [url for url in firefox.requested if not url.startswith(("file:", "data:", "blob:"))] == [], page.name
    assert firefox.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_query_page_answers_a_worked_question_from_its_own_origin(
    firefox: Firefox, served: str, published_copy: PublishedCopy
) -> None:
    firefox.open(f"{served}site/query.html")
    firefox.wait_for("document.documentElement.dataset.ready === 'yes'")
    question = worked_questions(published_copy.root)[2]
    firefox.evaluate(f"document.querySelector('#sql').value = {json.dumps(question.sql)}")
    firefox.evaluate("document.querySelector('#run').click()")
    firefox.wait_for(f"Boolean(document.querySelector('{ENDED}'))")
    assert firefox.evaluate("document.querySelector('#failure').textContent") == ""
    assert firefox.evaluate("document.querySelectorAll('#rows tbody tr').length") == 12
    assert firefox.noticed == []
    own = (served, f"blob:{urljoin(served, '/')}", "data:")
    assert [address for address in firefox.requested if not address.startswith(own)] == []
