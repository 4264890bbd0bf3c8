"""Page that compares any two economies by their figures with the world."""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.core.text import one_line
from orchestration.site.pairs import Pair
from orchestration.site.query_files import sql_of
from orchestration.site.rendering import render
from orchestration.site.site import Site

NAME = "pairs/compare.html"


def write(site: Site) -> str:
    """Write the page that compares two economies."""
    metrics = [
        metric
        for (metric,) in site.connection.execute(sql_of("pages/compared.sql")).fetchall()
        if metric in site.context.described
    ]
    known = {
        "economies": [[economy.area, one_line(economy.name)] for economy in site.economies],
        "pages": _partners(site.pairs),
        "metrics": metrics,
    }
    site.write(NAME, render("compare.html", root="../..", context=site.context, known=known))
    return ""


def _partners(pairs: Iterable[Pair]) -> dict[str, str]:
    """Codes of the counterparts, joined by blanks, by the code of the first economy of each pair."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair.area.area, []).append(pair.counterpart.area)
    return {area: " ".join(sorted(found[area])) for area in sorted(found)}
