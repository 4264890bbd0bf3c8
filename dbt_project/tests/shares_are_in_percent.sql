select
    source,
    resource,
    indicator,
    year,
    {{ median_of("value") }} as seen_median,
    min(value) as seen_lowest,
    max(value) as seen_highest
from {{ ref("fct_indicator") }} as shares
where {{ was_reviewed("shares") }} and is_latest and unit = 'PT'
group by source, resource, indicator, year
having
    count(value) >= 10
    and (
        (
            indicator in ('exports_share_of_gdp', 'imports_share_of_gdp')
            and (not {{ median_of("value") }} between 5 and 150 or max(value) > 500 or min(value) < 0)
        )
        or (
            indicator = 'research_and_development_share_of_gdp'
            and (not {{ median_of("value") }} between 0.2e0 and 5 or max(value) > 15 or min(value) < 0)
        )
    )
