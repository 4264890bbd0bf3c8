-- Newest: the figure of an economy with the world; of several sources, that of the source with the most years
select {{ figure_cell("newest") }} as figure
from (
    select figures.*, count(*) over (partition by source) as years
    from {{ table }} as figures
    where area = $area and counterpart_area = 'W00' and value is not null
) as newest
order by newest.year desc, newest.years desc, newest.source
limit 1
