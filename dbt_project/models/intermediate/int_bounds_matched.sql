with reports as (select * from {{ ref("int_bilateral_services_unioned") }})

select distinct
    bound.source, bound.resource, bound.reporter, bound.partner, bound.flow, bound.item, bound.year, bound.vintage
from reports as bound
inner join
    reports as figure
    on bound.source = figure.source
    and bound.resource = figure.resource
    and bound.reporter = figure.reporter
    and bound.partner = figure.partner
    and bound.flow = figure.flow
    and bound.item = figure.item
    and bound.year = figure.year
    and bound.vintage > figure.vintage
    and figure.value between coalesce(bound.value_lower, figure.value) and coalesce(bound.value_upper, figure.value)
where
    bound.obs_status = 'L' and bound.value is null and (bound.value_lower is not null or bound.value_upper is not null)
