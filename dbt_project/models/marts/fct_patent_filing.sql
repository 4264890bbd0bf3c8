with
    named as (
        select
            *,
            case
                when document = 'application' and route = 'pct_national_phase'
                then 'pct_national_phase_entries'
                else
                    case route when 'all' then '' else route || '_' end || case
                        when document like '%y' then left(document, length(document) - 1) || 'ies' else document || 's'
                    end
            end as name,
            case filed when 'all' then '' else '_' || filed end as where_filed,
            case counting when 'whole' then '' else '_' || counting end as how_counted
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
