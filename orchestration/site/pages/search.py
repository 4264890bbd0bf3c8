"""The search index: entries, their names, and the page that each opens."""

import csv
import io
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from duckdb import DuckDBPyConnection

from orchestration.core.settings import Settings
from orchestration.site.chapter import tables_read
from orchestration.site.formatting import as_script, metric_title
from orchestration.site.pages.changes import PAGE as CHANGES
from orchestration.site.pages.changes import TITLE as CHANGED
from orchestration.site.pages.methods import PAGE as METHODS
from orchestration.site.pages.methods import glossary_terms, place_of
from orchestration.site.pairs import stem_of
from orchestration.site.query_files import blocks_of
from orchestration.site.rendering import NAVIGATION
from orchestration.site.site import Site

INDEX = "search-index.js"

BOTH = "metrics/ip_receipts.html"
"""The page that draws the lines of two economies without a page of their own."""

QUERIES = ("Queries of charts and tables", "queries.html")
"""The words by which the search finds the page of queries, and the page."""

ALIASES = "search_aliases.csv"
"""Other names, one a row, under the kind and the key of what they name; codes of ISO 3166 need no row."""


class Entry(NamedTuple):
    """Something that can be found.

    Args:
        kind: economy, area, metric, item, term, event, claim or page.
        address: path within ``site/``, with its place; empty for an economy that is found in pairs only.
        names: other names, which are searched and not shown.
    """

    kind: str
    key: str
    title: str
    address: str
    names: tuple[str, ...] = ()


def write(site: Site) -> None:
    """Write the index of the pages that are written."""
    site.finish()  # only pages on disk are in the index
    folder, context, other_names = site.folder, site.context, aliases()
    entries = [
        *entries_of(folder, site.connection, {*context.tables, "dim_area", "dim_service_item"}),
        *(
            Entry("term", place, term, f"{METHODS}#{place}", other_names.get(("term", place), ()))
            for term in glossary_terms(Settings.from_environment().root)
            for place in [place_of(term)]
        ),
        *(Entry("page", path, words, path) for words, path in (*NAVIGATION, (CHANGED, CHANGES), QUERIES)),
    ]
    stems: dict[str, str] = {}
    for pair in site.pairs:  # most figures first: of several pairs under the codes that are searched, the first counts
        stems.setdefault(stem_of(pair.area.page, pair.counterpart.page), pair.stem if pair.has_page else "")
    both = BOTH if (folder / BOTH).is_file() else ""
    content = as_script({"entries": entries, "pairs": dict(sorted(stems.items())), "both": both})
    site.write(INDEX, f"globalThis.bilateral = Object.assign(globalThis.bilateral || {{}}, {{index: {content}}});\n")


def aliases() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the other names by kind and key."""
    text = (files("orchestration.site") / ALIASES).read_text(encoding="utf-8")
    names: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        names[row["kind"], row["key"]] = (*names.get((row["kind"], row["key"]), ()), row["alias"])
    return names


def entries_of(folder: Path, connection: DuckDBPyConnection, tables: Iterable[str]) -> Iterator[Entry]:
    """Yield what queries of the release find, and every metric with a page; ``folder`` has the pages.

    An entry opens the first of its pages that was written. Without one, only an economy is found, as one of two.
    """
    other_names, has = aliases(), frozenset(tables)
    for kind, ((_, sql),) in blocks_of("search").items():
        for key, title, addresses, names in (
            connection.execute(sql).fetchall() if has.issuperset(tables_read(sql)) else ()
        ):
            written = (address for address in addresses if (folder / address.partition("#")[0]).is_file())
            address = next(written, "")
            if address or kind == "economy":
                yield Entry(kind, key, title, address, (*filter(None, names), *other_names.get((kind, key), ())))
    for metric in sorted(path.stem for path in (folder / "metrics").glob("*.html") if path.stem != "index"):
        names = other_names.get(("metric", metric), ())
        yield Entry("metric", metric, metric_title(metric), f"metrics/{metric}.html", names)
