with
    reports as (
        select
            reports.*,
            -- a bound that an earlier figure lies within counts as older than everything
            case when matched.vintage is null then reports.vintage end as counted_vintage,
            breaks.series is not null as is_break
        from {{ ref("int_bilateral_services_unioned") }} as reports
        left join
            {{ ref("int_bounds_matched") }} as matched
            on reports.source = matched.source
            and reports.resource = matched.resource
            and reports.reporter = matched.reporter
            and reports.partner = matched.partner
            and reports.flow = matched.flow
            and reports.item = matched.item
            and reports.year = matched.year
            and reports.vintage = matched.vintage
        left join
            {{ ref("series_breaks") }} as breaks
            on reports.source = breaks.source
            and 'bilateral_services_' || reports.flow = breaks.series
            and reports.reporter = breaks.area
            and reports.partner = breaks.counterpart_area
            and reports.item = breaks.item
            and reports.year = breaks.year
            and reports.vintage >= breaks.first_vintage
    )

select
    source,
    reporter,
    partner,
    flow,
    item,
    year,
    vintage,
    value,
    value_lower,
    value_upper,
    unit,
    case when obs_status = 'A' and is_break then 'B' else obs_status end as obs_status,
    coalesce(counted_vintage = max(counted_vintage) over (partition by source, resource, year), false) as is_latest,
    resource,
    payload_sha256,
    payload_pointer,
    published_value,
    correction_id
from reports
