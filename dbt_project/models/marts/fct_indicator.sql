with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    figures as (select *, {{ is_newest_vintage() }} as is_latest from {{ ref("int_indicators_dated") }}),
    reported as (
        select source, indicator, item, vintage, year, cast(count(value) as integer) as countries
        from figures
        where area in (select area from countries)
        group by source, indicator, item, vintage, year
    ),
    compared as (
        select this_year.*, year_before.countries as countries_before
        from reported as this_year
        left join
            reported as year_before
            on this_year.source = year_before.source
            and this_year.indicator = year_before.indicator
            and this_year.item = year_before.item
            and this_year.vintage = year_before.vintage
            and this_year.year = year_before.year + 1
    )

select
    figures.source,
    figures.indicator,
    figures.area,
    figures.item,
    figures.year,
    figures.vintage,
    figures.value,
    figures.unit,
    -- an aggregate over the few countries that have reported so far is no total; its publisher does not mark it
    case
        when
            figures.obs_status = 'A'
            and figures.area not in (select area from countries)
            and compared.countries < 0.9e0 * compared.countries_before
        then 'U'
        else figures.obs_status
    end as obs_status,
    figures.is_latest,
    coalesce(compared.countries, 0) as countries_reporting,
    figures.resource,
    figures.payload_sha256,
    figures.payload_pointer,
    figures.published_value,
    figures.correction_id
from figures
left join
    compared
    on figures.source = compared.source
    and figures.indicator = compared.indicator
    and figures.item = compared.item
    and figures.vintage = compared.vintage
    and figures.year = compared.year
