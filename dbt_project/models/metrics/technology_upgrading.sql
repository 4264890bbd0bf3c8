with
    indicators as (
        select
            source,
            indicator,
            area,
            item,
            year,
            vintage,
            value,
            unit,
            obs_status,
            is_latest,
            {{ indicator_clock("indicator") }} as clock
        from {{ ref("fct_indicator") }}
        where not (indicator = 'ip_payments' and item <> 'SH')
    ),
    -- what is compared with an indicator of the same source and vintage
    denominators as (
        select source, indicator, area, year, vintage, value, obs_status, is_latest
        from indicators
        union all
        select source, 'research_and_development' as indicator, area, year, vintage, value, obs_status, is_latest
        from {{ ref("int_gdp_shares_converted") }}
        where share_indicator = 'research_and_development_share_of_gdp'
    ),
    figures as (
        select
            case
                indicator when 'patent_applications_residents' then 'resident_applications' else indicator
            end as measure,
            area,
            item,
            clock,
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
            indicator in (
                'research_and_development_share_of_gdp',
                'patent_applications_residents',
                'high_technology_exports',
                'scientific_articles',
                'researchers_per_million_people'
            )
        {%- for measure, one, other, value, unit in [
            (
                "resident_share_of_applications",
                "patent_applications_residents",
                "patent_applications_nonresidents",
                "100 * one.value / nullif(one.value + other.value, 0)",
                "PT",
            ),
            (
                "high_technology_share_of_merchandise_exports",
                "high_technology_exports",
                "merchandise_exports",
                "100 * one.value / nullif(other.value, 0)",
                "PT",
            ),
            (
                "ip_payments_per_research_dollar",
                "ip_payments",
                "research_and_development",
                "one.value / other.value",
                "PN",
            ),
            (
                "resident_applications_per_million_people",
                "patent_applications_residents",
                "population",
                "1000000 * one.value / nullif(other.value, 0)",
                "PN",
            ),
        ] %}
            union all
            select
                '{{ measure }}' as measure,
                one.area,
                one.item,
                one.clock,
                one.year,
                {{ value }} as value,
                '{{ unit }}' as unit,
                {{ combined_status(["one.obs_status", "other.obs_status"]) }} as obs_status,
                'derived' as basis,
                one.source,
                one.vintage,
                {{ is_latest_of_one_vintage("one", "other") }} as is_latest
            from indicators as one
            inner join
                denominators as other
                on one.source = other.source
                and one.vintage = other.vintage
                and one.area = other.area
                and one.year = other.year
            where one.indicator = '{{ one }}' and other.indicator = '{{ other }}'
        {%- endfor %}
    )

    {{ metric("technology_upgrading", "figures", ["item", "clock"], where="value is not null") }}
