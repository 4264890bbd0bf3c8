{#-
  The reviewed columns of the profile by indicator of fct_profile_figure, which also holds every indicator added since.
-#}
{%- set of_pair = {
    "ip_charges_from_counterpart": "ip_charges_from_counterpart_usd",
    "ip_charges_from_counterpart_mirrored": "ip_charges_from_counterpart_mirrored_usd",
    "ip_charges_to_counterpart": "ip_charges_to_counterpart_usd",
    "ip_charges_to_counterpart_mirrored": "ip_charges_to_counterpart_mirrored_usd",
    "services_exports": "services_exports_usd",
    "services_exports_mirrored": "services_exports_mirrored_usd",
    "services_imports": "services_imports_usd",
    "services_imports_mirrored": "services_imports_mirrored_usd",
    "joint_inventions_grant_year": "joint_inventions_grant_year_patents",
    "research_services_exports": "research_services_exports_usd",
    "research_services_imports": "research_services_imports_usd",
    "applications_at_counterpart_office": "applications_at_counterpart_office_patents",
    "grants_at_counterpart_office": "grants_at_counterpart_office_patents",
    "families_at_counterpart_office": "families_at_counterpart_office_patents",
    "inventions_owned_in_counterpart": "inventions_owned_in_counterpart_patents",
} -%}
{#- A pair has a row for these as well. -#}
{%- set of_pair_unshown = ["research_services_exports_mirrored", "research_services_imports_mirrored"] -%}
{%- set of_economy = {
    "ip_receipts": "ip_receipts_usd",
    "ip_payments": "ip_payments_usd",
    "services_exports_to_world": "services_exports_to_world_usd",
    "services_imports_from_world": "services_imports_from_world_usd",
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
    "pct_applications_by_receiving_office": "pct_applications_by_receiving_office",
} -%}
with
    pairs as (
        select
            area,
            counterpart_area,
            year,
            {% for indicator, column in of_pair.items() %}
                max(case when indicator = '{{ indicator }}' then value end) as {{ column }},
            {% endfor %}
            {{ joined_names("source") }} as bilateral_sources
        from {{ ref("fct_profile_figure") }}
        where
            counterpart_area <> 'W00'
            and indicator in ('{{ (of_pair.keys() | list + of_pair_unshown) | join("', '") }}')
        group by area, counterpart_area, year
    ),
    economies as (
        select
            area,
            year,
            {% for indicator, column in of_economy.items() %}
                max(case when indicator = '{{ indicator }}' then value end) as {{ column }},
            {% endfor %}
            {{ joined_names("source") }} as sources
        from {{ ref("fct_profile_figure") }}
        where counterpart_area = 'W00' and indicator in ('{{ of_economy.keys() | join("', '") }}')
        group by area, year
    ),
    policy_events as (
        select pairs.area, pairs.counterpart_area, pairs.year, count(*) as events
        from pairs
        inner join
            {{ ref("dim_policy_event") }} as events
            on pairs.year = extract(year from events.date)
            and ';' || events.areas || ';' like '%;' || pairs.area || ';%'
            and ';' || events.areas || ';' like '%;' || pairs.counterpart_area || ';%'
        group by pairs.area, pairs.counterpart_area, pairs.year
    )

select
    pairs.area,
    pairs.counterpart_area,
    pairs.year,
    {% for column in of_pair.values() %} pairs.{{ column }}, {% endfor %}
    pairs.services_exports_usd - pairs.services_imports_usd as services_balance_usd,
    {% for column in of_economy.values() %}
        area_side.{{ column }} as area_{{ column }}, counterpart_side.{{ column }} as counterpart_{{ column }},
    {% endfor %}
    cast(coalesce(policy_events.events, 0) as integer) as policy_events,
    pairs.bilateral_sources,
    area_side.sources as area_sources,
    counterpart_side.sources as counterpart_sources
from pairs
left join economies as area_side on pairs.area = area_side.area and pairs.year = area_side.year
left join
    economies as counterpart_side
    on pairs.counterpart_area = counterpart_side.area
    and pairs.year = counterpart_side.year
left join
    policy_events
    on pairs.area = policy_events.area
    and pairs.counterpart_area = policy_events.counterpart_area
    and pairs.year = policy_events.year
