with countries as (select area from {{ ref("dim_area") }} where kind = 'country')

select
    area,
    counterpart_area,
    year,
    indicator,
    cast(value as {{ double_type() }}) as value,
    unit,
    obs_status,
    source,
    vintage
from {{ ref("int_profile_figures_unioned") }}
where
    area in (select area from countries)
    and (counterpart_area in (select area from countries) or counterpart_area = 'W00')
