with
    receipts as (
        select area, counterpart_area, item, year, value, obs_status, source, vintage, is_latest
        from {{ ref("ip_receipts") }}
        where value > 0
        union all
        select area, counterpart_area, item, year, value, obs_status, source, vintage, is_latest
        from {{ ref("bilateral_ip_charges") }}
        where basis = 'reported' and item = 'SH' and counterpart_area <> 'W00' and value > 0
    ),
    later as (select * from receipts where is_latest),
    breaks as (select * from receipts where obs_status = 'B'),
    -- the earlier year comes from the later year's own vintage, so that no revision passes for growth
    compared as (
        select
            later.area,
            later.counterpart_area,
            later.item,
            later.year,
            earlier.year as base_year,
            later.value,
            earlier.value as base_value,
            later.obs_status,
            earlier.obs_status as base_status,
            later.source,
            later.vintage,
            later.is_latest,
            count(breaks.year) as breaks_between
        from later
        inner join
            receipts as earlier
            on later.source = earlier.source
            and later.vintage = earlier.vintage
            and later.area = earlier.area
            and later.counterpart_area = earlier.counterpart_area
            and later.item = earlier.item
            and later.year - earlier.year in (1, 5, 10)
        left join
            breaks
            on later.source = breaks.source
            and later.vintage = breaks.vintage
            and later.area = breaks.area
            and later.counterpart_area = breaks.counterpart_area
            and later.item = breaks.item
            and breaks.year > earlier.year
            and breaks.year <= later.year
        group by
            later.area,
            later.counterpart_area,
            later.item,
            later.year,
            earlier.year,
            later.value,
            earlier.value,
            later.obs_status,
            earlier.obs_status,
            later.source,
            later.vintage,
            later.is_latest
    )

select
    area,
    counterpart_area,
    item,
    year,
    base_year,
    value,
    base_value,
    {{ combined_status(["obs_status", "base_status"]) }} as obs_status,
    source,
    vintage,
    is_latest,
    case
        when obs_status = 'U' or base_status = 'U'
        then 'low_reliability'
        when breaks_between > 0
        then 'break_in_series'
        when base_value < {{ var("least_growth_base") }}
        then 'small_base'
        else 'published'
    end as outcome
from compared
