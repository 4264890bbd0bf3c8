-- Concept: growth of receipts
with
steps as (
    select later.source, later.year
    from ip_receipts as later
    join ip_receipts as before on later.source = before.source and later.year = before.year + 1
    where
        later.area = $area and before.area = $area and later.counterpart_area = 'W00' and before.counterpart_area = 'W00'
        and later.obs_status <> 'B'
        and greatest(later.value, before.value) > {{ large_step.least_size }}
        and greatest(later.value, before.value) > {{ large_step.factor }} * least(later.value, before.value)
)
select
    growth.year,
    growth.base_year,
    growth.value,
    (select kind <> 'country' from dim_area where area = $area) as is_sum,
    (
        select max(steps.year)
        from steps
        where steps.source = growth.source and steps.year > growth.base_year and steps.year <= growth.year
    ) as step
from ip_receipts_growth as growth
where
    growth.area = $area
    and growth.counterpart_area = 'W00'
    and growth.measure = 'multiple'
    and growth.base_year = growth.year - 10
    and growth.obs_status <> 'U'
order by growth.year desc, growth.source
limit 1
