with
    indicators as (
        select
            source,
            indicator,
            area,
            year,
            vintage,
            value,
            obs_status,
            is_latest,
            {{ superseded_on(["source", "indicator", "area", "year"]) }} as superseded_on
        from {{ ref("fct_indicator") }}
        where item = '_T'
    )

-- share and whole come from one vintage of one source
select
    share.source,
    share.indicator as share_indicator,
    share.area,
    share.year,
    share.vintage,
    gdp.value * share.value / 100 as value,
    'USD' as unit,
    {{ combined_status(["gdp.obs_status", "share.obs_status"]) }} as obs_status,
    {{ is_latest_of_one_vintage("gdp", "share", ["share.indicator"]) }} as is_latest,
    least(gdp.superseded_on, share.superseded_on) as superseded_on
from indicators as share
inner join
    indicators as gdp
    on share.source = gdp.source
    and share.vintage = gdp.vintage
    and share.area = gdp.area
    and share.year = gdp.year
where right(share.indicator, 13) = '_share_of_gdp' and gdp.indicator = 'gdp' and gdp.value * share.value > 0
