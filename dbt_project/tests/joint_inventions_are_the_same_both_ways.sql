select one.vintage, one.clock, one.year, one.item, one.area, one.counterpart_area, one.whole, other.whole as expected
from {{ ref("int_uspto_co_inventions_counted") }} as one
left join
    {{ ref("int_uspto_co_inventions_counted") }} as other
    on one.vintage = other.vintage
    and one.clock = other.clock
    and one.year = other.year
    and one.item = other.item
    and one.area = other.counterpart_area
    and one.counterpart_area = other.area
where other.whole is null or one.whole <> other.whole or one.fractional <> other.fractional
