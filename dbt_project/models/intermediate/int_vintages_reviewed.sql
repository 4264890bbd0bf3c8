{{ config(materialized="table" if target.type == "spark" else "view") }}

with
    series_of_areas as (
        select source, resource, series, vintage, item, first_year, last_year, {{ word_by_word("figures") }} as figures
        from {{ ref("reviewed_vintages") }}
    )

select
    source,
    resource,
    series,
    vintage,
    split_part(figures, ':', 1) as area,
    split_part(figures, ':', 2) as counterpart_area,
    item,
    first_year,
    last_year,
    split_part(figures, ':', 3) as digest
from series_of_areas
