"""Ranks of economies by a figure with the world, in the newest complete year."""

from __future__ import annotations

COVERAGE = "fct_series_coverage"
"""Table of the release that says which years of a series are complete; every rank reads it."""


def ranked(metric: str) -> str:
    """Return a query for the countries' figures of a metric with the world, with ``place`` and the number of ``economies``.

    All are of one source and of its newest complete year; of several sources, the one with most economies. Equal figures share a place.
    """
    return f"""
select held.*, rank() over (order by held.value desc) as place, count(*) over () as economies
from {metric} as held
join dim_area as country on held.area = country.area and country.kind = 'country'
where
    held.counterpart_area = 'W00'
    and held.value is not null
    and (held.source, held.year) = (
        select (source, year)
        from {COVERAGE}
        where metric_id = '{metric}' and counterpart_area = 'W00' and is_latest_complete
        order by economies desc, year desc, source
        limit 1
    )"""
