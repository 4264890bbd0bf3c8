"""Writing the pages of a release into its folder, or one page beside it. What stands on them is decided elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.core.progress import say
from orchestration.releases.release_store import Release, open_read_only
from orchestration.site.chapters import load_chapters
from orchestration.site.front_page import front_page
from orchestration.site.pair_page import PairPage, pair_page
from orchestration.site.pairs import MOST_PAGES, Pair, find_pair, pairs_with_figures
from orchestration.site.release_context import read_house
from orchestration.site.rendering import CHARTS, charts_script

SITE, INDEX, PAIRS = "site", "index.html", "pairs"


def write_site(folder: Path, release_id: str, published_at: str) -> None:
    """Write ``site/`` into a release folder that has its database, receipt, lineage and diff.

    A page for every pair of countries with at least one figure between the two; where these are more than
    ``MOST_PAGES``, for those with the most figures.

    Raises:
        ReleaseError: a chapter's query does not answer as it must.
    """
    site, chapters = folder / SITE, load_chapters()
    with open_read_only(folder / "warehouse.duckdb") as connection:
        house = read_house(folder, release_id, published_at, connection)
        pairs = pairs_with_figures(connection)
        paged = pairs[:MOST_PAGES]
        for pair in paged:
            _write(site / PAIRS, pair, pair_page(connection, house, pair, chapters, "../.."))
        write_text(site / INDEX, front_page(connection, house, paged, len(pairs) - len(paged)))
    write_text(site / CHARTS, charts_script())
    say(f"site     {len(paged)} pairs of economies" + (f" of {len(pairs)}" if len(pairs) > len(paged) else ""))


def pages_of(release: Release) -> Path:
    """Where the front page of a release stands."""
    return release.folder / SITE / INDEX


def require_pages(release: Release) -> Path:
    """The front page of a release.

    Raises:
        ReleaseError: the release was published without pages.
    """
    page = pages_of(release)
    if not page.exists():
        raise ReleaseError(
            f"a release carries its pages; {release.id} was published without",
            payload=release.id,
            remedy="publish anew: bilateral refresh --rebuild",
        )
    return page


def write_pair(release: Release, one: str, other: str, to: Path) -> Path:
    """Write the page of any two countries and its CSV into the folder ``to``; return the page.

    It links to the release's own files by their place relative to ``to``.

    Raises:
        ReleaseError: these are not two countries.
    """
    with open_read_only(release.database) as connection:
        house = read_house(release.folder, release.id, release.published_at, connection)
        pair = find_pair(connection, one, other)
        root = Path(os.path.relpath(release.folder, to.resolve())).as_posix()
        return _write(to, pair, pair_page(connection, house, pair, load_chapters(), root))


def _write(folder: Path, pair: Pair, page: PairPage) -> Path:
    write_text(folder / f"{pair.stem}.csv", page.csv)
    write_text(folder / f"{pair.stem}.html", page.html)
    return folder / f"{pair.stem}.html"
