with
    listed as (select indicator, series, item from {{ ref("int_profile_series_listed") }}),
    reports as (
        select
            services.source,
            services.reporter,
            services.partner,
            services.flow,
            services.item,
            services.year,
            services.vintage,
            services.value,
            services.unit,
            services.obs_status,
            listed.indicator
        from {{ ref("fct_bilateral_services") }} as services
        inner join listed on 'bilateral_services_' || services.flow = listed.series and services.item = listed.item
        where services.is_latest and services.value is not null
    ),
    -- one report for each reporter, partner, item and year: of both flows before one of a single flow, then the newest
    ranked as (
        select
            reporter,
            partner,
            item,
            year,
            source,
            vintage,
            row_number() over (
                partition by reporter, partner, item, year
                order by count(distinct flow) desc nulls last, vintage desc nulls last, source nulls last
            ) as place
        from reports
        group by reporter, partner, item, year, source, vintage
    ),
    chosen as (
        select reports.*
        from reports
        inner join ranked using (reporter, partner, item, year, source, vintage)
        where ranked.place = 1
    )

select reporter as area, partner as counterpart_area, year, indicator, value, unit, obs_status, source, vintage
from chosen
union all
-- the partner's exports are the reporter's imports
select
    chosen.partner as area,
    chosen.reporter as counterpart_area,
    chosen.year,
    mirrored.indicator || '_mirrored' as indicator,
    chosen.value,
    chosen.unit,
    chosen.obs_status,
    chosen.source,
    chosen.vintage
from chosen
inner join
    listed as mirrored
    on mirrored.series = case chosen.flow when 'X' then 'bilateral_services_M' else 'bilateral_services_X' end
    and chosen.item = mirrored.item
