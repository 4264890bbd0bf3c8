"""How the two fit each other in services."""

from orchestration.site.chapter import Chapter, Figure

CHAPTER = Chapter(
    title="Complementarity in services",
    lead="Whether the two sell each other the same kinds of services or different ones, and whether one sells to the world "
    "what the other buys from it.",
    tables=("services_complementarity",),
    parts=(
        Figure(
            title="Grubel-Lloyd index of all main items",
            events=("S",),
            note="1 is all two-way trade, 0 all one-way, as the economy named first reports it.",
            sql="""
select
    teller.name || ' (' || fit.source || ')' as series,
    fit.year,
    fit.value,
    fit.unit,
    fit.obs_status,
    fit.source,
    fit.vintage
from services_complementarity as fit
join dim_area as teller on fit.area = teller.area
where
    fit.measure = 'grubel_lloyd'
    and fit.item = '_T'
    and (fit.area, fit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, fit.year
""",
        ),
        Figure(
            title="Grubel-Lloyd index by kind of service, newest year",
            kind="bars",
            sql="""
select
    item.name || ', ' || teller.name || ' (' || fit.source || ')' as series,
    fit.year,
    fit.value,
    fit.unit,
    fit.obs_status,
    fit.source,
    fit.vintage
from services_complementarity as fit
join dim_service_item as item on fit.item = item.item
join dim_area as teller on fit.area = teller.area
where
    item.parent_item = 'S'
    and fit.measure = 'grubel_lloyd'
    and (fit.area, fit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
qualify fit.year = max(fit.year) over (partition by fit.area, fit.source)
order by fit.value desc nulls last, series
""",
        ),
        Figure(
            title="Trade complementarity",
            events=("S",),
            note="100 where one sells to the world exactly what the other buys from it.",
            sql="""
select
    seller.name || ' to ' || buyer.name || ' (' || fit.source || ')' as series,
    fit.year,
    fit.value,
    fit.unit,
    fit.obs_status,
    fit.source,
    fit.vintage
from services_complementarity as fit
join dim_area as seller on fit.area = seller.area
join dim_area as buyer on fit.counterpart_area = buyer.area
where
    fit.measure = 'trade_complementarity'
    and (fit.area, fit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, fit.year
""",
        ),
    ),
)
