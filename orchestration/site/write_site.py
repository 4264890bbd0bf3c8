"""Write the pages of a release into its folder, or the page of one pair into another."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.core.progress import say
from orchestration.releases.bounded_query import query_session
from orchestration.releases.release_store import Release
from orchestration.site.chapters import load_chapters
from orchestration.site.front_page import front_page
from orchestration.site.leads import load_leads
from orchestration.site.pair_page import PairPage, pair_page
from orchestration.site.pairs import MOST_PAGES, Pair, find_pair, pairs_with_figures
from orchestration.site.release_context import read_context
from orchestration.site.rendering import CHARTS, charts_script

SITE, INDEX, PAIRS = "site", "index.html", "pairs"


def write_site(folder: Path, release_id: str, published_at: str) -> None:
    """Write ``site/`` into a release folder that has its database, receipt, lineage and diff.

    Every pair of countries with at least one figure between the two that is no balanced estimate has a page; of more than
    ``MOST_PAGES`` pairs, those with the most figures.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    site, chapters, leads = folder / SITE, load_chapters(), load_leads().values()
    with query_session(folder / "warehouse.duckdb") as connection:
        context = read_context(folder, release_id, published_at, connection)
        pairs = pairs_with_figures(connection)
        paged = [pair for pair in pairs if pair.is_reported][:MOST_PAGES]
        for pair in paged:
            _write(site / PAIRS, pair, pair_page(connection, context, pair, chapters, "../..", leads))
        write_text(site / INDEX, front_page(connection, context, paged, len(pairs) - len(paged)))
    write_text(site / CHARTS, charts_script())
    say(f"site     {len(paged)} pairs of economies" + (f" of {len(pairs)}" if len(pairs) > len(paged) else ""))


def pages_of(release: Release) -> Path:
    """The path of the front page of a release, whether it exists or not."""
    return release.folder / SITE / INDEX


def require_pages(release: Release) -> Path:
    """The front page of a release.

    Raises:
        ReleaseError: the release was published without pages.
    """
    page = pages_of(release)
    if not page.exists():
        raise ReleaseError(
            f"release {release.id} has no pages",
            payload=release.id,
            remedy="publish a release with pages: bilateral refresh --rebuild",
        )
    return page


def write_pair(release: Release, one: str, other: str, to: Path) -> Path:
    """Write the page of any two countries and its CSV into the folder ``to``; return the page.

    Links to the release's files are relative to ``to``.

    Raises:
        ReleaseError: the codes are not those of two countries.
    """
    with query_session(release.database) as connection:
        context = read_context(release.folder, release.id, release.published_at, connection)
        pair = find_pair(connection, one, other)
        root = Path(os.path.relpath(release.folder, to.resolve())).as_posix()
        page = pair_page(connection, context, pair, load_chapters(), root, load_leads().values())
        return _write(to, pair, page)


def _write(folder: Path, pair: Pair, page: PairPage) -> Path:
    write_text(folder / f"{pair.stem}.csv", page.csv)
    write_text(folder / f"{pair.stem}.html", page.html)
    return folder / f"{pair.stem}.html"
