with
    archived as (
        select
            *,
            case when resource like '%_archive' then 1 else 0 end as is_archived,
            cast(extract(year from vintage) * 12 + extract(month from vintage) as integer) as vintage_month
        from {{ ref("int_indicators_unioned") }}
    ),
    judged as (
        select
            *,
            min(is_archived) over (partition by source, indicator, vintage_month) as is_archived_alone,
            max(case when is_archived = 0 then vintage end) over (partition by source, indicator) as newest_current
        from archived
    )

select
    source,
    vintage,
    area,
    indicator,
    item,
    year,
    value,
    unit,
    obs_status,
    -- an archive holds earlier vintages of another resource and continues its series
    replace(resource, '_archive', '') as resource,
    payload_sha256,
    payload_pointer,
    published_value,
    correction_id
from judged
-- an archive knows only the month of a vintage: it is left out where that month's vintage is held with its day, and
-- where it
-- is newer than the current answer in use, whose figures must be of one vintage with those of indicators without an
-- archive
where is_archived = 0 or (is_archived_alone = 1 and (newest_current is null or vintage < newest_current))
