with
    periods as (
        select
            system,
            code_list,
            code,
            area,
            coalesce(valid_from, 0) as first_year,
            coalesce(valid_to, 9999) as last_year,
            lead(coalesce(valid_from, 0)) over (
                partition by system, code_list, code order by coalesce(valid_from, 0) nulls last
            ) as next_year
        from {{ ref("dim_area_code") }}
    )
select system, code_list, code, area, first_year, last_year, next_year
from periods
where last_year < first_year or next_year <= last_year
