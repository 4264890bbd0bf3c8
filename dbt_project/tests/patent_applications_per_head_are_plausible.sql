with
    people as (
        select area, year, value
        from {{ ref("fct_indicator") }}
        where is_latest and indicator = 'population' and value >= 250000
    ),
    applications as (
        select source, vintage, indicator as measure, area, year, value, 5000 as expected_at_most
        from {{ ref("fct_indicator") }}
        where is_latest and indicator in ('patent_applications_residents', 'patent_applications_nonresidents')
        union all
        select source, vintage, measure || '_' || clock as measure, area, year, value, 1500 as expected_at_most
        from {{ ref("fct_patent_count") }}
        where is_latest and measure like 'pct_applications%' and item = '_T'
    )

select
    applications.source,
    applications.measure,
    applications.area,
    applications.year,
    1000000 * applications.value / nullif(people.value, 0) as seen_per_million,
    applications.expected_at_most
from applications
inner join people using (area, year)
where {{ was_reviewed("applications") }} and 1000000 * applications.value > applications.expected_at_most * people.value
