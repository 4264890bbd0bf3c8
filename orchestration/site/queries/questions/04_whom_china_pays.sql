-- Question: Whom does China pay?
-- Concept: charges between two economies
-- Answer: Mostly {first_area}, {second_area} and {third_area}: by balanced estimates, {figure}, {second} and {third}.
-- Link: economies/CHN.html, China
-- If old: no later edition of these estimates is in this release
with places as (
    select flow.*, rank() over (partition by flow.year order by flow.value desc) as place
    from bilateral_ip_charges as flow
    join dim_area as recipient on flow.area = recipient.area and recipient.kind = 'country'
    where flow.counterpart_area = 'CHN' and flow.item = 'SH' and flow.basis = 'balanced' and flow.value is not null
    qualify flow.year = max(flow.year) over ()
)

select
    max(area) filter (where place = 1) as first_area,
    max({{ figure_cell("places") }}) filter (where place = 1) as figure,
    max(area) filter (where place = 2) as second_area,
    max({{ figure_cell("places") }}) filter (where place = 2) as second,
    max(area) filter (where place = 3) as third_area,
    max({{ figure_cell("places") }}) filter (where place = 3) as third
from places

-- Line: Balanced estimates of what China paid the first two
select flow.area as series, flow.year, flow.value
from bilateral_ip_charges as flow
where
    flow.counterpart_area = 'CHN' and flow.item = 'SH' and flow.basis = 'balanced'
    and flow.area in (
        select newest.area
        from bilateral_ip_charges as newest
        join dim_area as recipient on newest.area = recipient.area and recipient.kind = 'country'
        where newest.counterpart_area = 'CHN' and newest.item = 'SH' and newest.basis = 'balanced'
        order by newest.year desc, newest.value desc
        limit 2
    )
order by series, flow.year
