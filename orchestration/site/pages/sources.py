"""The page of sources, the citation of the release as BibTeX and RIS, and the page for addresses that have none."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from orchestration.core.text import age
from orchestration.reading.read_only import dicts
from orchestration.site.formatting import month
from orchestration.site.query_files import sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import listing_page, render
from orchestration.site.sections import Link, Listed, Table
from orchestration.site.site import Site

PAGE = "sources.html"
TITLE = "Bilateral: what economies pay each other for ideas, release {release}"
BIBTEX = (
    "@misc{{bilateral_{id},\n  title = {{{title}}},\n  author = {{{{Bilateral}}}},\n"
    "  year = {{{year}}},\n  version = {{{release}}}\n}}\n"
)
RIS = "TY  - DATA\nTI  - {title}\nAU  - Bilateral\nPY  - {year}\nET  - {release}\nER  - \n"
CITATIONS = {"bilateral.bib": BIBTEX, "bilateral.ris": RIS}
_HEADS = ("Publisher", "Edition here", "Its age", "Newer edition", "Newest year", "Figures", "Selection", "Licence")
_NOTE = "The newest edition of each source at the release. A date that its publisher does not state says what it is."
_AFTER = Markup(
    'Cite this release: <a href="bilateral.bib" download>BibTeX</a>, <a href="bilateral.ris" download>RIS</a>. '
    'Cite a publisher in the words under its name. <a href="methods.html#report">How to report an error</a>.'
)


def write(site: Site) -> None:
    """Write the page, the two citations, and ``404.html``."""
    context = site.context
    rows = [
        _row(row, context)
        for row in dicts(site.connection.execute(sql_of("pages/sources.sql")))
        if row["source"] in context.sources
    ]
    lead = f"{len(rows)} sources of this release, with the edition that it has, what is missing from it, and its terms."
    listing = Listed("sources", "", _NOTE, "", Table(_HEADS, tuple(rows)))
    site.write(PAGE, listing_page(context, "Sources", lead, [listing], "..", [_AFTER]))
    words = {"release": context.release, "year": context.published_at[:4], "id": context.release.replace("-", "_")}
    for name, citation in CITATIONS.items():
        site.write(name, citation.format(title=TITLE.format(**words), **words))
    site.write("404.html", render("404.html", root="..", context=context))


def _row(row: Mapping[str, Any], context: ReleaseContext) -> tuple[Any, ...]:
    published, source = date.fromisoformat(context.published_at[:10]), context.sources[row["source"]]
    newer = f"{'was due' if row['due'] <= published else 'due'} in {month(row['due'])}"
    if row["revised_since"] and row["revised_since"] > row["vintage"]:
        newer = f"figures revised since, in {month(row['revised_since'])}"
    name = Link(source.publisher, context.homepage(source.source), is_outside=True, more=source.citation)
    edition, since = context.vintage(source.source, row["vintage"]), age(row["vintage"], published)
    part = source.selections or "all that the pages use"
    return (name, edition, since, newer, row["newest_year"], row["figures"], part, source.licence)
