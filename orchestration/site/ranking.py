"""Ranks of economies by a figure with the world, in the newest year that is well covered."""

from __future__ import annotations

WELL_COVERED = 0.5
"""Part of the countries of its best year that a year of a series needs for a ranking: the newest such year is ranked."""


def ranked(table: str) -> str:
    """An SQL query for the figures of a metric with the world, with ``place`` and the number of ``economies`` that are ranked.

    They are of one source and one year: the source with the most countries in its newest well covered year. Only countries are ranked,
    never aggregates, and an economy without a figure in that year has no place. Equal figures share a place.
    """
    figures = f"""
        select figure.*
        from {table} as figure
        join dim_area as country on figure.area = country.area
        where country.kind = 'country' and figure.counterpart_area = 'W00' and figure.value is not null"""
    return f"""
select held.*, rank() over (order by held.value desc) as place, count(*) over () as economies
from ({figures}
) as held
where (held.source, held.year) = (
    select (source, year)
    from (
        select *
        from (select source, year, count(*) as economies from ({figures}) as counted group by source, year) as years
        qualify economies >= {WELL_COVERED} * max(economies) over (partition by source)
    ) as covered
    qualify year = max(year) over (partition by source)
    order by economies desc, year desc, source
    limit 1
)"""
