with
    named as (
        select
            *,
            case
                document
                when 'application'
                then
                    case
                        route
                        when 'direct'
                        then 'direct_applications'
                        when 'pct_national_phase'
                        then 'pct_national_phase_entries'
                        else 'applications'
                    end
                when 'grant'
                then
                    case
                        route
                        when 'direct'
                        then 'direct_grants'
                        when 'pct_national_phase'
                        then 'pct_national_phase_grants'
                        else 'grants'
                    end
                else 'foreign_oriented_families'
            end as name,
            case filed when 'resident' then '_resident' when 'abroad' then '_abroad' else '' end as where_filed,
            case counting when 'equivalent' then '_equivalent' else '' end as how_counted
        from {{ ref("int_patent_filings_unioned") }}
    )

select
    source,
    origin,
    office,
    name || where_filed || how_counted as measure,
    document,
    route,
    filed,
    counting,
    clock,
    year,
    vintage,
    value,
    unit,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer,
    published_value,
    correction_id
from named
