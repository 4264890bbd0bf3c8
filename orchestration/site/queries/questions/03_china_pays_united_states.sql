-- Question: How much does China pay the United States?
-- Concept: charges between two economies
-- Answer: China paid the United States {figure} in {year}, against {before} in {year_before}.
-- Link: pairs/CHN-USA.html, The pair
-- If old: the live feed of the US Bureau of Economic Analysis would bring a newer report
with reports as (
    select *
    from bilateral_ip_charges_all
    where area = 'USA' and counterpart_area = 'CHN' and item = 'SH' and basis = 'reported' and value is not null
)

select
    arg_max({{ figure_cell("reports") }}, (year, vintage)) as figure,
    max(year) as year,
    arg_min({{ figure_cell("reports") }}, (year, source)) as before,
    min(year) as year_before
from reports
having count(*) > 1
