with
    reports as (
        select
            reports.*,
            -- a bound that an earlier figure lies within counts as older than everything
            case when matched.vintage is null then reports.vintage end as counted_vintage
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
    obs_status,
    coalesce(counted_vintage = max(counted_vintage) over (partition by source, resource, year), false) as is_latest,
    resource,
    payload_sha256,
    payload_pointer,
    published_value,
    correction_id
from reports
