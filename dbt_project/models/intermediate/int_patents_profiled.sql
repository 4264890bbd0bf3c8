with
    published_joint_inventions as (
        select area, counterpart_area, year, value, unit, obs_status, source, vintage
        from {{ ref("fct_co_invention") }}
        where
            is_latest
            and item = '_T'
            and authority = 'US50'
            and clock = 'grant_year'
            and counting = 'whole'
            and value is not null
    ),
    joint_inventions as (
        select area, counterpart_area, year, value, unit, obs_status, source, vintage
        from published_joint_inventions
        union all
        select counterpart_area as area, area as counterpart_area, year, value, unit, obs_status, source, vintage
        from published_joint_inventions
    ),
    -- the newest count of each pair and year; whole counts are the same from either side
    ranked_joint_inventions as (
        select
            *,
            row_number() over (
                partition by area, counterpart_area, year order by vintage desc nulls last, source nulls last
            ) as place
        from joint_inventions
    )

select
    area, counterpart_area, year, 'joint_inventions_grant_year' as indicator, value, unit, obs_status, source, vintage
from ranked_joint_inventions
where place = 1
union all
-- directed: applicants of the area, office of the counterpart
select
    origin as area,
    office as counterpart_area,
    year,
    case measure when 'foreign_oriented_families' then 'families' else measure end
    || '_at_counterpart_office' as indicator,
    value,
    unit,
    obs_status,
    source,
    vintage
from {{ ref("fct_patent_filing") }}
where
    is_latest
    and measure in ('applications', 'grants', 'foreign_oriented_families')
    and value is not null
    and origin <> office
union all
-- directed: inventors of the area, owners of the counterpart
select
    area,
    counterpart_area,
    year,
    'inventions_owned_in_counterpart' as indicator,
    whole as value,
    unit,
    obs_status,
    source,
    vintage
from {{ ref("fct_cross_border_ownership") }}
where is_latest and item = '_T' and clock = 'grant_year'
