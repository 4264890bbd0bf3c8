{#- a refresh needs none of it, and it would take more memory than any table; a review asks for it -#}
{#- the database of a build has no views of Spark -#}
{{ config(materialized="table" if target.type == "spark" else "view") }}

with
    series_of_areas as (
        select
            source,
            resource,
            series,
            vintage,
            item,
            min(year) as first_year,
            max(year) as last_year,
            cast(count(value) as integer) as observations,
            area || ':' || counterpart_area || ':' || {{ digest_of_lines() }} as figures
        from {{ ref("int_vintages_written") }}
        group by source, resource, series, vintage, area, counterpart_area, item
    )

select
    source,
    resource,
    series,
    vintage,
    item,
    min(first_year) as first_year,
    max(last_year) as last_year,
    cast(sum(observations) as integer) as observations,
    {{ joined_in_order("figures", " ", ["figures"]) }} as figures
from series_of_areas
group by source, resource, series, vintage, item
