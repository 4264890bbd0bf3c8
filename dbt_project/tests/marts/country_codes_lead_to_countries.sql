select codes.system, codes.code, codes.area, codes.kind, areas.kind as kind_of_area
from {{ ref("dim_area_code") }} as codes
left join {{ ref("dim_area") }} as areas on codes.area = areas.area
where
    (codes.kind = 'country' and coalesce(areas.kind, '') <> 'country')
    or (codes.area is not null and areas.kind <> codes.kind)
    or (codes.area is not null and codes.kind in ('dissolved', 'excluded'))
