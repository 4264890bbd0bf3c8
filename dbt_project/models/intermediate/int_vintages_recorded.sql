with
    observations as (
        -- a vintage is reviewed unmodified, without corrections
        select
            source,
            resource,
            series,
            vintage,
            area,
            counterpart_area,
            item,
            year,
            coalesce(published_value, value) as value,
            unit,
            obs_status
        from {{ ref("int_observations_unioned") }}
        union all
        select
            source,
            resource,
            'published_figures' as series,
            vintage,
            area,
            counterpart_area,
            measure || ' ' || item as item,
            year,
            coalesce(published_value, value) as value,
            unit,
            qualifier as obs_status
        from {{ ref("int_figures_unioned") }}
    ),
    written as (
        select
            source,
            resource,
            series,
            vintage,
            area,
            year,
            value,
            counterpart_area
            || ' '
            || item
            || ' '
            || coalesce(cast(value as varchar), '')
            || ' '
            || unit
            || ' '
            || obs_status as line
        from observations
    ),
    -- a digest of digests, so that no text grows with a large table
    by_area_and_year as (
        select
            source,
            resource,
            series,
            vintage,
            area,
            year,
            count(value) as observations,
            md5(string_agg(line, ';' order by line)) as digest
        from written
        group by source, resource, series, vintage, area, year
    )

select
    source,
    resource,
    series,
    vintage,
    cast(sum(observations) as integer) as observations,
    md5(string_agg(area || ' ' || cast(year as varchar) || ' ' || digest, ';' order by area, year)) as digest
from by_area_and_year
group by source, resource, series, vintage
