{# Newest: the newest figure of each area with the world; of several sources, that of the source with the most years #}
select figures.area, {{ figure_cell("figures") }} as figure
from (
    select *, count(*) over (partition by area, source) as years
    from {{ table }}_all
    where counterpart_area = 'W00' and value is not null
) as figures
qualify row_number() over (partition by figures.area order by figures.year desc, figures.years desc, figures.source) = 1
