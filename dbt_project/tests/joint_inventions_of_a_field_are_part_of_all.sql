select
    field.source,
    field.area,
    field.counterpart_area,
    field.item,
    field.year,
    field.value as seen,
    total.value as expected_at_most
from {{ ref("fct_co_invention") }} as field
inner join
    {{ ref("fct_co_invention") }} as total
    on field.source = total.source
    and field.area = total.area
    and field.counterpart_area = total.counterpart_area
    and field.authority = total.authority
    and field.clock = total.clock
    and field.counting = total.counting
    and field.year = total.year
where field.is_latest and total.is_latest and field.item <> '_T' and total.item = '_T' and field.value > total.value
