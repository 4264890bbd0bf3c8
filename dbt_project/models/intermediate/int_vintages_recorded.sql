select
    source,
    resource,
    series,
    vintage,
    area,
    counterpart_area,
    item,
    min(year) as first_year,
    max(year) as last_year,
    cast(count(value) as integer) as observations,
    {{ median_of("value") }} as median_value,
    {{ digest_of_lines() }} as digest
from {{ ref("int_vintages_written") }}
group by source, resource, series, vintage, area, counterpart_area, item
