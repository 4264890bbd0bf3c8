-- Estimates: newest balanced estimates of what two economies pay each other, both directions of one year, for every pair
with
flows as (
    select least(area, counterpart_area) as first, greatest(area, counterpart_area) as second, *
    from bilateral_ip_charges_all
    where item = 'SH' and basis = 'balanced' and value is not null
    qualify year = max(year) over (partition by least(area, counterpart_area), greatest(area, counterpart_area))
)
select
    first || '-' || second as stem,
    max({{ figure_cell("flows") }}) filter (where counterpart_area = first) as first_paid,
    max({{ figure_cell("flows") }}) filter (where counterpart_area = second) as second_paid
from flows
group by first, second
order by stem
