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
    -- the earlier year comes from the later year's own vintage, so that no revision passes for growth
    compared as (
        select
            later.area,
            later.counterpart_area,
            later.item,
            later.year,
            earlier.year as base_year,
            later.value / earlier.value as multiple,
            later.year - earlier.year as years,
            {{ combined_status(["later.obs_status", "earlier.obs_status"]) }} as obs_status,
            later.source,
            later.vintage,
            later.is_latest
        from later
        inner join
            receipts as earlier
            on later.source = earlier.source
            and later.vintage = earlier.vintage
            and later.area = earlier.area
            and later.counterpart_area = earlier.counterpart_area
            and later.item = earlier.item
            and later.year > earlier.year
        where earlier.year >= 2000 or earlier.year = later.year - 1
    ),
    measured as (
        select *, 'multiple' as measure, multiple as value, 'PN' as unit
        from compared
        union all
        select *, 'compound_annual_growth' as measure, 100 * (power(multiple, 1e0 / years) - 1) as value, 'PT' as unit
        from compared
    )

    {{ metric("ip_receipts_growth", "measured", ["counterpart_area", "item", "base_year"], basis="derived") }}
