with
    indicators as (
        select source, indicator, area, item, year, vintage, value, unit, obs_status, is_latest
        from {{ ref("fct_indicator") }}
        where value is not null
    ),
    published as (
        select
            case
                when indicator = 'patent_applications_residents'
                then 'resident_applications'
                when indicator = 'high_technology_exports'
                then 'high_technology_exports'
                else 'research_and_development_share_of_gdp'
            end as measure,
            area,
            item,
            year,
            value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from indicators
        where
            indicator
            in ('research_and_development_share_of_gdp', 'patent_applications_residents', 'high_technology_exports')
    ),
    -- all that is set in relation comes from one source and one vintage
    resident_share as (
        select
            'resident_share_of_applications' as measure,
            residents.area,
            residents.item,
            residents.year,
            100 * residents.value / nullif(residents.value + nonresidents.value, 0) as value,
            'PT' as unit,
            {{ combined_status(["residents.obs_status", "nonresidents.obs_status"]) }} as obs_status,
            'derived' as basis,
            residents.source,
            residents.vintage,
            residents.is_latest and nonresidents.is_latest as is_latest
        from indicators as residents
        inner join
            indicators as nonresidents
            on residents.source = nonresidents.source
            and residents.vintage = nonresidents.vintage
            and residents.area = nonresidents.area
            and residents.year = nonresidents.year
        where
            residents.indicator = 'patent_applications_residents'
            and nonresidents.indicator = 'patent_applications_nonresidents'
    ),
    high_technology_share as (
        select
            'high_technology_share_of_merchandise_exports' as measure,
            high_technology.area,
            high_technology.item,
            high_technology.year,
            100 * high_technology.value / nullif(merchandise.value, 0) as value,
            'PT' as unit,
            {{ combined_status(["high_technology.obs_status", "merchandise.obs_status"]) }} as obs_status,
            'derived' as basis,
            high_technology.source,
            high_technology.vintage,
            high_technology.is_latest and merchandise.is_latest as is_latest
        from indicators as high_technology
        inner join
            indicators as merchandise
            on high_technology.source = merchandise.source
            and high_technology.vintage = merchandise.vintage
            and high_technology.area = merchandise.area
            and high_technology.year = merchandise.year
        where high_technology.indicator = 'high_technology_exports' and merchandise.indicator = 'merchandise_exports'
    ),
    payments_per_research_dollar as (
        select
            'ip_payments_per_research_dollar' as measure,
            payments.area,
            payments.item,
            payments.year,
            payments.value / research.value as value,
            'PN' as unit,
            {{ combined_status(["payments.obs_status", "research.obs_status"]) }} as obs_status,
            'derived' as basis,
            payments.source,
            payments.vintage,
            payments.is_latest and research.is_latest as is_latest
        from indicators as payments
        inner join
            {{ ref("int_gdp_shares_converted") }} as research
            on payments.source = research.source
            and payments.vintage = research.vintage
            and payments.area = research.area
            and payments.year = research.year
        where
            payments.indicator = 'ip_payments'
            and payments.item = 'SH'
            and research.share_indicator = 'research_and_development_share_of_gdp'
    ),
    applications_per_million as (
        select
            'resident_applications_per_million_people' as measure,
            residents.area,
            residents.item,
            residents.year,
            1000000 * residents.value / nullif(population.value, 0) as value,
            'PN' as unit,
            {{ combined_status(["residents.obs_status", "population.obs_status"]) }} as obs_status,
            'derived' as basis,
            residents.source,
            residents.vintage,
            residents.is_latest and population.is_latest as is_latest
        from indicators as residents
        inner join
            indicators as population
            on residents.source = population.source
            and residents.vintage = population.vintage
            and residents.area = population.area
            and residents.year = population.year
        where residents.indicator = 'patent_applications_residents' and population.indicator = 'population'
    ),
    figures as (
        select *
        from published
        union all
        select *
        from resident_share
        union all
        select *
        from high_technology_share
        union all
        select *
        from payments_per_research_dollar
        union all
        select *
        from applications_per_million
    )

select
    'technology_upgrading' as metric_id,
    measure,
    area,
    'W00' as counterpart_area,
    item,
    year,
    {{ no_base_year() }} as base_year,
    value,
    unit,
    obs_status,
    basis,
    source,
    vintage,
    is_latest
from figures
where value is not null
