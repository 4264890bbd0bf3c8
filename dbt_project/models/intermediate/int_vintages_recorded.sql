{#- a refresh needs none of it, and it would take more memory than any table; a review asks for it -#}
{#- the database of a build has no views of Spark -#}
{{ config(materialized="table" if target.type == "spark" else "view") }}

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
