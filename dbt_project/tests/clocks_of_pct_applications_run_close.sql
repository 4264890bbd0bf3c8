select
    filed.area,
    filed.year,
    filed.source as filing_year_source,
    published.source as publication_year_source,
    filed.value as seen_filed,
    published.value as seen_published
from {{ ref("fct_patent_count") }} as filed
inner join
    {{ ref("fct_patent_count") }} as published
    on filed.area = published.area
    and filed.item = published.item
    and filed.year = published.year
where
    {{ was_reviewed("filed") }}
    and {{ was_reviewed("published") }}
    and filed.is_latest
    and published.is_latest
    and filed.measure = 'pct_applications'
    and filed.clock = 'filing_year'
    and published.measure = 'pct_applications_by_receiving_office'
    and published.clock = 'publication_year'
    and filed.item = '_T'
    and filed.area in ('CHN', 'JPN', 'KOR', 'USA', 'W00')
    and not filed.value between published.value / 1.7e0 and published.value * 1.7e0
