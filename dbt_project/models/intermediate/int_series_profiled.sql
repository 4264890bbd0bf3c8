with
    newest as (
        select source, resource, year, max(vintage) as vintage
        from {{ ref("int_vintages_paired") }}
        group by source, resource, year
    ),
    figures as (
        select
            listed.indicator,
            observations.area,
            observations.counterpart_area,
            observations.year,
            observations.value,
            observations.unit,
            observations.obs_status,
            observations.source,
            observations.vintage
        from {{ ref("int_observations_unioned") }} as observations
        inner join newest using (source, resource, year, vintage)
        inner join
            {{ ref("int_profile_series_listed") }} as listed
            on observations.series = listed.series
            and observations.item = listed.item
        -- of the reports of services one is chosen for both flows together, in int_services_profiled
        where observations.value is not null and observations.series not like 'bilateral_services_%'
    ),
    -- an indicator comes from one source, the one that covers the most areas, so that areas can be compared
    coverage as (
        select indicator, source, count(distinct area || ' ' || counterpart_area) as areas
        from figures
        group by indicator, source
    ),
    ranked_sources as (
        select
            indicator,
            source,
            row_number() over (partition by indicator order by areas desc nulls last, source nulls last) as place
        from coverage
    )

select area, counterpart_area, year, indicator, value, unit, obs_status, source, vintage
from figures
inner join ranked_sources using (indicator, source)
where ranked_sources.place = 1
