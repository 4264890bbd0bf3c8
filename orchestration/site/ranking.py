"""Ranks of economies by a figure with the world, in a year that nearly all of them have."""

from __future__ import annotations

NEARLY_ALL = 0.9
"""Part of the economies of the fullest year that a year needs to be ranked: the newest such year is."""


def ranked(table: str) -> str:
    """An SQL query for the figures of a metric with the world, with ``place`` and the number of ``economies`` that are ranked.

    Of one source and one year: the newest year that nearly all economies have. Countries only; aggregates are never ranked, and an
    economy without a figure in that year has no place. Equal figures share a place.
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
    from (select source, year, count(*) as economies from ({figures}) as counted group by source, year) as years
    qualify economies >= {NEARLY_ALL} * max(economies) over ()
    order by year desc, economies desc, source
    limit 1
)"""
