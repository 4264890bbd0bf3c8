"""Page that compares any two economies by their figures with the world."""

from __future__ import annotations

from collections.abc import Iterable

from orchestration.core.text import one_line
from orchestration.releases.figure_lookup import WORLD
from orchestration.site.pairs import ABOUT_FIGURES, Pair
from orchestration.site.rendering import render
from orchestration.site.site import Site

NAME = "pairs/compare.html"


def write(site: Site) -> str:
    """Write the page that compares two economies."""
    metrics = [
        metric
        for (metric,) in site.connection.execute(_WITH_WORLD).fetchall()
        if metric not in ABOUT_FIGURES and metric in site.context.described
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


_WITH_WORLD = f"""
select metric_id
from metric_vintages
where is_latest and value is not null and counterpart_area = '{WORLD}'
group by metric_id
order by metric_id
"""
