"""Fields of technology: what the two economies invent, and what each specialises in."""

from dataclasses import replace

from orchestration.site.chapter import Chapter, Figure, figure_columns

SPECIALISATION = Figure(
    title="{area} invents more or less than the world does, by field of technology, newest year",
    concept="technology specialisation",
    kind="bars",
    note="Revealed technology advantage: 1 where a field weighs as much as in the world. It says nothing about how much is invented.",
    sql=f"""
select
    item.name || ' (' || special.source || ')' as series,
{figure_columns("special")}
from technology_specialisation as special
join dim_service_item as item on special.item = item.item
where special.area = $area
qualify special.year = max(special.year) over (partition by special.source)
order by special.value desc nulls last, series
""",
)

CHAPTER = Chapter(
    title="Fields of technology",
    lead="Inventions of the two economies as patent families, each counted once and by the residence of its inventors, and the fields "
    "in which either invents more than the world does.",
    events=("_T",),
    bilateral=False,
    parts=(
        Figure(
            title="Inventors in {area} and in {counterpart} received their first patent on so many inventions",
            concept="patent families by residence of the inventors",
            note="Patent families by year of the first grant, not applications and not patents of one office.",
            sql=f"""
select
    area.name
    || case when families.area = 'CHN' and families.source = 'ncses' then ' with Hong Kong' else '' end
    || ' (' || families.source || ')' as series,
{figure_columns("families")}
from patent_families as families
join dim_area as area on families.area = area.area
where families.item = '_T' and families.area in ($area, $counterpart)
order by series, families.year
""",
        ),
        replace(SPECIALISATION, directed=True),
    ),
)
