"""Inventions made in an economy and owned in another, by partner."""

from orchestration.site.chapter import Chapter, Listing, figure_cell, measure_label

_OWNED = f"""
select
    owned.{{partner}} as partner,
    {figure_cell("owned")} as patents,
    {measure_label("owned")} as counted,
    owned.source
from cross_border_ownership as owned
join dim_area as partner on owned.{{partner}} = partner.area
where
    owned.{{own}} = $area
    and owned.item = '_T'
    and owned.unit = 'PATN'
    and partner.kind = 'country'
    and owned.value is not null
qualify
    owned.year = max(owned.year) over (partition by owned.{{partner}}, owned.measure, owned.authority, owned.clock, owned.source)
order by owned.value desc, partner.name, counted, owned.source
"""

CHAPTER = Chapter(
    title="Cross-border ownership",
    lead="Inventions made in one economy that belonged to owners in another when the patent was granted.",
    parts=(
        Listing(
            title="Owners in these economies held patents invented in {area}",
            concept="inventions owned abroad",
            partners=True,
            sql=_OWNED.format(partner="counterpart_area", own="area"),
        ),
        Listing(
            title="Owners in {area} held patents invented in these economies",
            concept="inventions owned abroad",
            partners=True,
            sql=_OWNED.format(partner="area", own="counterpart_area"),
        ),
    ),
)
