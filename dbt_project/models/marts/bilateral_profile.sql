{%- set national = {
    "ip_receipts": "ip_receipts_usd",
    "ip_payments": "ip_payments_usd",
    "services_exports": "services_exports_to_world_usd",
    "services_imports": "services_imports_from_world_usd",
    "gdp": "gdp_usd",
    "population": "population_persons",
    "exports_share_of_gdp": "exports_share_of_gdp_percent",
    "imports_share_of_gdp": "imports_share_of_gdp_percent",
    "merchandise_exports": "merchandise_exports_usd",
    "high_technology_exports": "high_technology_exports_usd",
    "digitally_deliverable_exports": "digitally_deliverable_exports_usd",
    "digitally_deliverable_imports": "digitally_deliverable_imports_usd",
    "research_and_development_share_of_gdp": "research_and_development_share_of_gdp_percent",
    "patent_applications_residents": "patent_applications_residents",
    "patent_applications_nonresidents": "patent_applications_nonresidents",
    "pct_applications_filing_year": "pct_applications_filing_year",
    "pct_applications_publication_year": "pct_applications_publication_year",
} -%}
with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),

    bilateral_services as (
        select source, reporter, partner, flow, item, year, vintage, value
        from {{ ref("fct_bilateral_services") }}
        where
            is_latest
            and item in ('S', 'SH', 'SJ1')
            and value is not null
            and reporter in (select area from countries)
            and partner in (select area from countries)
    ),
    reports as (
        select
            reporter,
            partner,
            item,
            year,
            source,
            vintage,
            max(case when flow = 'X' then value end) as exports,
            max(case when flow = 'M' then value end) as imports
        from bilateral_services
        group by reporter, partner, item, year, source, vintage
    ),
    -- one report for each reporter, partner, item and year, both flows out of the same vintage of the same source
    ranked_reports as (
        select
            *,
            row_number() over (
                partition by reporter, partner, item, year
                order by case when exports is not null and imports is not null then 0 else 1 end, vintage desc, source
            ) as place
        from reports
    ),
    chosen_reports as (select * from ranked_reports where place = 1),

    published_joint_inventions as (
        select area, counterpart_area, year, vintage, source, value
        from {{ ref("fct_co_invention") }}
        where
            is_latest
            and item = '_T'
            and authority = 'US50'
            and clock = 'grant_year'
            and counting = 'whole'
            and value is not null
            and area in (select area from countries)
            and counterpart_area in (select area from countries)
    ),
    joint_inventions as (
        select area, counterpart_area, year, vintage, source, value
        from published_joint_inventions
        union all
        select counterpart_area as area, area as counterpart_area, year, vintage, source, value
        from published_joint_inventions
    ),
    -- the newest count of each pair and year; whole counts are the same from either side
    ranked_joint_inventions as (
        select *, row_number() over (partition by area, counterpart_area, year order by vintage desc, source) as place
        from joint_inventions
    ),

    -- directed: applicants or inventors of the area, office or owners of the counterpart
    patent_figures as (
        select origin as area, office as counterpart_area, year, source, measure as cell, value
        from {{ ref("fct_patent_filing") }}
        where
            is_latest
            and measure in ('applications', 'grants', 'foreign_oriented_families')
            and value is not null
            and origin <> office
            and origin in (select area from countries)
            and office in (select area from countries)
        union all
        select area, counterpart_area, year, source, 'owned_in_counterpart' as cell, whole as value
        from {{ ref("fct_cross_border_ownership") }}
        where
            is_latest
            and item = '_T'
            and clock = 'grant_year'
            and area in (select area from countries)
            and counterpart_area in (select area from countries)
    ),

    -- a bilateral figure is in the rows of both directions: as the report of the one and the mirror of the other
    bilateral_cells as (
        select
            reporter as area, partner as counterpart_area, year, source, 'reported_' || item as cell, exports, imports
        from chosen_reports
        union all
        select
            partner as area,
            reporter as counterpart_area,
            year,
            source,
            'mirrored_' || item as cell,
            imports as exports,
            exports as imports
        from chosen_reports
        union all
        select area, counterpart_area, year, source, 'joint_inventions' as cell, value as exports, null as imports
        from ranked_joint_inventions
        where place = 1
        union all
        select area, counterpart_area, year, source, cell, value as exports, null as imports
        from patent_figures
    ),
    bilateral as (
        select
            area,
            counterpart_area,
            year,
            max(case when cell = 'reported_SH' then exports end) as ip_charges_from_counterpart_usd,
            max(case when cell = 'mirrored_SH' then exports end) as ip_charges_from_counterpart_mirrored_usd,
            max(case when cell = 'reported_SH' then imports end) as ip_charges_to_counterpart_usd,
            max(case when cell = 'mirrored_SH' then imports end) as ip_charges_to_counterpart_mirrored_usd,
            max(case when cell = 'reported_S' then exports end) as services_exports_usd,
            max(case when cell = 'mirrored_S' then exports end) as services_exports_mirrored_usd,
            max(case when cell = 'reported_S' then imports end) as services_imports_usd,
            max(case when cell = 'mirrored_S' then imports end) as services_imports_mirrored_usd,
            max(case when cell = 'reported_S' then exports - imports end) as services_balance_usd,
            max(case when cell = 'joint_inventions' then exports end) as joint_inventions_grant_year_patents,
            max(case when cell = 'reported_SJ1' then exports end) as research_services_exports_usd,
            max(case when cell = 'reported_SJ1' then imports end) as research_services_imports_usd,
            max(case when cell = 'applications' then exports end) as applications_at_counterpart_office_patents,
            max(case when cell = 'grants' then exports end) as grants_at_counterpart_office_patents,
            max(
                case when cell = 'foreign_oriented_families' then exports end
            ) as families_at_counterpart_office_patents,
            max(case when cell = 'owned_in_counterpart' then exports end) as inventions_owned_in_counterpart_patents,
            {{ joined_names("source") }} as bilateral_sources
        from bilateral_cells
        group by area, counterpart_area, year
    ),

    national_figures as (
        select indicator as series, source, area, year, vintage, value
        from {{ ref("fct_indicator") }}
        where is_latest and item in ('_T', 'S', 'SH') and value is not null
        union all
        select measure || '_' || clock as series, source, area, year, vintage, value
        from {{ ref("fct_patent_count") }}
        where is_latest and value is not null
    ),
    -- both sides of a row come from one source: the one that covers the most areas, so that they can be compared
    coverage as (select series, source, count(distinct area) as areas from national_figures group by series, source),
    ranked_sources as (
        select series, source, row_number() over (partition by series order by areas desc, source) as place
        from coverage
    ),
    national as (
        select
            national_figures.area,
            national_figures.year,
            {% for series, column in national.items() %}
                max(case when national_figures.series = '{{ series }}' then national_figures.value end) as {{ column }},
            {% endfor %}
            {{ joined_names("national_figures.source") }} as sources
        from national_figures
        inner join
            ranked_sources
            on national_figures.series = ranked_sources.series
            and national_figures.source = ranked_sources.source
            and ranked_sources.place = 1
        where national_figures.series in ('{{ national.keys() | join("', '") }}')
        group by national_figures.area, national_figures.year
    ),

    policy_events as (
        select pairs.area, pairs.counterpart_area, pairs.year, count(*) as events
        from bilateral as pairs
        inner join
            {{ ref("dim_policy_event") }} as events
            on pairs.year = extract(year from events.date)
            and ';' || events.areas || ';' like '%;' || pairs.area || ';%'
            and ';' || events.areas || ';' like '%;' || pairs.counterpart_area || ';%'
        group by pairs.area, pairs.counterpart_area, pairs.year
    )

select
    bilateral.area,
    bilateral.counterpart_area,
    bilateral.year,
    bilateral.ip_charges_from_counterpart_usd,
    bilateral.ip_charges_from_counterpart_mirrored_usd,
    bilateral.ip_charges_to_counterpart_usd,
    bilateral.ip_charges_to_counterpart_mirrored_usd,
    bilateral.services_exports_usd,
    bilateral.services_exports_mirrored_usd,
    bilateral.services_imports_usd,
    bilateral.services_imports_mirrored_usd,
    bilateral.services_balance_usd,
    bilateral.joint_inventions_grant_year_patents,
    bilateral.research_services_exports_usd,
    bilateral.research_services_imports_usd,
    bilateral.applications_at_counterpart_office_patents,
    bilateral.grants_at_counterpart_office_patents,
    bilateral.families_at_counterpart_office_patents,
    bilateral.inventions_owned_in_counterpart_patents,
    {% for column in national.values() %}
        area_side.{{ column }} as area_{{ column }}, counterpart_side.{{ column }} as counterpart_{{ column }},
    {% endfor %}
    cast(coalesce(policy_events.events, 0) as integer) as policy_events,
    bilateral.bilateral_sources,
    area_side.sources as area_sources,
    counterpart_side.sources as counterpart_sources
from bilateral
left join national as area_side on bilateral.area = area_side.area and bilateral.year = area_side.year
left join
    national as counterpart_side
    on bilateral.counterpart_area = counterpart_side.area
    and bilateral.year = counterpart_side.year
left join
    policy_events
    on bilateral.area = policy_events.area
    and bilateral.counterpart_area = policy_events.counterpart_area
    and bilateral.year = policy_events.year
