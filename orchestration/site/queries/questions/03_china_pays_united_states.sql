---
question: How much does China pay the United States?
concept: charges between two economies
answer: China paid the United States {figure} in {year}, against {before} in {year_before} in the same edition.
page: pairs/CHN-USA.html
link: The pair
if_old: the live feed of the US Bureau of Economic Analysis would bring a newer report
---
with reports as (  -- of the newest edition alone: others were revised in between
    select *
    from bilateral_ip_charges_all
    where area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and basis = 'reported' and value is not null
    qualify vintage = arg_max(vintage, (year, vintage)) over ()
)

select
    arg_max({{ figure_cell("reports") }}, (year, vintage)) as figure,
    max(year) as year,
    arg_min({{ figure_cell("reports") }}, (year, source)) as before,
    min(year) as year_before
from reports
having count(*) > 1
