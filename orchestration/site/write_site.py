"""The pages of a release, written into its folder."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration.core.bounded_database import bounded_database
from orchestration.core.errors import ReleaseError
from orchestration.core.progress import log
from orchestration.reading.release import Release
from orchestration.site.pages import (
    asymmetries,
    changes,
    economy_pages,
    front,
    methods,
    metric_pages,
    pair_pages,
    query,
    search,
    sources,
)
from orchestration.site.pairs import economies_with_figures, pairs_with_figures
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import shared_files
from orchestration.site.site import Site

SITE, INDEX = "site", "index.html"

PAGES = (front, pair_pages, economy_pages, metric_pages, asymmetries, query, methods, sources, changes, search)
"""The kinds of pages; the search is last, since its index has the pages that are written."""

WRITERS = 4
"""Threads that write files, which mostly wait for the disk."""


def write_site(folder: Path, release_id: str, published_at: str) -> None:
    """Write ``site/`` into a release folder that has its database, receipt, lineage and diff.

    Raises:
        ReleaseError: a chapter's query does not return the rows of a figure.
    """
    with bounded_database(folder / "warehouse.duckdb", folder) as connection, ThreadPoolExecutor(WRITERS) as pool:
        context = ReleaseContext.read(folder, release_id, published_at, connection)
        economies, pairs = economies_with_figures(connection), pairs_with_figures(connection)
        site = Site(folder / SITE, connection, context, economies, pairs, pool)
        written = [page.write(site) for page in PAGES]
        for name, content in shared_files().items():
            site.write(name, content)
        site.finish()
    log.info(f"site     {', '.join(filter(None, written))}")


def require_pages(release: Release) -> Path:
    """Return the front page of a release.

    Raises:
        ReleaseError: the release was published without pages.
    """
    page = release.folder / SITE / INDEX
    if not page.exists():
        raise ReleaseError(
            f"release {release.id} has no pages",
            payload=release.id,
            remedy="publish a release with pages: bilateral refresh --rebuild",
        )
    return page
