"""Page that compares any two economies by their figures with the world."""

from __future__ import annotations

from orchestration.core.text import one_line
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
        "metrics": metrics,
    }
    site.write(NAME, render("compare.html", root="../..", context=site.context, known=known))
    return ""
